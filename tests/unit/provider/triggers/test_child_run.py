"""Waiting for what was started ends with it, or when time is up; a job of MediaConvert is cancelled with its task."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from airflow_provider_media.triggers import child_run
from airflow_provider_media.triggers.child_run import MediaConvertTrigger, RunEndTrigger

JOB = {"job": "1-a", "connection": "media_aws"}


class Service:
    """MediaConvert, in memory."""

    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.cancelled = []

    def get_job(self, Id):  # noqa: N803 - the service's name
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if isinstance(status, Exception):
            raise status
        return {"Job": {"Id": Id, "Status": status}}

    def cancel_job(self, Id):  # noqa: N803 - the service's name
        self.cancelled.append(Id)


@pytest.fixture
def service(monkeypatch):
    def make(*statuses):
        one = Service(*statuses)
        monkeypatch.setattr(
            child_run.aws,
            "client",
            lambda name, connection: one if (name, connection) == ("mediaconvert", "media_aws") else None,
        )
        return one

    return make


def event(trigger):
    async def first():
        return await anext(trigger.run())

    return asyncio.run(asyncio.wait_for(first(), 10)).payload


def job(timeout=None, since=None):
    return MediaConvertTrigger(JOB, (since or datetime.now(UTC)).isoformat(), timeout, 0.001)


@pytest.mark.parametrize("last", ["COMPLETE", "ERROR", "CANCELED"])
def test_a_job_is_waited_for_until_it_ends_however(service, last):
    service("SUBMITTED", "PROGRESSING", last)
    assert event(job()) == {"late": None}


def test_a_service_that_is_away_for_a_while_ends_nothing(service):
    service(ConnectionError("away"), "COMPLETE")
    assert event(job()) == {"late": None}


def test_a_job_that_takes_too_long_is_late(service):
    service("PROGRESSING")
    assert event(job(timeout=0.02)) == {"late": "timeout"}


def test_timeout_counts_from_wait_start_not_triggerer_start(service):
    service("PROGRESSING")
    path, kwargs = job(timeout=60, since=datetime.now(UTC) - timedelta(seconds=61)).serialize()
    assert path == "airflow_provider_media.triggers.child_run.MediaConvertTrigger"
    assert event(MediaConvertTrigger(**kwargs)) == {"late": "timeout"}


def test_a_job_is_cancelled_with_its_task(service):
    one = service("PROGRESSING")
    asyncio.run(job().on_kill())
    assert one.cancelled == ["1-a"]


def test_a_run_is_waited_for_with_all_others(monkeypatch):
    asked = []

    async def wait(dag_id, run_id, poll_seconds):
        asked.append((dag_id, run_id, poll_seconds))

    monkeypatch.setattr(child_run, "ENDS", SimpleNamespace(wait=wait))
    about = {"dag_id": "d", "run_id": "r", "input": {}}
    assert event(RunEndTrigger(about, datetime.now(UTC).isoformat(), 60, 0.5)) == {"late": None}
    assert asked == [("d", "r", 0.5)]
