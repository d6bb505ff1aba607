"""Recorded executions of the real service for the tests in Airflow, a spread of them that is the same each time.

They lie outside of the repository: STATELANG_CASES names the folder with ``cases.jsonl``, and with ``run_cases.py``,
which plays the outside world.
"""

import functools
import hashlib
import importlib.util
import json
import os
import re
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from airflow_provider_media.core import statelang
from airflow_provider_media.core.statelang.native import NativePlan, shape_of

FOLDER = Path(os.environ.get("STATELANG_CASES") or "nowhere")
LONGEST = 2.0
"""Seconds that an execution may wait in all: Airflow waits in real time."""


class RealClock:
    """Real time, for functions that sleep."""

    def now(self):
        return datetime.now(UTC)

    def sleep(self, seconds):
        time.sleep(max(0.0, seconds))


@functools.cache
def judge():
    """The module that plays the outside world and compares values."""
    spec = importlib.util.spec_from_file_location("recorded_cases_judge", FOLDER / "run_cases.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def cases():
    """All recorded cases by a short name."""
    if not FOLDER.is_dir():
        return {}
    rows = [json.loads(line) for line in (FOLDER / "cases.jsonl").read_text().splitlines()]
    return {hashlib.sha256(row["id"].encode()).hexdigest()[:10]: row for row in rows}


def pure(case):
    """The execution in the engine itself, in virtual time."""
    clock = judge().VirtualClock()
    invoke = judge().make_invoke(case, clock, statelang.execute, statelang.TaskFailed)
    return statelang.execute(
        case["definition"], case["input"], invoke=invoke, express=case["type"] == "EXPRESS", clock=clock
    )


def suits(case):
    """Whether a run can have the case's input, and it ends soon enough; a run's conf is always an object."""
    if not isinstance(case["input"], dict):
        return False
    try:
        events = pure(case).events
    except NotImplementedError:
        return False
    return (events[-1].at - events[0].at).total_seconds() <= LONGEST


def spread(count, admits):
    """Names of that many cases, each for the feature that the fewest of those before it have; the same ones
    each time.
    """
    left = {name: case for name, case in sorted(cases().items()) if suits(case) and admits(case)}
    chosen, covered = [], Counter()
    while left and len(chosen) < count:
        features = {feature for case in left.values() for feature in case["features"]}
        rarest = min(features, key=lambda feature: (covered[feature], feature))
        name = next(name for name, case in left.items() if rarest in case["features"])
        chosen.append(name)
        covered.update(left.pop(name)["features"])
    return chosen


def answers(case):
    """Does the work of the case's tasks."""
    invoke = judge().make_invoke(case, RealClock(), statelang.execute, statelang.TaskFailed)
    return lambda resource, arguments, context, work=None: invoke(resource, arguments, context)


def same(case, expected, found):
    """Whether two outputs are equal, except for what differs between any two executions."""
    wanted = case["expected"]
    return judge().same(expected, found, set(wanted.get("output_wildcards", ())), set(wanted.get("ignore_keys", ())))


def assert_same_error(case, expected, found):
    """Error and cause are those of the pure engine, but for the number of an event, which a graph of tasks has not."""
    assert found["Error"] == expected.error
    if not case["expected"].get("cause_wildcard"):
        unnumbered = re.sub(r" \(entered at the event id #\d+\)", "", expected.cause) if expected.cause else None
        assert found["Cause"] in (expected.cause, unnumbered)


def can_be_a_graph(case):
    """Whether a DAG with a task for each state can be made of the machine."""
    return isinstance(shape_of(statelang.parse(case["definition"])), NativePlan)


FRONT_ENDS = {"native": can_be_a_graph, "durable": lambda _: True}
"""By name: which machines it admits."""
UNDER_THE_SCHEDULER = 20 // len(FRONT_ENDS)
"""Cases of each front end that also run under the scheduler."""


def chosen(count):
    """The cases that run in Airflow, each with its front end: that many for each front end."""
    return [(front, name) for front, admits in FRONT_ENDS.items() for name in spread(count, admits)]


def dag_id(front, name):
    """Id of the DAG of a case."""
    return f"state_machine_recorded_{front}_{name}"


def of_dag(wanted):
    """The case of a DAG with its front end; none where the DAG is another's."""
    return [(front, name) for front in FRONT_ENDS for name in cases() if dag_id(front, name) == wanted]


def dag_of(front, name):
    """The DAG of a case, whose tasks answer as the recorded ones did."""
    from airflow_provider_media.factory.state_machine import state_machine_dag

    case = cases()[name]
    return state_machine_dag(
        f"recorded_{front}_{name}", case["definition"], call=answers(case), durable=front == "durable"
    )
