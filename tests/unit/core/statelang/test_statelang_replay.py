"""The core is a function of its journal: a replay asks for the same things under the same ids."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.statelang import (
    Start,
    StartTask,
    Stopped,
    TaskErred,
    TaskSucceeded,
    Timer,
    TimerFired,
    from_json,
    parse,
    replay,
    to_json,
)

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
RETRY = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 2, "JitterStrategy": "FULL"}]
MACHINE = parse(
    {
        "StartAt": "Init",
        "TimeoutSeconds": 100_000,
        "States": {
            "Init": {
                "Type": "Pass",
                "Parameters": {"n": 0, "id.$": "States.UUID()", "items": [1, 2, 3]},
                "Next": "Loop/[x]",
            },
            "Loop/[x]": {
                "Type": "Map",
                "ItemsPath": "$.items",
                "MaxConcurrency": 2,
                "ItemProcessor": {
                    "StartAt": "Probe",
                    "States": {
                        "Probe": {"Type": "Task", "Resource": "media:probe", "Retry": RETRY, "Next": "Pause"},
                        "Pause": {"Type": "Wait", "Seconds": 7, "End": True},
                    },
                },
                "ResultPath": "$.found",
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Fork"}],
                "Next": "Again?",
            },
            "Again?": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericLessThan": 1, "Next": "Count"}],
                "Default": "Fork",
            },
            "Count": {
                "Type": "Pass",
                "Parameters": {"n.$": "States.MathAdd($.n, 1)", "items.$": "$.items"},
                "Next": "Loop/[x]",
            },
            "Fork": {
                "Type": "Parallel",
                "Branches": [
                    {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "media:a", "End": True}}},
                    {"StartAt": "B", "States": {"B": {"Type": "Wait", "Seconds": 60, "End": True}}},
                ],
                "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}],
                "End": True,
            },
        },
    }
)
HEAD = Start(at=AT, input={}, name="job", execution_id="arn:job", machine_id="arn:m")


def outcome(effect: StartTask | Timer, choice: int, at: dt.datetime):
    if isinstance(effect, Timer):
        return TimerFired(id=effect.id, at=max(at, effect.until))
    if choice % 3 == 0:
        return TaskErred(id=effect.id, at=at, error="Flaky", cause=None)
    return TaskSucceeded(id=effect.id, at=at, output={"choice": choice})


def drive(choices: list[int]):
    """A journal in which the choices pick what happens next, and how it ends."""
    run = replay(MACHINE, HEAD)
    seen = [run.effects]
    for number, choice in enumerate(choices):
        effects = [effect for effect in run.effects if effect.id != "!timeout"]
        if not effects:
            break
        run.apply(outcome(effects[choice % len(effects)], choice, AT + dt.timedelta(seconds=number)))
        seen.append(run.effects)
    return run, seen


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=40))
def test_replaying_any_prefix_of_a_journal_gives_the_same_effects(choices):
    run, seen = drive(choices)
    for length, effects in enumerate(seen):
        assert replay(MACHINE, HEAD, run.journal[:length]).effects == effects


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=60))
def test_no_id_is_ever_asked_for_twice(choices):
    run, seen = drive(choices)
    told = [entry.id for entry in run.journal if not isinstance(entry, Stopped)]
    assert len(told) == len(set(told))
    assert all(effect.id not in told[:length] for length, effects in enumerate(seen) for effect in effects)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=30, max_size=80))
def test_a_journal_survives_json_and_ends_the_same(choices):
    run, _ = drive(choices)
    journal = [from_json(json.loads(json.dumps(to_json(entry)))) for entry in run.journal]
    again = replay(MACHINE, from_json(json.loads(json.dumps(to_json(HEAD)))), journal)
    assert again.events == run.events
    assert again.execution == run.execution


def test_ids_tell_place_visit_and_attempt():
    run = replay(MACHINE, HEAD)
    first = [effect.id for effect in run.effects]
    assert first == ["/Loop%2F%5Bx%5D[0]/Probe@1#1", "/Loop%2F%5Bx%5D[1]/Probe@1#1", "!timeout"]
    run.apply(TaskErred(id=first[0], at=AT, error="Flaky"))
    assert [effect.id for effect in run.effects][1:] == ["!timeout", "/Loop%2F%5Bx%5D[0]/Probe@1#2!retry"]
    run.apply(TimerFired(id="/Loop%2F%5Bx%5D[0]/Probe@1#2!retry", at=AT + dt.timedelta(seconds=5)))
    assert "/Loop%2F%5Bx%5D[0]/Probe@1#2" in run.tasks


def test_the_second_visit_of_a_map_gives_other_ids_inside():
    _, seen = drive([1] * 40)
    assert any(effect.id.startswith("/Loop%2F%5Bx%5D@2#1[0]/") for effects in seen for effect in effects)


def test_failing_branch_takes_back_what_others_have_asked_for():
    machine = parse(
        {"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [branch("A"), branch("B")], "End": True}}}
    )
    run = replay(machine, HEAD)
    assert list(run.tasks) == ["/P[0]/A@1#1", "/P[1]/B@1#1"]
    run.apply(TaskErred(id="/P[1]/B@1#1", at=AT, error="E"))
    assert run.effects == ()
    assert run.execution is not None
    assert run.execution.error == "E"


def branch(name: str) -> dict:
    return {"StartAt": name, "States": {name: {"Type": "Task", "Resource": f"media:{name}", "End": True}}}


def test_a_late_answer_changes_nothing():
    run = replay(MACHINE, HEAD)
    before = run.effects
    run.apply(TaskSucceeded(id="/Nowhere@1#1", at=AT, output=1))
    assert run.effects == before
    assert run.journal == []


def test_a_stopped_execution_is_aborted_and_asks_for_nothing_more():
    run = replay(MACHINE, HEAD, [Stopped(at=AT, error="User", cause="enough")])
    assert run.execution is not None
    assert (run.execution.status, run.execution.error, run.execution.cause) == ("ABORTED", "User", "enough")
    assert run.effects == ()
    assert run.events[-1].type == "ExecutionAborted"


def test_time_limit_of_machine_is_effect_like_others():
    run = replay(MACHINE, HEAD, [TimerFired(id="!timeout", at=AT + dt.timedelta(seconds=100_000))])
    assert run.execution is not None
    assert (run.execution.status, run.execution.error, run.execution.cause) == ("TIMED_OUT", None, None)


def test_an_express_execution_ends_after_five_minutes():
    head = Start(at=AT, input={}, name="job", express=True)
    assert replay(MACHINE, head).timers["!timeout"].until == AT + dt.timedelta(minutes=5)
