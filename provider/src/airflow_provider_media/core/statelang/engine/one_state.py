"""Evaluation of a single state, for engines that run each state as a task.

A task makes a :class:`View` of its input (:func:`view_of`), computes the effective input, and does the work. The task
then passes on the transition from :func:`after_result` or :func:`after_error`. These functions neither wait nor have
side effects.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from airflow_provider_media.core.statelang.definition.retry import retry_after
from airflow_provider_media.core.statelang.definition.states import (
    ChoiceState,
    FailState,
    MapState,
    PassState,
    State,
    WaitState,
)
from airflow_provider_media.core.statelang.definition.states.task import TaskState
from airflow_provider_media.core.statelang.engine.effects import Start
from airflow_provider_media.core.statelang.engine.plain_work import decide
from airflow_provider_media.core.statelang.engine.scope import Scope, VisitScope
from airflow_provider_media.core.statelang.engine.steps import Transition, caught
from airflow_provider_media.core.statelang.engine.task_work import task_token
from airflow_provider_media.core.statelang.errors import StateError, raises_state_errors
from airflow_provider_media.core.statelang.expressions.view import ABSENT, View
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import check_assigned, check_result


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A retry of the state.

    :param delay_seconds: delay before the retry.
    :param used: retries so far by retrier, this retry included; pass them to the next :func:`after_error`.
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
    """Return the values that a state's expressions can read.

    :param start: the execution's start.
    :param state: the state.
    :param value: the state's raw input.
    :param at: when the state was entered.
    :param variables: workflow variables by name.
    :param used: retries so far by retrier.
    :param item: ``Map.Item`` of the context object, inside an iteration.
    :param path: prefix of the visit's id, such as ``/Encode[3]``; part of the seed of randomness.
    """
    scope = replace(Scope.top(start).inner(path, item), variables=ChainMap(dict(variables or {})))
    scope.clock.now = at
    visit = VisitScope(
        scope=scope, state=state, raw=value, number=1, entered=0, entered_at=at, used=used, redrives=start.redrives
    )
    return visit.view(**(task_token(state, visit) if isinstance(state, TaskState) else {}))


@raises_state_errors
def effective_input(state: State, view: View) -> Json:
    """Return the input of a state's work: the input after InputPath and Parameters, or Arguments.

    :raises StateError: when an expression fails.
    """
    value = state.flow.effective_input(view)
    return state.sent(value) if isinstance(state, TaskState) else value


@raises_state_errors
def without_work(state: State, view: View) -> Json:
    """Return the result of a state without outside work: Pass, Succeed, and Wait after the wait has ended.

    :raises StateError: when an expression fails; for a Fail state always.
    """
    if isinstance(state, FailState):
        raise state.raised(view)
    value = state.flow.effective_input(view)
    return state.result if isinstance(state, PassState) and state.result is not ABSENT else value


@raises_state_errors
def waits_until(state: WaitState, view: View) -> datetime:
    """Return the end of a Wait that was entered at ``view.now``.

    :raises StateError: when the fields give no valid end.
    """
    return state.until(view if state.jsonata else view.on(state.flow.effective_input(view)))


@raises_state_errors
def after_result(state: State, view: View, result: Json) -> Transition:
    """Return the transition after a result: next state, output and assignments.

    :raises StateError: when an expression fails or the result is too large; pass the error to :func:`after_error`.
    """
    check_result(result, state.resource.service if isinstance(state, TaskState) else state.name)
    output = state.flow.output(view, result)
    return _checked(state, Transition(next=state.next, output=output, assigned=state.flow.assignments(view, result)))


@raises_state_errors
def after_error(state: State, view: View, error: StateError, used: tuple[int, ...] = ()) -> Again | Transition:
    """Return what follows an error: a retry, or a catcher's transition.

    :param used: retries so far by retrier.
    :raises StateError: the same error, when no retry is left and no Catch matches.
    """
    again = retry_after(state.retry, error, used or (0,) * len(state.retry), view.random("retry"))
    if again is not None:
        return Again(delay_seconds=again[0], used=again[1])
    return caught(state, view, error)


@raises_state_errors
def choose(state: ChoiceState, view: View) -> Transition:
    """Return the transition that a Choice takes.

    :raises StateError: ``States.NoChoiceMatched`` when no rule matches; other errors when an expression fails.
    """
    return _checked(state, decide(state, view))


@raises_state_errors
def map_items(state: MapState, view: View) -> list[Json]:
    """Return the items of a Map without an item reader.

    :raises StateError: when the value is no array.
    """
    return state.items_in(_selected(state, view))


@raises_state_errors
def item_input(state: MapState, view: View, index: int, value: Json) -> tuple[Json, dict[str, Json]]:
    """Return the input of one iteration and the ``Map.Item`` of the iteration's context object."""
    return state.item_input(_selected(state, view), index, value)


def _checked(state: State, transition: Transition) -> Transition:
    """Return a transition after a check of the sizes of its output and variables."""
    check_result(transition.output, state.name)
    check_assigned(transition.assigned)
    return transition


def _selected(state: MapState, view: View) -> View:
    return view if state.jsonata else view.on(state.flow.select(view))
