"""A wait ends with its own event, or when its execution wants it no more."""

import asyncio

import pytest
from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.airflow_contract.xcom import ORPHANED
from airflow_provider_media.triggers import orphans
from airflow_provider_media.triggers.orphans import OrphanTrigger, is_awaited

EXECUTION = {"dag_id": "state_machine_x", "run_id": "r", "task_id": "result"}
told: list[str] = []


class Inner(BaseTrigger):
    """A wait that tells what is done to it."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds

    def serialize(self):
        return f"{__name__}.Inner", {"seconds": self.seconds}

    async def run(self):
        await asyncio.sleep(self.seconds)
        yield TriggerEvent({"answer": 1})

    async def on_kill(self):
        told.append("killed")

    async def cleanup(self):
        told.append("cleaned")


@pytest.fixture(autouse=True)
def _silence():
    told.clear()


@pytest.fixture
def airflow(monkeypatch):
    """The runs that are alive, and what executions have left."""
    state = {"alive": 1, "left": None, "broken": 0}

    def count(dag_id, states, run_ids):
        if state["broken"]:
            state["broken"] -= 1
            raise ConnectionError
        return state["alive"]

    monkeypatch.setattr(orphans.runs, "count_runs", count)
    monkeypatch.setattr(orphans.runs, "pull", lambda *_: state["left"])
    monkeypatch.setattr(orphans, "LOOK_SECONDS", 0.01)
    return state


def around(seconds):
    return OrphanTrigger((f"{__name__}.Inner", {"seconds": seconds}), EXECUTION, "media_state_wait/mine")


def event(trigger):
    async def all_of_it():
        return [each.payload async for each in trigger.run()]

    async def within():
        return await asyncio.wait_for(all_of_it(), 5)

    (one,) = asyncio.run(within())
    return one


def test_the_event_of_the_wait_is_handed_on(airflow):
    assert event(around(0.02)) == {"answer": 1}
    assert "killed" not in told


def test_a_wait_whose_execution_has_ended_ends_its_work(airflow):
    airflow["alive"] = 0
    assert event(around(3600)) == {ORPHANED: True}
    assert told[0] == "killed"


def test_a_wait_that_its_execution_has_dismissed_ends_its_work(airflow):
    airflow["left"] = ["media_state_wait/other", "media_state_wait/mine"]
    assert event(around(3600)) == {ORPHANED: True}


def test_an_api_server_that_does_not_answer_ends_nothing(airflow):
    airflow["broken"] = 3
    assert event(around(0.1)) == {"answer": 1}


def test_whoever_kills_the_task_kills_the_work_of_the_wait(airflow):
    asyncio.run(around(1).on_kill())
    assert told == ["killed"]


def test_it_is_made_again_from_what_it_says_of_itself(airflow):
    path, kwargs = around(2).serialize()
    assert path == "airflow_provider_media.triggers.orphans.OrphanTrigger"
    assert OrphanTrigger(**kwargs).serialize() == (path, kwargs)


def test_an_execution_wants_a_run_that_it_has_not_dismissed(airflow):
    assert is_awaited(name="media_state_wait/mine", **EXECUTION)
    airflow["left"] = ["media_state_wait/mine"]
    assert not is_awaited(name="media_state_wait/mine", **EXECUTION)
