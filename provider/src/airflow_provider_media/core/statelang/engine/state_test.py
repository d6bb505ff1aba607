"""Test of one state of a definition, like Step Functions' ``TestState`` with the inspection level ``DEBUG``.

The other states of the definition need not be valid, so that a state can be tested while the definition is written.
Source: AWS Step Functions API reference, "TestState".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Literal

from airflow_provider_media.core.diagnostics import NOWHERE, Diagnostic
from airflow_provider_media.core.statelang.definition.states import State
from airflow_provider_media.core.statelang.engine.interpreter import start_of
from airflow_provider_media.core.statelang.engine.mocks import MockAnswer
from airflow_provider_media.core.statelang.engine.one_state import view_of
from airflow_provider_media.core.statelang.engine.tracing import (
    ASSIGN,
    ERROR,
    FAILURE,
    NEEDS_RESULT,
    NEXT,
    RETRY,
    TraceStep,
    trace,
)
from airflow_provider_media.core.statelang.errors import DefinitionInvalid, MockNotUsed, StateError, StateUnknown
from airflow_provider_media.core.statelang.expressions.view import ABSENT
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.parsing.files import DefinitionSource
from airflow_provider_media.core.statelang.parsing.parse import parse_state
from airflow_provider_media.core.statelang.validation import validate
from airflow_provider_media.core.statelang.validation.report import MISSING_TARGET, SCHEMA

StateTestStatus = Literal["SUCCEEDED", "FAILED", "RETRIABLE", "CAUGHT_ERROR", "MOCK_MISSING"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTest:
    """One test of one state.

    :param source: the definition that has the state.
    :param state: the state's name.
    :param input: the state's input.
    :param variables: workflow variables by name.
    :param context: parts of the context object, in place of the generated ones.
    :param answer: answer of the state's work; ``None`` to stop before the work of a Task, Parallel or Map.
    :param retries: number of retries that each retrier has made before.
    """

    source: DefinitionSource
    state: str
    input: Json
    variables: Mapping[str, Json] = field(default_factory=dict)
    context: Mapping[str, Json] = field(default_factory=dict)
    answer: MockAnswer | None = None
    retries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTestResult:
    """The result of a test of one state.

    :param status: ``RETRIABLE``: a retrier takes the error. ``CAUGHT_ERROR``: a catcher takes it. ``MOCK_MISSING``:
        the state's work needs an answer.
    :param output: the state's output, when the state goes on or ends.
    :param next_state: the state that follows; ``None`` at the machine's end.
    :param retry_seconds: delay of the retry.
    :param assigned: variables that the state assigns.
    :param steps: the steps of the data flow.
    """

    status: StateTestStatus
    output: Json = None
    error: str | None = None
    cause: str | None = None
    next_state: str | None = None
    retry_seconds: float | None = None
    assigned: Mapping[str, Json] = field(default_factory=dict)
    steps: tuple[TraceStep, ...] = ()


def run_state_test(test: StateTest, at: datetime) -> StateTestResult:
    """Test a state.

    :param at: when the state is entered.
    :raises StateMachineInvalid: when the definition is not JSON, or the state has errors.
    :raises StateUnknown: when the definition has no such state.
    :raises MockNotUsed: when the state's work needs no answer.
    """
    state = _checked_state(test.source, test.state)
    answer = test.answer
    if answer is not None and not isinstance(state, NEEDS_RESULT):
        raise MockNotUsed(f"The state {state.name!r} of type {state.kind} does its work itself: leave out its mock.")
    used = (test.retries,) * len(state.retry)
    start = start_of(test.input, name="test-state", express=False, at=at)
    view = view_of(start, state, test.input, at=at, variables=test.variables, used=used)
    view = replace(view, context={**view.context, **test.context})
    result, error = (ABSENT, None) if answer is None else (answer.result, _error_of(answer))
    return _result_of(state, trace(state, view, result, error, used))


def _error_of(answer: MockAnswer) -> StateError | None:
    return None if answer.failure is None else StateError(answer.failure.error, answer.failure.cause)


def _result_of(state: State, steps: tuple[TraceStep, ...]) -> StateTestResult:
    by_name = {step.name: step.value for step in steps}
    error: Any = by_name.get(FAILURE) or by_name.get(ERROR) or {}
    known: dict[str, Any] = {"error": error.get("Error"), "cause": error.get("Cause"), "steps": steps}
    if FAILURE in by_name:
        return StateTestResult(status="FAILED", **known)
    if RETRY in by_name:
        return StateTestResult(status="RETRIABLE", retry_seconds=by_name[RETRY]["delay_seconds"], **known)
    if NEXT not in by_name:
        known["cause"] = (
            f"The state {state.name!r} of type {state.kind} gets its result from outside: add a mock with a result or"
            " an error to see what follows."
        )
        return StateTestResult(status="MOCK_MISSING", **known)
    # The output is the last step before the assignments and the next state.
    output = next(step.value for step in reversed(steps) if step.name not in {NEXT, ASSIGN})
    return StateTestResult(
        status="CAUGHT_ERROR" if ERROR in by_name else "SUCCEEDED",
        output=output,
        next_state=by_name[NEXT],
        assigned=by_name.get(ASSIGN, {}),
        **known,
    )


def _checked_state(source: DefinitionSource, name: str) -> State:
    definition = source.read()
    states = {each: (location, value) for location, each, value in reversed(list(_states(definition, "")))}
    if name not in states:
        raise unknown_state(name, list(reversed(states)))
    location, value = states[name]
    found = [one for one in validate(definition) if one.is_error and _is_of_state(one, location)]
    if found:
        raise source.refusal(found)
    try:
        return parse_state(definition, name, value, location)
    except DefinitionInvalid as error:
        found = [Diagnostic(mark=NOWHERE, field=error.location, message=error.message, rule=SCHEMA)]
        raise source.refusal(found) from None


def unknown_state(name: str, states: list[str]) -> StateUnknown:
    """Return the error for a name that no state has.

    :param states: names of all states.
    """
    near = get_close_matches(name, states, n=1)
    meant = f"; did you mean {near[0]!r}?" if near else "."
    return StateUnknown(f"There is no state {name!r}{meant} The states are: {', '.join(states)}", state=name)


def _is_of_state(one: Diagnostic, location: str) -> bool:
    """Return whether an error is about the state itself, and not about the transitions to and from it."""
    return one.rule != MISSING_TARGET and (one.field == location or one.field.startswith(f"{location}/"))


def _states(machine: Any, location: str) -> Iterator[tuple[str, str, Any]]:
    """Yield location, name and JSON of each state, states of inner machines included."""
    states = machine.get("States") if isinstance(machine, Mapping) else None
    for name, state in states.items() if isinstance(states, Mapping) else ():
        place = f"{location}/States/{name}"
        yield place, name, state
        if not isinstance(state, Mapping):
            continue
        branches = state.get("Branches")
        for number, branch in enumerate(branches if isinstance(branches, list) else ()):
            yield from _states(branch, f"{place}/Branches/{number}")
        for key in ("ItemProcessor", "Iterator"):
            yield from _states(state.get(key), f"{place}/{key}")
