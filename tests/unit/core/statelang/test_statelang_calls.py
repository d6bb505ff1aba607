"""Calls of an execution side by side: each waits for the others to have begun, so that one after the other they would
never end.
"""

import datetime as dt
from collections import Counter
from itertools import pairwise
from threading import Barrier, Event, Lock
from threading import enumerate as enumerate_threads

import pytest

from airflow_provider_media.core.statelang import StartTask, TaskFailed, start_of, to_json
from airflow_provider_media.core.statelang.durable import Driver, Journal
from airflow_provider_media.core.statelang.durable.calls import Calls
from airflow_provider_media.core.statelang.durable.driver import LOST
from airflow_provider_media.core.statelang.durable.journal_progress import progress_of

SECONDS = 20.0
"""Within which whoever is waited for must come, before a test fails."""


class Crash(BaseException):
    """The process dies."""


class Kept(dict):
    """A store whose process dies at a given write."""

    dies_at = None
    writes = 0

    def set(self, key, value):
        self.writes += 1
        if self.writes == self.dies_at:
            raise Crash
        self[key] = value

    def delete(self, key):
        self.pop(key, None)


class NothingApart:
    """Every task is done here."""

    def name(self, task, redrives):
        return None

    def alive(self, names):
        return names

    def orphans(self, names):
        assert not names


def task(**more):
    return {"Type": "Task", "Resource": "call", **more}


def parallel(*states, **more):
    branches = [{"StartAt": name, "States": {name: state}} for name, state in states]
    return {"StartAt": "All", "States": {"All": {"Type": "Parallel", "Branches": branches, "End": True, **more}}}


THREE = parallel(*((name, task(Parameters={"name": name}, End=True)) for name in "abc"))


def opened(store, does, definition, value, most=3, now=lambda: dt.datetime.now(dt.UTC)):
    kept = Journal(store)
    if kept.head is None:
        start = start_of(value, at=now(), name="job", machine="m", express=False)
        kept.begin({"start": to_json(start), "definition": definition, "clears": 0})
    return Driver(kept, does=does, children=NothingApart(), max_child_runs=1, most_here=most, now=now)


class Together:
    """Calls that answer once that many of them have begun, and note how many are under way."""

    def __init__(self, parties):
        self.barrier = Barrier(parties, timeout=SECONDS)
        self.lock = Lock()
        self.now = self.most = 0

    def __call__(self, task):
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self.barrier.wait()
        with self.lock:
            self.now -= 1
        return task.arguments


def test_calls_of_parallel_branches_are_done_side_by_side():
    execution = opened(Kept(), Together(3), THREE, {}).advance()
    assert execution.output == [{"name": "a"}, {"name": "b"}, {"name": "c"}]


def test_calls_of_map_iterations_run_side_by_side_within_limit():
    each = {"StartAt": "Call", "States": {"Call": task(End=True)}}
    definition = {"StartAt": "All", "States": {"All": {"Type": "Map", "ItemProcessor": each, "End": True}}}
    together = Together(2)
    assert opened(Kept(), together, definition, list(range(6)), most=2).advance().output == list(range(6))
    assert together.most == 2


def test_branch_goes_on_while_another_waits_for_its_call():
    definition = {
        "StartAt": "All",
        "States": {
            "All": {
                "Type": "Parallel",
                "Branches": [
                    {"StartAt": "Slow", "States": {"Slow": task(Parameters="slow", End=True)}},
                    {
                        "StartAt": "One",
                        "States": {"One": task(Parameters="one", Next="Two"), "Two": task(Parameters="two", End=True)},
                    },
                ],
                "End": True,
            }
        },
    }
    two = Event()

    def does(task):
        if task.arguments == "two":
            two.set()
        return two.wait(SECONDS) if task.arguments == "slow" else None

    assert opened(Kept(), does, definition, {}).advance().output == [True, None]


def test_history_is_same_in_each_replay_whatever_order_of_answers():
    for order in ("abc", "cab", "bca"):
        turns = {name: Event() for name in order}
        following = dict(pairwise(order))

        def does(task, first=order[0], turns=turns, following=following):
            name = task.arguments["name"]
            assert name == first or turns[name].wait(SECONDS)
            if name in following:
                turns[following[name]].set()
            return name

        store = Kept()
        execution = opened(store, does, THREE, {}).advance()
        assert execution.output == ["a", "b", "c"]
        kept = Journal(store)
        assert progress_of(kept.head, kept.records).run.execution == execution


def test_answers_present_together_are_taken_in_order_of_calls():
    gate = Event()
    calls = Calls(lambda task: gate.wait(SECONDS), most=3, now=lambda: dt.datetime.now(dt.UTC))
    for name in "cab":
        calls.begin(StartTask(id=name, resource="call", arguments={}, context={}))
    threads = [thread for thread in enumerate_threads() if thread.name in {"a", "b", "c"}]
    gate.set()
    for thread in threads:
        thread.join(SECONDS)
    assert [answer.id for answer in calls.answers(None)] == ["c", "a", "b"]


def test_nothing_is_done_twice_wherever_process_dies_during_calls():
    again = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 0, "MaxAttempts": 9}]
    definition = parallel(*((name, task(Parameters={"name": name}, Retry=again, End=True)) for name in "abc"))
    whole = Kept()
    opened(whole, lambda task: task.arguments, definition, {}).advance()
    for number in range(2, whole.writes + 1):
        store, done, lock = Kept(), Counter(), Lock()

        def does(task, done=done, lock=lock):
            with lock:
                done[task.id] += 1
            return task.arguments

        store.dies_at = number
        with pytest.raises(Crash):
            opened(store, does, definition, {}).advance()
        execution = opened(store, does, definition, {}).advance()
        assert execution.output == [{"name": "a"}, {"name": "b"}, {"name": "c"}], number
        assert max(done.values()) == 1, (number, done)


def test_each_call_under_way_when_process_died_is_reported_lost():
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Told"}]
    branches = [
        {"StartAt": name, "States": {name: task(Catch=catch, End=True), "Told": {"Type": "Pass", "End": True}}}
        for name in ("a", "b")
    ]
    definition = {"StartAt": "All", "States": {"All": {"Type": "Parallel", "Branches": branches, "End": True}}}
    store, begun, hold = Kept(), Barrier(3, timeout=SECONDS), Event()

    def does(_):
        begun.wait()
        hold.wait(SECONDS)

    driver = opened(store, does, definition, {})

    def dies():
        begun.wait()
        raise Crash

    driver._listen = dies
    try:
        with pytest.raises(Crash):
            driver.advance()
    finally:
        hold.set()
    output = opened(store, lambda _: None, definition, {}).advance().output
    assert output == [{"Error": "States.TaskFailed", "Cause": LOST}] * 2


def test_call_longer_than_timeout_of_its_state_is_left_behind():
    definition = {"StartAt": "A", "States": {"A": task(TimeoutSeconds=1, End=True)}}
    hold = Event()
    try:
        execution = opened(Kept(), lambda _: hold.wait(SECONDS), definition, {}).advance()
    finally:
        hold.set()
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "States.Timeout", None)


def test_machine_out_of_time_does_not_wait_for_calls():
    hold = Event()
    try:
        execution = opened(Kept(), lambda _: hold.wait(SECONDS), {**THREE, "TimeoutSeconds": 1}, {}).advance()
    finally:
        hold.set()
    assert execution.status == "TIMED_OUT"


def test_failed_branch_does_not_wait_for_calls_of_others():
    hold = Event()

    def does(task):
        if task.arguments["name"] == "b":
            raise TaskFailed("Broken", "for good")
        return hold.wait(SECONDS)

    try:
        execution = opened(Kept(), does, THREE, {}).advance()
    finally:
        hold.set()
    assert (execution.status, execution.error) == ("FAILED", "Broken")


def test_calls_left_behind_are_let_end_before_the_process_does():
    told, ended = Event(), []

    def does(task):
        if task.arguments["name"] == "c":
            raise TaskFailed("Broken", "for good")
        told.wait(SECONDS)
        ended.append(task.arguments["name"])

    driver = opened(Kept(), does, THREE, {})
    assert driver.advance().status == "FAILED"
    assert ended == []
    told.set()
    driver.calls.let_end(SECONDS)
    assert sorted(ended) == ["a", "b"]


def test_calls_under_way_are_recorded_although_something_else_goes_wrong():
    store, begun, hold = Kept(), Barrier(4, timeout=SECONDS), Event()

    def does(task):
        begun.wait()
        hold.wait(SECONDS)
        return task.arguments

    driver = opened(store, does, THREE, {})

    def broken():
        begun.wait()
        hold.set()
        raise OSError("the API is away")

    driver._listen = broken
    with pytest.raises(OSError, match="the API is away"):
        driver.advance()
    again = Counter()
    assert opened(store, lambda task: again.update([task.id]), THREE, {}).advance().output == [
        {"name": name} for name in "abc"
    ]
    assert not again


def test_anything_ending_call_without_answer_ends_process():
    def does(task):
        raise Crash

    with pytest.raises(Crash):
        opened(Kept(), does, THREE, {}).advance()
