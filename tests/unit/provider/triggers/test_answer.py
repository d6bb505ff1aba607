"""Waiting for an answer ends with it, or when time is up."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.triggers import answer
from airflow_provider_media.triggers.answer import AnswerTrigger

TASK = {"dag_id": "d", "run_id": "r", "task_id": "t", "map_index": -1}


class Task:
    """What others leave with the waiting task; ``after`` counts looks until it is there."""

    def __init__(self):
        self.left = {}
        self.looks = self.after = 0

    def pull(self, dag_id, run_id, task_id, key, map_index):
        assert (dag_id, run_id, task_id, map_index) == ("d", "r", "t", -1)
        self.looks += key == "answer"
        return json.dumps(self.left[key]) if key in self.left and self.looks > self.after else None


@pytest.fixture
def task(monkeypatch):
    one = Task()
    monkeypatch.setattr(answer.runs, "pull", one.pull)
    monkeypatch.setattr(answer, "LOOK_SECONDS", 0.001)
    return one


def waiting(timeout=None, heartbeat=None, since=None, from_taken=False):
    return AnswerTrigger(TASK, (since or datetime.now(UTC)).isoformat(), timeout, heartbeat, from_taken)


def event(trigger):
    async def first():
        return await anext(trigger.run())

    return asyncio.run(asyncio.wait_for(first(), 10)).payload


def test_an_answer_that_came_before_the_wait_is_found(task):
    task.left["answer"] = {"output": 1}
    assert event(waiting()) == {"late": None}
    assert task.looks == 1


def test_an_answer_that_comes_later_is_found(task):
    task.left["answer"], task.after = {"output": 1}, 2
    assert event(waiting(timeout=60)) == {"late": None}
    assert task.looks == 3


def test_without_an_answer_the_time_ends(task):
    assert event(waiting(timeout=0.01)) == {"late": "timeout"}


def test_without_a_sign_of_life_the_heartbeat_is_late_first(task):
    assert event(waiting(timeout=60, heartbeat=0.01)) == {"late": "heartbeat"}


def test_heartbeat_restarts_heartbeat_limit_but_not_whole_timeout(task):
    began = datetime.now(UTC) - timedelta(seconds=100)
    task.left["heartbeat"] = (began + timedelta(seconds=90)).isoformat()
    trigger = waiting(200, 30, began)
    assert trigger.ends_at(trigger.since, task.left["heartbeat"]) == ("heartbeat", began + timedelta(seconds=120))
    assert event(waiting(timeout=99, heartbeat=30, since=began)) == {"late": "timeout"}


def test_wait_begun_before_triggerer_start_keeps_its_old_timeout(task):
    trigger = waiting(timeout=5, since=datetime.now(UTC) - timedelta(seconds=10))
    path, kwargs = trigger.serialize()
    assert path == "airflow_provider_media.triggers.answer.AnswerTrigger"
    assert event(AnswerTrigger(**kwargs)) == {"late": "timeout"}


@pytest.mark.parametrize(("waited", "pause"), [(0, 0.001), (35, 0.001), (45, answer.LATER_LOOK_SECONDS)])
def test_the_looks_become_seldom_once_answers_wake_the_task(task, waited, pause):
    trigger = waiting(since=datetime.now(UTC) - timedelta(seconds=waited))
    assert trigger.pause(trigger.since) == pause


def test_a_task_that_nobody_has_taken_is_never_late(task):
    long_ago = datetime.now(UTC) - timedelta(days=9)
    assert waiting(5, 1, long_ago, from_taken=True).ends_at(None, None)[1] > datetime.now(UTC) + timedelta(days=999)


@pytest.mark.parametrize(("timeout", "heartbeat", "late"), [(5, None, "timeout"), (60, 5, "heartbeat")])
def test_the_time_of_a_task_that_is_taken_begins_then(task, timeout, heartbeat, late):
    long_ago = datetime.now(UTC) - timedelta(days=9)
    task.left["taken"] = (datetime.now(UTC) - timedelta(seconds=10)).isoformat()
    assert event(waiting(timeout, heartbeat, long_ago, from_taken=True)) == {"late": late}


def test_untaken_task_with_time_limit_from_taken_is_polled_often(task):
    long_ago = datetime.now(UTC) - timedelta(days=9)
    assert waiting(60, None, long_ago, from_taken=True).pause(None) == answer.UNTAKEN_LOOK_SECONDS
    assert waiting(None, None, long_ago, from_taken=True).pause(None) == answer.LATER_LOOK_SECONDS
