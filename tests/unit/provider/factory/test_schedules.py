"""Schedules fire at the right instants in every time zone, and never for a time before their file was there.

The timetable is Airflow's and counts with croniter; what is expected here is counted minute by minute with zoneinfo.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pendulum
import pytest
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables import trigger
from airflow.timetables.base import DagRunInfo

from airflow_provider_media.core.errors import StateMachineInvalid, WorkflowInvalid
from airflow_provider_media.factory import dags_from_workflows, raise_workflow_errors, scheduled_dags
from airflow_provider_media.factory.schedules import appeared_at
from airflow_provider_media.factory.state_machines import dags_from_state_machines, raise_state_machine_errors

BERLIN, NEW_YORK, LORD_HOWE, CAIRO = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"
NIGHTLY = """
name: nightly
trigger: {{bucket: inbox}}
schedule: '{schedule}'
{timezone}
outputs:
  poster: {{kind: snapshots, at: [1]}}
"""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__WORKFLOWS_FOLDER", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__MEDIA__PRESETS_FOLDER", str(tmp_path / "presets"))
    monkeypatch.setenv("AIRFLOW__MEDIA__CACHE_DIRECTORY", str(tmp_path / "cache"))
    return tmp_path


class Clock:
    """The scheduler's clock."""

    def __init__(self, monkeypatch) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        monkeypatch.setattr(trigger, "utcnow", lambda: pendulum.instance(self.now))


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def drop(folder: Path, schedule: str, timezone: str | None) -> Path:
    path = folder / "nightly.yaml"
    path.write_text(NIGHTLY.format(schedule=schedule, timezone=f"timezone: {timezone}" if timezone else ""))
    return path


def serialized(dag):
    """The DAG as the scheduler knows it."""
    return DagSerialization.from_dict(DagSerialization.to_dict(dag))


def due(folder: Path, monkeypatch, clock: Clock, *, dropped: datetime, until: datetime) -> list[datetime]:
    """When a scheduler that looks a second after each due time starts runs, for a file that was dropped at a time."""
    monkeypatch.setattr("airflow_provider_media.factory.schedules.appeared_at", lambda path: dropped)
    dag = serialized(scheduled_dags(folder)["media_arrivals_nightly"])
    clock.now, last, found = dropped, None, []
    while (info := dag.next_dagrun_info(last_automated_run_info=last)) and info.run_after <= until:
        found.append(info.run_after.astimezone(UTC))
        clock.now, last = max(clock.now, info.run_after + timedelta(seconds=1)), info
    return found


def numbers(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = (span, "", span) if "-" not in span else span.partition("-")
        first, last = (low, high) if span == "*" else (int(first), int(last))
        found.update(range(first, last + 1, int(step or 1)))
    return found


@cache
def walls(zone: str, start: datetime, until: datetime) -> list[tuple[datetime, datetime, bool]]:
    """Each minute of a span: the instant, the time on the wall, and whether that comes a second time."""
    found = []
    for number in range((until - start) // MINUTE + 1):
        instant = start + number * MINUTE
        local = instant.astimezone(ZoneInfo(zone))
        is_first_of_two = not local.fold and local.replace(fold=1).utcoffset() != local.utcoffset()
        found.append((instant, local.replace(tzinfo=None, fold=0), is_first_of_two))
    return found


def expected(schedule: str, zone: str, start: datetime, until: datetime) -> list[datetime]:
    """The instants of a cron expression, minute by minute.

    A minute that comes twice counts the second time, and one that is skipped after the gap; where every hour counts,
    real hours do.
    """
    minutes, hours, days, months, weekdays = schedule.split()
    is_hourly = hours == "*"
    wanted = (
        numbers(minutes, 0, 59),
        numbers(hours, 0, 23),
        numbers(days, 1, 31),
        numbers(months, 1, 12),
        numbers(weekdays, 0, 6),
    )

    def matches(wall: datetime) -> bool:
        parts = (wall.minute, wall.hour, wall.day, wall.month, wall.isoweekday() % 7)
        return all(map(set.__contains__, wanted, parts))

    found, before = set(), None
    for instant, wall, is_first_of_two in walls(zone, start, until):
        if matches(wall) and (is_hourly or not is_first_of_two):
            found.add(instant)
        gap = wall - before - MINUTE if before else timedelta()
        if gap > timedelta() and not is_hourly:
            skipped = [before + MINUTE * (number + 1) for number in range(gap // MINUTE)]
            found.update(instant + (one - skipped[0]) for one in skipped if matches(one))
        before = wall
    return sorted(one for one in found if start <= one <= until)


SPRING = {BERLIN: (2026, 3, 29), NEW_YORK: (2026, 3, 8), LORD_HOWE: (2026, 10, 4), CAIRO: (2026, 4, 24)}
AUTUMN = {BERLIN: (2026, 10, 25), NEW_YORK: (2026, 11, 1), LORD_HOWE: (2026, 4, 5), CAIRO: (2026, 10, 30)}
DAILY = ("30 2 * * *", "0 0 * * *", "15 1 * * *", "45 23 * * *", "0 3 * * 0", "0 1-4 * * *", "0 */6 * * *")


@pytest.mark.parametrize("schedule", DAILY)
@pytest.mark.parametrize("zone", SPRING)
@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_schedule_across_dst_change_fires_once_for_each_time(folder, monkeypatch, clock, schedule, zone, change):
    drop(folder, schedule, zone)
    day = datetime(*change[zone], 12, tzinfo=UTC)
    start, until = day - timedelta(days=2), day + timedelta(days=2)
    assert due(folder, monkeypatch, clock, dropped=start, until=until) == expected(schedule, zone, start, until)


@pytest.mark.parametrize("schedule", ["0 * * * *", "*/30 * * * *", "20 * * * *"])
@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, CAIRO])
@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_hourly_schedule_across_dst_change_fires_in_every_real_hour(folder, monkeypatch, clock, schedule, zone, change):
    drop(folder, schedule, zone)
    day = datetime(*change[zone], 2, tzinfo=UTC)
    start, until = day - timedelta(hours=30), day + timedelta(hours=30)
    assert due(folder, monkeypatch, clock, dropped=start, until=until) == expected(schedule, zone, start, until)


@pytest.mark.parametrize("zone", SPRING)
@pytest.mark.parametrize(
    ("schedule", "first", "days"),
    [
        ("0 12 29 2 *", datetime(2028, 2, 27, tzinfo=UTC), 4),
        ("0 12 29 2 *", datetime(2027, 2, 27, tzinfo=UTC), 4),
        ("59 23 28-31 * *", datetime(2026, 2, 26, tzinfo=UTC), 5),
        ("0 0 31 * *", datetime(2026, 4, 29, tzinfo=UTC), 33),
        ("30 0 1 * *", datetime(2026, 10, 30, tzinfo=UTC), 4),
    ],
)
def test_schedule_on_leap_day_or_month_end_fires_that_day(folder, monkeypatch, clock, zone, schedule, first, days):
    drop(folder, schedule, zone)
    until = first + timedelta(days=days)
    assert due(folder, monkeypatch, clock, dropped=first, until=until) == expected(schedule, zone, first, until)


def test_schedule_on_leap_day_waits_for_the_next_leap_year(folder, monkeypatch, clock):
    drop(folder, "0 12 29 2 *", BERLIN)
    dropped = datetime(2026, 3, 1, tzinfo=UTC)
    assert due(folder, monkeypatch, clock, dropped=dropped, until=datetime(2033, 1, 1, tzinfo=UTC)) == [
        datetime(2028, 2, 29, 11, tzinfo=UTC),
        datetime(2032, 2, 29, 11, tzinfo=UTC),
    ]


@pytest.mark.parametrize("seconds", [1, 60, 3600, 12 * 3600, 86_399])
def test_schedule_of_dropped_file_never_fires_for_past_time(folder, monkeypatch, clock, seconds):
    drop(folder, "0 3 * * *", "UTC")
    dropped = datetime(2026, 6, 1, 3, tzinfo=UTC) + timedelta(seconds=seconds)
    assert due(folder, monkeypatch, clock, dropped=dropped, until=datetime(2026, 6, 2, 4, tzinfo=UTC)) == [
        datetime(2026, 6, 2, 3, tzinfo=UTC)
    ]


def test_schedule_of_file_dropped_again_catches_up_no_missed_runs(folder, monkeypatch, clock):
    drop(folder, "0 3 * * *", "UTC")
    monkeypatch.setattr(
        "airflow_provider_media.factory.schedules.appeared_at", lambda path: datetime(2026, 6, 1, 10, tzinfo=UTC)
    )
    dag = serialized(scheduled_dags(folder)["media_arrivals_nightly"])
    month_ago = pendulum.datetime(2026, 5, 1, 3)
    last = DagRunInfo.interval(month_ago, month_ago)
    clock.now = datetime(2026, 6, 1, 10, 0, 5, tzinfo=UTC)
    assert dag.next_dagrun_info(last_automated_run_info=last).run_after == datetime(2026, 6, 2, 3, tzinfo=UTC)


def test_schedule_due_stays_due_until_its_run_is_made(folder, monkeypatch, clock):
    drop(folder, "0 3 * * *", "UTC")
    monkeypatch.setattr(
        "airflow_provider_media.factory.schedules.appeared_at", lambda path: datetime(2026, 6, 1, 10, tzinfo=UTC)
    )
    dag = serialized(scheduled_dags(folder)["media_arrivals_nightly"])
    for late in (0, 1, 3600):  # the file is parsed again, and again, before a scheduler comes to look
        clock.now = datetime(2026, 6, 2, 3, tzinfo=UTC) + timedelta(seconds=late)
        assert dag.next_dagrun_info(last_automated_run_info=None).run_after == datetime(2026, 6, 2, 3, tzinfo=UTC)


def test_appeared_at_is_time_of_move_though_content_is_old(folder):
    path = drop(folder, "0 3 * * *", None)
    os.utime(path, (0, 0))
    moved = path.rename(folder / "moved.yaml")
    assert appeared_at(moved).timestamp() == int(moved.stat().st_ctime)
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= appeared_at(folder / "gone.yaml") <= datetime.now(UTC)


@pytest.mark.parametrize(("default", "hour"), [("utc", 3), ("Asia/Tokyo", 18)])
def test_schedule_without_timezone_takes_that_of_airflow(folder, monkeypatch, clock, default, hour):
    monkeypatch.setenv("AIRFLOW__CORE__DEFAULT_TIMEZONE", default)
    drop(folder, "0 3 * * *", None)
    (found,) = due(
        folder,
        monkeypatch,
        clock,
        dropped=datetime(2026, 6, 1, 10, tzinfo=UTC),
        until=datetime(2026, 6, 2, 9, tzinfo=UTC),
    )
    assert found.hour == hour


def test_workflow_page_names_schedule_and_dag_showing_next_run(folder):
    drop(folder, "0 3 * * *", BERLIN)
    page = dags_from_workflows(folder)["media_nightly"].doc_md
    assert "by the schedule `0 3 * * *` in `Europe/Berlin`: the DAG `media_arrivals_nightly` shows its next run" in page


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Asia/tokyo", "Asia/Tokyo"),
    ],
)
def test_unknown_timezone_is_refused_with_place_and_nearest_name(folder, written, nearest):
    drop(folder, "0 3 * * *", written)
    assert scheduled_dags(folder) == {}
    with pytest.raises(WorkflowInvalid) as caught:
        raise_workflow_errors(folder)
    assert f"nightly.yaml:5:1: timezone: {written!r} is no IANA time zone" in str(caught.value)
    assert f"Did you mean {nearest!r}?" in str(caught.value)
    assert caught.value.code == "workflow_invalid"


@pytest.mark.parametrize("written", ["../../etc/passwd", "/etc/localtime", "Europe", "''", "Nowhere/Atall"])
def test_timezone_that_is_a_path_or_unknown_is_refused(folder, written):
    drop(folder, "0 3 * * *", written)
    with pytest.raises(WorkflowInvalid, match="is no IANA time zone"):
        raise_workflow_errors(folder)


def test_timezone_without_a_schedule_is_refused(folder):
    path = drop(folder, "0 3 * * *", BERLIN)
    path.write_text(path.read_text().replace("schedule:", "description:"))
    with pytest.raises(
        WorkflowInvalid, match=r"nightly\.yaml:5:1: timezone: is that of a schedule, and there is no schedule"
    ):
        raise_workflow_errors(folder)


MACHINE = '{"StartAt": "a", "States": {"a": {"Type": "Succeed"}}}'


def test_state_machine_schedule_has_timezone_and_begins_with_file(tmp_path):
    (tmp_path / "m.json").write_text(MACHINE)
    (tmp_path / "m.yaml").write_text("schedule: '@daily'\ntimezone: Europe/Berlin\n")
    dag = dags_from_state_machines(tmp_path)["state_machine_m"]
    assert (dag.schedule.expression, dag.schedule.timezone.name) == ("0 0 * * *", BERLIN)
    assert dag.start_date == appeared_at(tmp_path / "m.yaml")
    assert dag.catchup is False


def test_state_machine_unknown_timezone_is_refused_with_its_place(tmp_path):
    (tmp_path / "m.json").write_text(MACHINE)
    (tmp_path / "m.yaml").write_text("schedule: '@daily'\ntimezone: Europe/Berln\n")
    with pytest.raises(
        StateMachineInvalid, match=r"m\.yaml:2:1: timezone: 'Europe/Berln' is no IANA .* Did you mean 'Europe/Berlin'"
    ):
        raise_state_machine_errors(tmp_path)
