"""Traces of one state's data flow, step by step, for people who debug a definition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airflow_provider_media.core.statelang.definition.states import (
    ChoiceState,
    FailState,
    MapState,
    ParallelState,
    State,
    TaskState,
    WaitState,
)
from airflow_provider_media.core.statelang.engine.one_state import (
    Again,
    after_error,
    after_result,
    choose,
    effective_input,
    item_input,
    map_items,
    waits_until,
    without_work,
)
from airflow_provider_media.core.statelang.engine.steps import Transition
from airflow_provider_media.core.statelang.errors import StateError
from airflow_provider_media.core.statelang.expressions.flow import JsonPathFlow
from airflow_provider_media.core.statelang.expressions.view import ABSENT, View
from airflow_provider_media.core.statelang.jsontext import Json

NEEDS_RESULT = (TaskState, ParallelState, MapState)
"""State types whose result comes from outside."""
INPUT, RESULT, NEXT, ERROR, RETRY, CATCH, FAILURE = "input", "result", "next", "error", "retry", "Catch", "fails with"
ASSIGN = "Assign"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceStep:
    """One step of a state's data flow.

    :param name: a field's name, or ``input``, ``until``, ``result``, ``output``, ``next``, ``error``, ``retry`` or
        ``fails with``. The step ``ItemSelector`` has the inputs of all iterations.
    :param value: the value that this step gives.
    """

    name: str
    value: Json


def trace(
    state: State, view: View, result: Json = ABSENT, error: StateError | None = None, used: tuple[int, ...] = ()
) -> tuple[TraceStep, ...]:
    """Return the steps of a state, up to its transition or its failure.

    :param state: the state.
    :param view: the values that the state's expressions can read; ``view.input`` is the raw input.
    :param result: the result of the state's work. Without it, a state whose result comes from outside stops before it.
    :param error: the error of the state's work, in place of a result.
    :param used: retries so far by retrier; none when empty.
    """
    steps = [TraceStep(name=INPUT, value=view.input)]
    try:
        for step in _before(state, view):
            steps.append(step)  # noqa: PERF402  the steps before one that fails are to be kept
        if error is not None:
            raise error
        for step in _after(state, view, result):
            steps.append(step)  # noqa: PERF402  as above
    except StateError as raised:
        steps += _failed(state, view, raised, used)
    return tuple(steps)


def _before(state: State, view: View) -> Iterator[TraceStep]:
    flow = state.flow
    if isinstance(flow, JsonPathFlow):
        yield TraceStep(name="InputPath", value=flow.select(view))
    if isinstance(state, MapState):
        if state.reader is None:
            yield from _items(state, view)
    elif isinstance(flow, JsonPathFlow) and not isinstance(state, (ChoiceState, FailState)):
        yield TraceStep(name="Parameters", value=effective_input(state, view))
    elif isinstance(state, NEEDS_RESULT):
        yield TraceStep(name="Arguments", value=effective_input(state, view))
    if isinstance(state, WaitState):
        yield TraceStep(name="until", value=waits_until(state, view).isoformat())


def _items(state: MapState, view: View) -> Iterator[TraceStep]:
    items = map_items(state, view)
    yield TraceStep(name="Items", value=items)
    if state.selector is not None:
        inputs = [item_input(state, view, index, item)[0] for index, item in enumerate(items)]
        yield TraceStep(name="ItemSelector", value=inputs)


def _after(state: State, view: View, result: Json) -> Iterator[TraceStep]:
    if isinstance(state, ChoiceState):
        yield from _left(choose(state, view))
        return
    if not isinstance(state, NEEDS_RESULT):
        result = without_work(state, view)
    if result is ABSENT:
        return
    yield TraceStep(name=RESULT, value=result)
    flow = state.flow
    if isinstance(flow, JsonPathFlow):
        if flow.result_selector is not None:
            result_selected = flow.result_selector.evaluate(view.on(result), "ResultSelector")
            yield TraceStep(name="ResultSelector", value=result_selected)
        else:
            result_selected = result
        yield TraceStep(
            name="ResultPath",
            value=view.input if flow.result_path is None else flow.result_path.put(view.input, result_selected),
        )
    yield from _left(after_result(state, view, result), "OutputPath" if isinstance(flow, JsonPathFlow) else "Output")


def _left(transition: Transition, field: str = "output") -> Iterator[TraceStep]:
    yield TraceStep(name=field, value=transition.output)
    if transition.assigned:
        yield TraceStep(name=ASSIGN, value=transition.assigned)
    yield TraceStep(name=NEXT, value=transition.next)


def _failed(state: State, view: View, error: StateError, used: tuple[int, ...]) -> Iterator[TraceStep]:
    yield TraceStep(name=ERROR, value={"Error": error.error, "Cause": error.cause})
    try:
        after = after_error(state, view, error, used)
        if isinstance(after, Again):
            yield TraceStep(name=RETRY, value={"delay_seconds": after.delay_seconds})
        else:
            yield from _left(after, CATCH)
    except StateError as uncaught:
        yield TraceStep(name=FAILURE, value={"Error": uncaught.error, "Cause": uncaught.cause})
