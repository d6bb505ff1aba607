"""An execution is woken by whatever comes first: its earliest timer, or the end of a run."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.triggers import execution
from airflow_provider_media.triggers.ends import Ends
from airflow_provider_media.triggers.execution import ExecutionTrigger


@pytest.fixture
def ended(monkeypatch):
    """Runs that have ended, which a test may add to."""
    runs = set()

    def count(dag_id, states, run_ids):
        return sum((dag_id, run) in runs for run in run_ids) if states else len(run_ids)

    monkeypatch.setattr(execution, "ENDS", Ends(count=count))
    return runs


async def first(trigger, within=5.0):
    return await asyncio.wait_for(anext(aiter(trigger.run())), within)


def soon(seconds=0.05):
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def test_the_moment_wakes_it(ended):
    moment = soon()
    asyncio.run(first(ExecutionTrigger(moment, ["media_state_task/a"], 0.01)))
    assert datetime.now(UTC) >= datetime.fromisoformat(moment)


def test_a_moment_that_has_passed_wakes_it_at_once(ended):
    moment = soon(-60)
    assert asyncio.run(first(ExecutionTrigger(moment, [], 0.01))).payload == {"due": moment}


def test_the_end_of_any_run_wakes_it(ended):
    ended.add(("media_state_wait", "b"))
    moment = soon(3600)
    event = asyncio.run(first(ExecutionTrigger(moment, ["media_state_task/a", "media_state_wait/b"], 0.01)))
    assert event.payload == {"due": moment}


def test_nothing_wakes_it_before(ended):
    with pytest.raises(TimeoutError):
        asyncio.run(first(ExecutionTrigger(soon(3600), ["media_state_task/a"], 0.01), within=0.1))


def test_it_is_made_again_from_what_it_says_of_itself(ended):
    trigger = ExecutionTrigger(soon(), ("media_state_task/a",), 0.5)
    path, kwargs = trigger.serialize()
    assert path == "airflow_provider_media.triggers.execution.ExecutionTrigger"
    assert ExecutionTrigger(**kwargs).serialize() == (path, kwargs)
