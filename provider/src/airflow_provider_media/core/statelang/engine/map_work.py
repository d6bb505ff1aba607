"""The work of a Map state: its processor runs for each item, inline or as child executions."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from airflow_provider_media.core.statelang.definition.states.map import MapState
from airflow_provider_media.core.statelang.definition.states.state import Machine
from airflow_provider_media.core.statelang.engine.item_reading import read_items
from airflow_provider_media.core.statelang.engine.result_writing import write_results
from airflow_provider_media.core.statelang.engine.scope import Scope, VisitScope
from airflow_provider_media.core.statelang.engine.steps import Fork, Request, Walk, walk_machine, work
from airflow_provider_media.core.statelang.errors import EXCEED_TOLERATED_FAILURE, StateError
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json


@work.register
def run_items(state: MapState, visit: VisitScope) -> Walk:
    """Run the processor for each item; the result is the array of outputs in the order of the items."""
    raw = visit.view()
    view = raw if state.jsonata else raw.on(state.flow.select(raw))
    limit = state.concurrency_limit(view)
    items = state.items_in(view) if state.reader is None else (yield from read_items(state.reader, visit, view))
    tolerates = state.tolerance.measure(view, len(items))
    visit.scope.record("MapStateStarted", name=state.name, length=len(items))
    try:
        if state.distributed:
            results = yield from _distributed(state, visit, view, items, limit=limit, tolerates=tolerates)
        else:
            results = yield Fork(
                count=len(items), start=lambda index: _iteration(state, visit, view, index, items[index]), limit=limit
            )
    except StateError:
        visit.scope.record("MapStateFailed", name=state.name)
        raise
    visit.scope.record("MapStateSucceeded", name=state.name)
    return results


def _iteration(state: MapState, visit: VisitScope, view: View, index: int, value: Json) -> Walk:
    try:
        data, item = state.item_input(view, index, value)
    except StateError as error:
        raise error.at(state.name, visit.entered) from error
    scope = visit.scope.inner(visit.inner_path(index), item)
    scope.record("MapIterationStarted", name=state.name, index=index)
    try:
        output = yield from walk_machine(state.processor, scope, data)
    except StateError:
        scope.record("MapIterationFailed", name=state.name, index=index)
        raise
    scope.record("MapIterationSucceeded", name=state.name, index=index)
    return output


def _distributed(
    state: MapState, visit: VisitScope, view: View, items: list[Json], *, limit: int, tolerates: Callable[[int], bool]
) -> Generator[Request, Any, Any]:
    pairs = [state.item_input(view, index, value) for index, value in enumerate(items)]
    if state.batcher is not None:
        inputs = state.batcher.batches([data for data, _ in pairs], view)
        pairs = [(data, None) for data in inputs]  # type: ignore[misc]  # a batch has no item of its own
        tolerates = state.tolerance.measure(view, len(inputs))
    visit.scope.record("MapRunStarted", name=state.name)
    failures: list[Json] = []

    def child(index: int) -> Walk:
        scope = visit.scope.child_execution(visit.inner_path(index), state.label or state.name, *pairs[index])
        return _child(state.processor, scope, pairs[index][0], failures)

    try:
        results = yield Fork(count=len(pairs), start=child, limit=limit, tolerates=tolerates)
    except StateError as error:
        visit.scope.record("MapRunFailed", name=state.name, error=error.error, cause=error.cause)
        raise StateError(EXCEED_TOLERATED_FAILURE, "The specified tolerated failure threshold was exceeded") from error
    if state.writer is not None:
        results = yield from write_results(state.writer, visit, view, results, failures)
    visit.scope.record("MapRunSucceeded", name=state.name)
    return results


def _child(processor: Machine, scope: Scope, value: Json, failures: list[Json]) -> Walk:
    """Walk a child execution; its own history records its failure."""
    scope.record("ExecutionStarted", input=value)
    try:
        output = yield from walk_machine(processor, scope, value)
    except StateError as error:
        scope.record("ExecutionFailed", error=error.error, cause=error.cause)
        failures.append(
            {
                "ExecutionArn": scope.context["Execution"]["Id"],
                "Input": value,
                "Error": error.error,
                "Cause": error.cause,
            }
        )
        raise
    scope.record("ExecutionSucceeded", output=output)
    return output
