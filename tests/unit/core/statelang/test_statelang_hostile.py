"""Mutated and hostile definitions end in each front end as diagnostics or as failed executions, and in time."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_media.core.statelang import (
    DefinitionInvalid,
    Machine,
    StartTask,
    State,
    StateError,
    TaskFailed,
    execute,
    parse,
    start_of,
    to_json,
    validate,
)
from airflow_provider_media.core.statelang.definition.states import (
    ChoiceState,
    MapState,
    ParallelState,
    TaskState,
    WaitState,
)
from airflow_provider_media.core.statelang.durable import Driver, Journal, Waiting
from airflow_provider_media.core.statelang.engine.one_state import (
    after_error,
    after_result,
    choose,
    view_of,
    waits_until,
    without_work,
)
from airflow_provider_media.core.statelang.engine.one_state import effective_input as input_of
from airflow_provider_media.core.statelang.native import shape_of
from tests.memory import own_peak_mib

ROOT = Path(__file__).parents[4]
CASES = json.loads((ROOT / "tests" / "dags" / "state_machines" / "cases.json").read_text())
KNOWN = [case["definition"] for case in CASES.values()]
KNOWN += [json.loads(path.read_text()) for path in sorted((ROOT / "include" / "state_machines").rglob("*.json"))]
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
DEFINITIONS = 1000
MEMORY_MIB = 300
ENDS = {"SUCCEEDED", "FAILED", "TIMED_OUT"}
HOSTILE = [
    None,
    True,
    -1,
    0.5,
    10**400,
    float("nan"),
    float("-inf"),
    "",
    "\ud800",
    "x" * 100_000,
    "$",
    "$..*..*..*",
    "$[?(@.a =~ /(a+)+b/)]",
    "$[?(((((",
    "$.a[" + "9" * 5000 + "]",
    "$$.Task.Token",
    "States.Format('{}{}{}', $, $, $)",
    "States.Array(" * 400 + ")" * 400,
    "States.JsonToString(States.Array($, $, $, $, $, $, $, $))",
    "{% [1..9999999] %}",
    "{% $pad('x', 1000000000) %}",
    "{% ($f := function($n){ 1 + $f($n) }; $f(1)) %}",
    "{% $states.input ~> |$|{'a': $}| %}",
    "{% $parse('[1e999]') %}",
    "*-" * 300,
    json.loads("[" * 330 + "]" * 330),
    [[]],
    {"a.$": "$", "a": 1},
    {"": {"": {}}},
    list(range(2000)),
    "9999-12-31T23:59:59-23:59",
    [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 99_999_999, "BackoffRate": 1e300, "IntervalSeconds": 99_999_999}],
    [{"ErrorEquals": ["States.ALL"], "Next": "S"}],
]
INPUTS = [
    {},
    [],
    "a" * 30 + "!",
    {"a": "a" * 40, "n": 10**400, "items": [{"a": "b"}] * 20},
    json.loads('{"a":' * 200 + "1" + "}" * 200),
]


class Store(dict[str, Any]):
    """A journal's store in memory, which keeps what JSON keeps."""

    def set(self, key: str, value: Any) -> None:
        self[key] = json.loads(json.dumps(value))

    def delete(self, key: str) -> None:
        del self[key]


class VirtualClock:
    def __init__(self) -> None:
        self.time = AT

    def now(self) -> dt.datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += dt.timedelta(seconds=max(0.0, seconds))


class Nowhere:
    """No task runs apart."""

    def name(self, _task: StartTask, _redrives: int) -> None:
        return None

    def orphans(self, _names: Any) -> None:
        return None


def places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything inside a value, as far as it is not nested without measure."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside if len(before) < 50 else ():
        yield (*before, key)
        yield from places(item, (*before, key))


def found_at(machine: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        machine = machine[key]
    return machine


def mutate(source: random.Random, machine: dict[str, Any]) -> None:
    """Replace, take away, double or exchange one thing."""
    ways = list(places(machine))
    if not ways:
        return
    way = source.choice(ways)
    target, last = found_at(machine, way[:-1]), way[-1]
    kind = source.randrange(5)
    if kind == 0:
        del target[last]
    elif kind == 1:
        target[last] = copy.deepcopy(found_at(machine, source.choice(ways)))
    elif kind == 2 and last in {"Next", "Default", "StartAt"} and isinstance(machine.get("States"), dict):
        target[last] = source.choice([*machine["States"], "S"])
    else:
        target[last] = copy.deepcopy(source.choice(HOSTILE))


def begin_with_hostile_state(source: random.Random, machine: dict[str, Any]) -> None:
    """Put a state in front that is valid and does what costs most; some go round in a loop with it."""
    texts = [text for text in HOSTILE if isinstance(text, str)]
    expressions = [text for text in texts if text.startswith("{%")]
    paths = [text for text in texts if text.startswith(("$", "States."))]
    state = source.choice(
        [
            {"Type": "Pass", "QueryLanguage": "JSONata", "Output": source.choice(expressions)},
            {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"v": source.choice(expressions)}},
            {"Type": "Pass", "Parameters": {"a.$": source.choice(paths), "b.$": source.choice(paths)}},
            {"Type": "Pass", "Assign": {"v.$": source.choice(paths)}},
            {"Type": "Pass", "Result": source.choice(INPUTS), "ResultPath": "$.a"},
            {"Type": "Wait", "SecondsPath": "$.n"},
        ]
    )
    target = source.choice([machine["StartAt"], "Hostile?"])
    rule = {"Variable": "$.a", "StringMatches": "*a*a*a*a*b", "Next": "Hostile"}
    machine["States"] |= {
        "Hostile": {**state, "Next": target},
        "Hostile?": {"Type": "Choice", "Choices": [rule], "Default": source.choice(["Hostile", machine["StartAt"]])},
    }
    if target != "Hostile?":
        del machine["States"]["Hostile?"]
    machine["StartAt"] = "Hostile"


def mutated(source: random.Random) -> dict[str, Any]:
    """A known machine in which up to three things have been changed."""
    machine: dict[str, Any] = copy.deepcopy(source.choice(KNOWN))
    begins = source.random() < 0.6
    if begins and machine.get("QueryLanguage") != "JSONata":
        begin_with_hostile_state(source, machine)
    for _ in range(source.choice([0, 0, 1]) if begins else source.choice([1, 1, 2, 3])):
        mutate(source, machine)
    # Loops that nothing else ends are to end soon.
    return {**machine, "TimeoutSeconds": 1} if source.random() < 0.9 else machine


def work(source: random.Random) -> Any:
    """Tasks that hand on what they get, give something else, or fail."""

    def invoke(_resource: str, arguments: Any, _context: Any) -> Any:
        if source.random() < 0.2:
            raise TaskFailed(source.choice(["States.TaskFailed", "A", None]), "cause")
        return source.choice([arguments, copy.deepcopy(source.choice(INPUTS)), "x" * 300_000])

    return invoke


def run_durable(definition: dict[str, Any], value: Any, source: random.Random) -> str:
    invoke, clock = work(source), VirtualClock()
    journal = Journal(Store())
    journal.begin(
        {"start": to_json(start_of(value, name="one", express=False, at=AT)), "definition": definition, "clears": 0}
    )
    driver = Driver(
        journal,
        does=lambda task: invoke(task.resource, task.arguments, task.context),
        children=Nowhere(),  # type: ignore[arg-type]  # nothing else is asked of it
        max_child_runs=1,
        now=clock.now,
    )
    while isinstance(found := driver.advance(), Waiting):
        assert found.until is not None
        clock.time = max(clock.time, found.until)
    return found.status


def run_native(machine: Machine, value: Any, source: random.Random) -> str:
    """The states of a graph of tasks one after the other, as the operators of single states ask for them."""
    shape_of(machine)
    invoke, start = work(source), start_of(value, name="one", express=False, at=AT)
    name: str | None = machine.start_at
    variables: dict[str, Any] = {}
    for _ in range(100):
        if name is None:
            return "SUCCEEDED"
        state = machine.states[name]
        view = view_of(start, state, value, at=AT, variables=variables)
        try:
            transition = _transition(state, view, invoke)
        except StateError as error:
            try:
                transition = after_error(state, view, error, tuple(int(each.max_attempts) for each in state.retry))  # type: ignore[assignment]
            except StateError:
                return "FAILED"
        name, value = transition.next, transition.output
        variables |= transition.assigned
    return "TIMED_OUT"


def _transition(state: State, view: Any, invoke: Any) -> Any:
    if isinstance(state, ChoiceState):
        return choose(state, view)
    if isinstance(state, WaitState):
        waits_until(state, view)
    if isinstance(state, TaskState):
        try:
            return after_result(state, view, invoke(state.resource.text, input_of(state, view), {}))
        except TaskFailed as failed:
            raise StateError(failed.error, failed.cause) from failed
    if isinstance(state, (MapState, ParallelState)):
        return after_result(state, view, [input_of(state, view)])
    return after_result(state, view, without_work(state, view))


@pytest.mark.parametrize("part", range(10))
def test_each_front_end_ends_mutated_definitions_in_time_and_memory(part: int) -> None:
    before = own_peak_mib()
    for seed in range(part, DEFINITIONS, 10):
        source = random.Random(seed)
        definition, value = mutated(source), copy.deepcopy(source.choice(INPUTS))
        print(f"seed {seed}")  # pytest shows it where its time limit ends a definition that does not end
        found = validate(definition)
        assert all(one.rule and one.field and one.message for one in found), seed
        try:
            machine = parse(definition)
        except DefinitionInvalid:
            assert any(one.is_error for one in found), seed
            continue
        if any(one.is_error for one in found):
            continue  # no front end runs it
        for front_end in (
            lambda machine=machine, value=value, seed=seed: run_native(machine, value, random.Random(seed)),
            lambda definition=definition, value=value, seed=seed: run_durable(definition, value, random.Random(seed)),
            lambda machine=machine, value=value, seed=seed: (
                execute(
                    machine,
                    value,
                    invoke=work(random.Random(seed)),
                    clock=VirtualClock(),
                    express=True,
                ).status
            ),
        ):
            assert front_end() in ENDS, seed
    assert own_peak_mib() - before < MEMORY_MIB
