"""The walk through a machine as generators, which yield requests and are resumed with the results."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import singledispatch
from typing import Any, TypeAlias

from airflow_provider_media.core.statelang.definition.retry import catcher_for, retry_after
from airflow_provider_media.core.statelang.definition.states.state import Machine, State
from airflow_provider_media.core.statelang.engine.effects import Effect, Timer
from airflow_provider_media.core.statelang.engine.scope import Scope, VisitScope
from airflow_provider_media.core.statelang.errors import QUERY_EVALUATION, StateError
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import check_result


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """A request to run several walks concurrently; the owner resumes with their results in order.

    :param count: number of walks.
    :param start: makes the walk of a number, counted from 0.
    :param limit: concurrency limit; 0 for no limit.
    :param tolerates: whether a number of failures is tolerated; the results leave out failed walks.
    """

    count: int
    start: Callable[[int], Walk]
    limit: int = 0
    tolerates: Callable[[int], bool] = lambda _: False


Request: TypeAlias = Effect | Fork
Walk: TypeAlias = Generator[Request, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The transition out of a state.

    :param next: the state that follows; ``None`` at the end.
    :param output: the state's output.
    :param assigned: variables that get new values.
    """

    next: str | None
    output: Json
    assigned: dict[str, Json] = field(default_factory=dict)


def walk_machine(machine: Machine, scope: Scope, value: Json) -> Walk:
    """Walk a machine from its first state to its end; the result is the last state's output.

    :raises StateError: when a state fails and no catcher matches the error.
    """
    name: str | None = machine.start_at
    while name is not None:
        transition = yield from walk_state(machine.states[name], scope, value)
        name, value = transition.next, transition.output
    return value


def walk_state(state: State, scope: Scope, value: Json) -> Generator[Request, Any, Transition]:
    """Visit a state once, with its retries and catchers."""
    scope.visits[state.name] += 1
    entered = scope.record(f"{state.kind}StateEntered", name=state.name, input=value)
    visit = VisitScope(
        scope=scope,
        state=state,
        raw=value,
        number=scope.visits[state.name],
        entered=entered,
        entered_at=scope.clock.now,
        used=(0,) * len(state.retry),
    )
    visit.redrives = scope.clock.redrives_at(visit)
    transition = yield from _attempts(visit)
    scope.assign(transition.assigned)
    assigned = {"assignedVariables": transition.assigned} if transition.assigned else {}
    scope.record(f"{state.kind}StateExited", name=state.name, output=transition.output, **assigned)
    return transition


@singledispatch
def attempt(state: State, visit: VisitScope) -> Generator[Request, Any, Transition]:
    """Make one attempt: do the state's work, then return the transition with output and assignments.

    :raises StateError: when the attempt fails.
    """
    result = yield from work(state, visit)
    view = visit.view()
    output = state.flow.output(view, result)
    return Transition(next=state.next, output=output, assigned=state.flow.assignments(view, result))


@singledispatch
def work(state: State, visit: VisitScope) -> Walk:
    """Do the state's work and return its result; a state without work returns its effective input."""
    yield from ()  # a state without work needs no request
    return state.flow.effective_input(visit.view())


def _attempts(visit: VisitScope) -> Generator[Request, Any, Transition]:
    while True:
        try:
            visit.scope.budget.spend_attempt()
            transition: Transition = yield from attempt(visit.state, visit)
            if transition.output is not visit.raw:
                check_result(transition.output, visit.state.name)
            return transition
        except StateError as raised:
            error = _placed(visit, raised)
            again = retry_after(visit.state.retry, error, visit.used, visit.view().random("retry"))
            if again is None:
                return _caught(visit, error)
            delay, visit.used = again
        yield from wait(visit, f"{visit.id}!retry", delay)


def _caught(visit: VisitScope, error: StateError) -> Transition:
    try:
        return caught(visit.state, visit.view(), error)
    except StateError as failure:
        raise _placed(visit, failure) from failure.__cause__


def _placed(visit: VisitScope, error: StateError) -> StateError:
    """Return the error with its location in the cause; record the event of a failed expression."""
    placed = error.at(visit.state.name, visit.entered)
    if error.located and error.error == QUERY_EVALUATION:
        visit.scope.record("EvaluationFailed", name=visit.state.name, error=placed.error, cause=placed.cause)
    return placed


def wait(visit: VisitScope, name: str, seconds: float) -> Iterator[Timer]:
    """Wait a number of seconds from now; zero or less means no wait."""
    if seconds > 0:
        yield Timer(id=name, until=visit.scope.clock.now + timedelta(seconds=seconds))


def caught(state: State, view: View, error: StateError) -> Transition:
    """Return the transition of the catcher that matches an error.

    :raises StateError: the same error, when no catcher matches.
    """
    catcher = catcher_for(state.catch, error)
    if catcher is None:
        raise error
    output = {"Error": error.error, "Cause": error.cause}
    found, assigned = catcher.caught(replace(view, error_output=output), output, jsonata_language=state.jsonata)
    return Transition(next=catcher.next, output=found, assigned=assigned)
