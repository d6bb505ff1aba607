"""One state by itself: what somebody asks who turns states into tasks of another engine.

A task makes a :class:`View` of what it got (:func:`view_of`), asks for its effective input, does the work, and hands on
the transition that :func:`after_result` or :func:`after_error` gives. Nothing here waits or does anything.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from airflow_provider_media.core.statelang.engine.effects import Start
from airflow_provider_media.core.statelang.engine.scope import Scope, VisitScope
from airflow_provider_media.core.statelang.engine.steps import Transition, caught
from airflow_provider_media.core.statelang.errors import StateError, raises_state_errors
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import check_assigned, check_result
from airflow_provider_media.core.statelang.retry import retry_after
from airflow_provider_media.core.statelang.states import ChoiceState, FailState, MapState, PassState, State, WaitState
from airflow_provider_media.core.statelang.states.task import TaskState
from airflow_provider_media.core.statelang.view import ABSENT, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The state is to be tried once more.

    :param delay_seconds: after that time.
    :param used: retries so far by retrier, this one included; for the next :func:`after_error`.
    """

    delay_seconds: float
    used: tuple[int, ...]


def view_of(
    start: Start,
    state: State,
    value: Json,
    *,
    at: datetime,
    variables: Mapping[str, Json] | None = None,
    used: tuple[int, ...] = (),
    item: Mapping[str, Json] | None = None,
    path: str = "",
) -> View:
    """What the expressions of a state see.

    :param start: the execution.
    :param state: the state.
    :param value: its raw input.
    :param at: when it was entered.
    :param variables: workflow variables by name.
    :param used: retries so far by retrier.
    :param item: ``Map.Item`` of the context object, inside an iteration.
    :param path: prefix of its id, such as ``/Encode[3]``; randomness grows from it.
    """
    scope = replace(Scope.top(start).inner(path, item), variables=ChainMap(dict(variables or {})))
    scope.clock.now = at
    visit = VisitScope(scope=scope, state=state, raw=value, number=1, entered=0, entered_at=at, used=used, redrives=start.redrives)
    return visit.view(**(state.token(visit) if isinstance(state, TaskState) else {}))


@raises_state_errors
def effective_input(state: State, view: View) -> Json:
    """What a state's work gets: the input after InputPath and Parameters, or Arguments.

    :raises StateError: where an expression fails.
    """
    value = state.flow.effective_input(view)
    return state.sent(value) if isinstance(state, TaskState) else value


@raises_state_errors
def without_work(state: State, view: View) -> Json:
    """The result of a state that nobody outside works for: Pass, Succeed, and Wait when its time has come.

    :raises StateError: where an expression fails; in a Fail state always.
    """
    if isinstance(state, FailState):
        raise state.raised(view)
    value = state.flow.effective_input(view)
    return state.result if isinstance(state, PassState) and state.result is not ABSENT else value


@raises_state_errors
def waits_until(state: WaitState, view: View) -> datetime:
    """The end of a Wait that was entered at ``view.now``.

    :raises StateError: where there is no such moment.
    """
    return state.until(view if state.jsonata else view.on(state.flow.effective_input(view)))


@raises_state_errors
def after_result(state: State, view: View, result: Json) -> Transition:
    """Where a state goes with the result of its work: next state, output and assignments.

    :raises StateError: where an expression fails or the result is too large; to be given to :func:`after_error`.
    """
    check_result(result, state.resource.service if isinstance(state, TaskState) else state.name)
    output = state.flow.output(view, result)
    return _checked(state, Transition(next=state.next, output=output, assigned=state.flow.assignments(view, result)))


@raises_state_errors
def after_error(state: State, view: View, error: StateError, used: tuple[int, ...] = ()) -> Again | Transition:
    """What follows an error: another attempt, or the way of a catcher.

    :param used: retries so far by retrier.
    :raises StateError: the same error, where neither Retry nor Catch matches it.
    """
    again = retry_after(state.retry, error, used or (0,) * len(state.retry), view.random("retry"))
    if again is not None:
        return Again(delay_seconds=again[0], used=again[1])
    return caught(state, view, error)


@raises_state_errors
def choose(state: ChoiceState, view: View) -> Transition:
    """The way that a Choice takes.

    :raises StateError: ``States.NoChoiceMatched``, or where an expression fails.
    """
    return _checked(state, state.decide(view))


@raises_state_errors
def map_items(state: MapState, view: View) -> list[Json]:
    """The items of a Map without an item reader.

    :raises StateError: where there is no array.
    """
    return state.items_in(_selected(state, view))


@raises_state_errors
def item_input(state: MapState, view: View, index: int, value: Json) -> tuple[Json, dict[str, Json]]:
    """The input of one iteration, and the ``Map.Item`` of its context object."""
    return state.item_input(_selected(state, view), index, value)


def _checked(state: State, transition: Transition) -> Transition:
    """A transition whose output and variables are no larger than allowed."""
    check_result(transition.output, state.name)
    check_assigned(transition.assigned)
    return transition


def _selected(state: MapState, view: View) -> View:
    return view if state.jsonata else view.on(state.flow.select(view))
