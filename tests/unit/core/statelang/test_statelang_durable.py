"""An execution with a journal: whatever process dies, nothing is done twice, and what was done is not done again."""

import datetime as dt
from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.statelang import StartTask, TaskFailed, start_of, to_json
from airflow_provider_media.core.statelang.durable import Driver, Journal, Waiting, journal
from airflow_provider_media.core.statelang.durable.driver import LOST

AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
AGAIN = [{"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 1, "MaxAttempts": 9}]


def task(resource, **more):
    return {"Type": "Task", "Resource": resource, "Retry": AGAIN, **more}


LOOP = {
    "StartAt": "Count",
    "States": {
        "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Look"},
        "Look": task("light:look", ResultPath="$.seen", Next="Pause"),
        "Pause": {"Type": "Wait", "Seconds": 5, "Next": "Enough?"},
        "Enough?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.n", "NumericLessThan": 3, "Next": "Count"}],
            "Default": "Encode",
        },
        "Encode": task("apart:encode", End=True),
    },
}
MAPS = {
    "StartAt": "Films",
    "States": {
        "Films": {
            "Type": "Map",
            "ItemsPath": "$.films",
            "MaxConcurrency": 2,
            "ItemProcessor": {
                "StartAt": "Scenes",
                "States": {
                    "Scenes": {
                        "Type": "Map",
                        "ItemsPath": "$.scenes",
                        "ItemProcessor": {
                            "StartAt": "Probe",
                            "States": {"Probe": task("light:probe", Next="Cut"), "Cut": task("apart:cut", End=True)},
                        },
                        "End": True,
                    }
                },
            },
            "End": True,
        }
    },
}
GROUP = {
    "StartAt": "Both",
    "States": {
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Film", "States": {"Film": {"Type": "Task", "Resource": "apart:film", "End": True}}},
                {
                    "StartAt": "Sound",
                    "States": {
                        "Sound": task("light:sound", Next="Mix"),
                        "Mix": {"Type": "Task", "Resource": "fails-once:mix", "End": True},
                    },
                },
            ],
            "Retry": [{"ErrorEquals": ["Mixer", "States.TaskFailed"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Tell"}],
            "Next": "Tell",
        },
        "Tell": task("light:tell", End=True),
    },
}
MACHINES = {
    "a loop": (LOOP, {"n": 0}),
    "a Map in a Map": (MAPS, {"films": [{"scenes": [1, 2]}, {"scenes": [3]}, {"scenes": []}]}),
    "Retry around a Parallel": (GROUP, {"clip": "a"}),
}


class Crash(BaseException):
    """The process dies."""


class Kept(dict):
    """A store whose process dies at a given write, before it or right after it."""

    crash_before = crash_after = None
    writes = 0

    def set(self, key, value):
        self.writes += 1
        if self.crash_before == self.writes:
            raise Crash
        self[key] = value
        if self.crash_after == self.writes:
            raise Crash

    def delete(self, key):
        self.pop(key, None)


class World:
    """Everything outside: a clock, work done here, and runs apart that end at once."""

    def __init__(self):
        self.now = AT
        self.done = Counter()
        self.runs = {}
        self.is_orphaned = set()
        self.failing = set()
        self.slow = set()

    def clock(self):
        self.now += dt.timedelta(milliseconds=1)
        return self.now

    def does(self, task):
        self.done[task.id] += 1
        if task.resource in self.failing:
            raise TaskFailed("Broken", "for good")
        if task.resource.startswith("fails-once") and task.id.startswith("/Both["):
            raise TaskFailed("Mixer", "once")
        return task.arguments

    def name(self, task, redrives):
        return f"{task.id}~{redrives}" if task.resource.startswith("apart:") else None

    def start(self, name, task):
        self.runs.setdefault(name, task)

    def ended(self, names):
        return [name for name in names if self.runs[name].resource not in self.slow]

    def alive(self, names):
        return [name for name in names if name not in self.is_orphaned]

    def answer(self, name):
        if self.runs[name].resource in self.failing:
            raise TaskFailed("Broken", "for good")
        return self.runs[name].arguments

    def orphans(self, names):
        self.is_orphaned |= set(names)


def opened(store, world, definition, value, most=10):
    kept = Journal(store)
    if kept.head is None:
        start = start_of(value, at=AT, name="job", machine="m", express=False)
        kept.begin({"start": to_json(start), "definition": definition, "clears": 0})
    return Driver(kept, does=world.does, children=world, max_child_runs=most, now=world.clock)


def go_on(store, world, definition, value, **more):
    """The execution at its end, unless the process dies."""
    driver = opened(store, world, definition, value, **more)
    while isinstance(found := driver.advance(), Waiting):
        world.now = max(world.now, found.until or world.now)
    return found


def finished(store, world, definition, value, **more):
    """The execution at its end; whenever the process has died another goes on."""
    for _ in range(100):
        with suppress(Crash):
            return go_on(store, world, definition, value, **more)
    raise AssertionError("it never ends")


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("crash", ["crash_before", "crash_after"])
def test_nothing_is_done_twice_wherever_the_process_dies(name, crash):
    definition, value = MACHINES[name]
    whole = finished(store := Kept(), World(), definition, value)
    assert whole.status == "SUCCEEDED"
    for number in range(1, store.writes + 1):
        broken, world = Kept(), World()
        setattr(broken, crash, number)
        execution = finished(broken, world, definition, value)
        assert (execution.status, execution.output) == ("SUCCEEDED", whole.output), number
        assert max(world.done.values()) == 1, (number, world.done)
        assert broken.writes >= number


@pytest.mark.parametrize("name", MACHINES)
@settings(max_examples=60, deadline=None)
@given(deaths=st.lists(st.tuples(st.sampled_from(["crash_before", "crash_after"]), st.integers(1, 9)), max_size=8))
def test_nothing_is_done_twice_however_often_the_process_dies(name, deaths):
    definition, value = MACHINES[name]
    store, world = Kept(), World()
    for crash, writes in deaths:
        store.crash_before = store.crash_after = None
        setattr(store, crash, store.writes + writes)
        with suppress(Crash):
            go_on(store, world, definition, value)
    store.crash_before = store.crash_after = None
    execution = go_on(store, world, definition, value)
    assert execution.status in {"SUCCEEDED", "FAILED"}
    assert max(world.done.values(), default=1) == 1
    assert opened(store, world, definition, value).run.execution == execution


def test_work_lost_with_process_fails_unrepeated_without_retry():
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "light:a", "End": True}}}
    store, world = Kept(), World()
    store.crash_before = 3
    execution = finished(store, world, definition, {})
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "States.TaskFailed", LOST)
    assert world.done == {"/A@1#1": 1}


def test_pages_are_sealed_and_read_back_wherever_the_process_dies(monkeypatch):
    monkeypatch.setattr(journal, "PAGE_RECORDS", 3)
    for number in range(1, 14):
        store = Kept()
        store.crash_before = number
        written = []
        try:
            kept = Journal(store)
            kept.begin({})
            for count in range(10):
                kept.append({"n": count})
                written.append({"n": count})
        except Crash:
            assert Journal(store).records[: len(written)] == written
        else:
            assert Journal(store).records == written
            assert sorted(store) == ["0000", "0001", "0002", "0003.0000", "head"]


def test_runs_apart_are_started_as_far_as_there_is_room():
    definition = {
        "StartAt": "All",
        "States": {
            "All": {
                "Type": "Map",
                "ItemProcessor": {
                    "StartAt": "Cut",
                    "States": {"Cut": {"Type": "Task", "Resource": "apart:cut", "End": True}},
                },
                "End": True,
            }
        },
    }
    store, world = Kept(), World()
    world.slow.add("apart:cut")
    driver = opened(store, world, definition, list(range(5)), most=2)
    assert driver.advance() == Waiting(until=None, runs=("/All[0]/Cut@1#1~0", "/All[1]/Cut@1#1~0"), held_back=3)
    assert len(world.runs) == 2
    world.slow.clear()
    assert driver.advance().output == list(range(5))


def test_run_apart_nobody_waits_for_any_more_is_told_so():
    definition = {
        "StartAt": "Both",
        "States": {
            "Both": {
                "Type": "Parallel",
                "Branches": [
                    {"StartAt": "Film", "States": {"Film": {"Type": "Task", "Resource": "apart:film", "End": True}}},
                    {"StartAt": "Sound", "States": {"Sound": {"Type": "Task", "Resource": "light:sound", "End": True}}},
                ],
                "End": True,
            },
        },
    }
    store, world = Kept(), World()
    world.slow.add("apart:film")
    world.failing.add("light:sound")
    execution = opened(store, world, definition, {}).advance()
    assert (execution.status, execution.error) == ("FAILED", "Broken")
    assert world.is_orphaned == {"/Both[0]/Film@1#1~0"}


REDRIVEN = {
    "StartAt": "First",
    "TimeoutSeconds": 1000,
    "States": {
        "First": {"Type": "Task", "Resource": "light:first", "Next": "Both"},
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {
                    "StartAt": "Film",
                    "States": {
                        "Film": {
                            "Type": "Task",
                            "Resource": "light:film",
                            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Other"}],
                            "End": True,
                        },
                        "Other": {"Type": "Task", "Resource": "light:other", "End": True},
                    },
                },
                {
                    "StartAt": "Sound",
                    "States": {"Sound": {"Type": "Task", "Resource": "light:sound", "Retry": AGAIN[:], "End": True}},
                },
                {"StartAt": "Long", "States": {"Long": {"Type": "Task", "Resource": "apart:long", "End": True}}},
            ],
            "Next": "Last",
        },
        "Last": {"Type": "Task", "Resource": "light:last", "End": True},
    },
}


def test_a_redrive_does_what_failed_once_more_and_nothing_else():
    store, world = Kept(), World()
    world.failing |= {"light:sound", "light:film"}
    world.slow.add("apart:long")
    failed = finished(store, world, REDRIVEN, {"x": 1})
    assert failed.status == "FAILED"
    assert world.is_orphaned == {"/Both[2]/Long@1#1~0"}
    before = Counter(world.done)
    world.failing.clear()
    world.slow.clear()
    driver = opened(store, world, REDRIVEN, {"x": 1})
    assert driver.advance().status == "FAILED"
    driver.redrive(0)
    assert driver.advance().status == "FAILED", "the journal knows of no clear of the run since"
    driver.redrive(1)
    again = driver.advance()
    assert (again.status, again.output) == ("SUCCEEDED", [{"Error": "Broken", "Cause": "for good"}, {"x": 1}, {"x": 1}])
    assert world.done - before == {"/Both[1]/Sound@1#1": 1, "/Last@1#1": 1}
    assert set(world.runs) == {"/Both[2]/Long@1#1~0", "/Both[2]/Long@1#1~1"}
    driver.redrive(2)
    assert driver.advance() == again, "one that has succeeded is not redriven"
    assert opened(store, world, REDRIVEN, {"x": 1}).run.start.redrives == 1


COUNTED = {
    "StartAt": "First",
    "States": {
        "First": {"Type": "Task", "Resource": "light:first", "Next": "Count"},
        "Count": {"Type": "Pass", "Parameters": {"before.$": "$$.Execution.RedriveCount"}, "Next": "Redriven?"},
        "Redriven?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 0, "Next": "Other"}],
            "Default": "Fails",
        },
        "Other": {"Type": "Fail", "Error": "AnotherWay"},
        "Fails": {
            "Type": "Task",
            "Resource": "light:fails",
            "Parameters": {"own.$": "$$.Execution.RedriveCount"},
            "ResultPath": "$.fails",
            "Next": "Last",
        },
        "Last": {
            "Type": "Task",
            "Resource": "light:last",
            "Parameters": {"own.$": "$$.Execution.RedriveCount"},
            "ResultPath": "$.last",
            "End": True,
        },
    },
}


def test_each_state_sees_redrive_count_at_its_entry():
    store, world = Kept(), World()
    world.failing = {"light:fails", "light:last"}
    assert finished(store, world, COUNTED, {}).error == "Broken"
    for number, cured in enumerate(["light:fails", "light:last"], 1):
        world.failing.discard(cured)
        driver = opened(store, world, COUNTED, {})
        driver.redrive(number)
        driver.advance()
    execution = driver.run.execution
    assert execution.output == {"before": 0, "fails": {"own": 1}, "last": {"own": 2}}
    assert opened(store, world, COUNTED, {}).run.execution == execution, "a replay takes the same way"
    assert world.done["/First@1#1"] == 1


@pytest.mark.parametrize("crash", ["crash_before", "crash_after"])
def test_a_redrive_is_as_safe_as_the_execution(crash):
    for number in range(1, 30):
        store, world = Kept(), World()
        world.failing.add("light:last")
        finished(store, world, REDRIVEN, {"x": 1})
        before = Counter(world.done)
        world.failing.clear()
        store.writes = 0
        setattr(store, crash, number)
        try:
            driver = opened(store, world, REDRIVEN, {"x": 1})
            driver.redrive(1)
            driver.advance()
        except Crash:
            driver = opened(store, world, REDRIVEN, {"x": 1})
            driver.redrive(1)
            driver.advance()
        assert set(world.done - before) <= {"/Last@1#1"}
        assert world.done["/Last@1#1"] <= 2, "once before the redrive, and once after it"


def test_redrive_after_timeout_gives_machine_its_time_again():
    definition = {
        "StartAt": "A",
        "TimeoutSeconds": 60,
        "States": {
            "A": {"Type": "Task", "Resource": "light:a", "Next": "B"},
            "B": {"Type": "Wait", "Seconds": 50, "Next": "C"},
            "C": {"Type": "Wait", "Seconds": 50, "End": True},
        },
    }
    store, world = Kept(), World()
    assert finished(store, world, definition, {}).status == "TIMED_OUT"
    driver = opened(store, world, definition, {})
    driver.redrive(1)
    assert isinstance(driver.advance(), Waiting)
    assert finished(store, world, definition, {}).status == "SUCCEEDED"
    assert world.done == {"/A@1#1": 1}


def test_redrive_of_fail_state_fails_again_and_repeats_nothing():
    definition = {
        "StartAt": "A",
        "States": {"A": {"Type": "Task", "Resource": "light:a", "Next": "F"}, "F": {"Type": "Fail", "Error": "Mine"}},
    }
    store, world = Kept(), World()
    assert finished(store, world, definition, {}).error == "Mine"
    driver = opened(store, world, definition, {})
    driver.redrive(1)
    assert (driver.advance().error, world.done) == ("Mine", {"/A@1#1": 1})


def test_a_definition_that_changes_does_not_touch_an_execution():
    store, world = Kept(), World()
    opened(store, world, LOOP, {"n": 0}).advance()
    execution = finished(store, world, {"StartAt": "No", "States": {"No": {"Type": "Fail"}}}, {})
    assert (execution.status, execution.output) == ("SUCCEEDED", {"n": 3, "seen": {"n": 3}})


def test_redrive_of_map_with_limit_finds_lost_answer_when_asked():
    definition = {
        "StartAt": "All",
        "States": {
            "All": {
                "Type": "Map",
                "MaxConcurrency": 1,
                "ToleratedFailureCount": 1,
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": "Cut",
                    "States": {"Cut": {"Type": "Task", "Resource": "odd:cut", "End": True}},
                },
                "End": True,
            }
        },
    }
    store, world = Kept(), World()
    broken = {0, 2}
    world.does = lambda task: _cut(world, task, broken)
    failed = finished(store, world, definition, [0, 1, 2, 3])
    assert failed.error == "States.ExceedToleratedFailureThreshold"
    broken.clear()
    driver = opened(store, world, definition, [0, 1, 2, 3])
    driver.redrive(1)
    assert driver.advance().output == [0, 1, 2, 3]
    assert world.done == {
        "/All[0]/Cut@1#1": 2,
        "/All[1]/Cut@1#1": 1,
        "/All[2]/Cut@1#1": 2,
        "/All[3]/Cut@1#1": 1,
    }


def _cut(world, task: StartTask, broken):
    world.done[task.id] += 1
    if task.arguments in broken:
        raise TaskFailed("Broken", None)
    return task.arguments
