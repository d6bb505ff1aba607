"""The ends of many runs at the price of one question."""

import asyncio

import pytest

from airflow_provider_media.airflow_contract.run_states import ENDED
from airflow_provider_media.triggers.ends import Ends
from demo.component import wait_until


class Runs:
    """Runs in their states, and how often somebody has asked for them."""

    def __init__(self, **states):
        self.states, self.questions, self.broken = states, 0, 0

    def count(self, dag_id, states, run_ids):
        self.questions += 1
        assert len(run_ids) <= 64
        if self.broken:
            self.broken -= 1
            raise ConnectionError("the API server is away")
        return sum(run in self.states and (not states or self.states[run] in states) for run in run_ids)


def wait_for(ends, *runs, then):
    async def all_of_them():
        waiting = [asyncio.create_task(ends.wait("dag", run, 0.001)) for run in runs]
        await asyncio.sleep(0)
        then()
        await asyncio.wait_for(asyncio.gather(*waiting), 10)

    asyncio.run(all_of_them())


def test_whoever_waits_is_woken_when_the_run_has_ended():
    runs = Runs(a="running", b="queued")
    ends = Ends(count=runs.count)
    wait_for(ends, "a", "b", then=lambda: runs.states.update(a="success", b="failed"))
    assert not any(ends.waiting.values())


def test_all_who_wait_for_one_run_are_woken():
    runs = Runs(a="running")
    ends = Ends(count=runs.count)
    wait_for(ends, "a", "a", "a", then=lambda: runs.states.update(a="success"))
    assert not any(ends.waiting.values())


def test_one_query_serves_many_runs_if_none_has_ended():
    runs = Runs(**{f"r{number}": "running" for number in range(64)})
    assert Ends(count=runs.count).find("dag", list(runs.states), ENDED) == set()
    assert runs.questions == 1


@pytest.mark.parametrize("number", [1, 63, 64, 65, 200])
def test_those_that_have_ended_are_found_among_many(number):
    runs = Runs(**{f"r{each}": "success" if each % 7 == 0 else "running" for each in range(number)})
    found = Ends(count=runs.count).find("dag", list(runs.states), ENDED)
    assert found == {run for run, state in runs.states.items() if state == "success"}


def test_an_api_server_that_is_away_ends_no_job(monkeypatch):
    monkeypatch.setattr("airflow_provider_media.triggers.ends.PATIENCE_SECONDS", 0.01)
    runs = Runs(a="running")
    runs.broken = 3
    wait_for(Ends(count=runs.count), "a", then=lambda: runs.states.update(a="success"))
    assert runs.broken == 0


def test_deleted_run_does_not_hold_slot_forever():
    runs = Runs(a="running")
    wait_for(Ends(count=runs.count), "a", then=runs.states.clear)
    assert runs.questions > 1


def test_a_trigger_that_is_cancelled_waits_no_longer():
    runs = Runs(a="running")
    ends = Ends(count=runs.count)

    async def cancel():
        waiting = asyncio.create_task(ends.wait("dag", "a", 0.001))
        await asyncio.to_thread(
            wait_until, lambda: runs.questions, what="a first question", timeout_seconds=10, poll_seconds=0.001
        )
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(ends.looking, 10)

    asyncio.run(cancel())
    assert not any(ends.waiting.values())


def test_a_second_event_loop_begins_to_look_again():
    runs = Runs(a="success")
    ends = Ends(count=runs.count)
    for _ in range(2):
        wait_for(ends, "a", then=lambda: None)
    assert runs.questions >= 2
