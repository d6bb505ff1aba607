"""The log of an execution has a fold for each state, before and after a wait."""

from datetime import UTC, datetime

from airflow_provider_media.core.statelang import HistoryEvent
from airflow_provider_media.state_machines.native.event_log import SHOWN_CHARACTERS, log_events

AT = datetime(2026, 1, 1, tzinfo=UTC)


class Log:
    def __init__(self):
        self.lines = []

    def info(self, text, *values):
        self.lines.append(text % values)

    def log(self, level, text, *values):
        self.lines.append(text % values)


def events(*kinds, **details):
    return [
        HistoryEvent(id=number, previous=number - 1, at=AT, type=kind, details=details)
        for number, kind in enumerate(kinds, 1)
    ]


def folds(lines):
    """The lines with those of a fold moved in."""
    depth, found = 0, []
    for line in lines:
        depth -= line == "::endgroup::"
        assert depth in {0, 1}
        found.append("  " * depth + line.split(" {")[0])
        depth += line.startswith("::group::")
    assert depth == 0
    return found


def told(*kinds, **details):
    log = Log()
    log_events(log, events(*kinds, **details))
    return folds(log.lines)


def test_a_state_is_a_fold():
    lines = told("ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded", name="A")
    assert lines == [
        "ExecutionStarted",
        "::group::A",
        "  PassStateEntered",
        "  PassStateExited",
        "::endgroup::",
        "ExecutionSucceeded",
    ]


def test_waiting_state_closes_its_log_group_and_reopens_it_later():
    assert told("WaitStateEntered", name="W") == ["::group::W", "  WaitStateEntered", "::endgroup::"]
    assert told("WaitStateExited", name="W") == ["::group::W", "  WaitStateExited", "::endgroup::"]
    assert told("TaskFailed", resource="media:cut") == ["::group::media:cut", "  TaskFailed", "::endgroup::"]


def test_large_values_are_cut():
    log = Log()
    log_events(log, events("PassStateEntered", name="A", input="x" * 10_000))
    assert max(map(len, log.lines)) < SHOWN_CHARACTERS + 40
