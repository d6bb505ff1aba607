"""Map: runs the same states for each item, inline or as child executions."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from airflow_provider_media.core.statelang.engine.scope import Scope, VisitScope
from airflow_provider_media.core.statelang.engine.steps import Fork, Request, Walk, walk_machine
from airflow_provider_media.core.statelang.errors import EXCEED_TOLERATED_FAILURE, StateError, query, runtime
from airflow_provider_media.core.statelang.flow.amount import Amount, measure, not_a, refusal
from airflow_provider_media.core.statelang.flow.template import Template
from airflow_provider_media.core.statelang.items import Batcher, ItemReader, Tolerance, Writer
from airflow_provider_media.core.statelang.jsonata import JsonataExpression
from airflow_provider_media.core.statelang.jsontext import Json, compact, is_integer
from airflow_provider_media.core.statelang.paths import PathExpression
from airflow_provider_media.core.statelang.states.state import Machine, State
from airflow_provider_media.core.statelang.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class MapState(State):
    """A state that runs its processor for each item.

    :param processor: the machine that runs for each item.
    :param distributed: whether each item or batch is a child execution with its own history.
    :param items: ``ItemsPath`` or ``Items``; ``None`` when the input itself is the array.
    :param selector: ``ItemSelector``, or ``Parameters`` of old definitions.
    :param max_concurrency: concurrency limit as a number, path or expression; 0 for no limit.
    :param tolerance: tolerated failures (distributed).
    :param reader: ``ItemReader``, which reads the items in place of ``items`` (distributed).
    :param batcher: ``ItemBatcher``, which groups items into batches (distributed).
    :param writer: ``ResultWriter``, which writes the results (distributed).
    :param label: name of the map run.
    """

    kind: ClassVar[str] = "Map"

    processor: Machine
    distributed: bool = False
    items: PathExpression | Template | None = None
    selector: Template | None = None
    max_concurrency: Amount = 0
    tolerance: Tolerance = field(default_factory=Tolerance)
    reader: ItemReader | None = None
    batcher: Batcher | None = None
    writer: Writer | None = None
    label: str = ""

    @property
    def inner(self) -> tuple[Machine, ...]:
        """The processor."""
        return (self.processor,)

    def work(self, visit: VisitScope) -> Walk:
        """Run the processor for each item; the result is the array of outputs in the order of the items."""
        raw = visit.view()
        view = raw if self.jsonata else raw.on(self.flow.select(raw))
        limit = self._limit(view)
        items = yield from self._items(visit, view)
        tolerates = self.tolerance.measure(view, len(items))
        visit.scope.record("MapStateStarted", name=self.name, length=len(items))
        try:
            if self.distributed:
                results = yield from self._distributed(visit, view, items, limit, tolerates)
            else:
                results = yield Fork(count=len(items), start=lambda index: self._iteration(visit, view, index, items[index]), limit=limit)
        except StateError:
            visit.scope.record("MapStateFailed", name=self.name)
            raise
        visit.scope.record("MapStateSucceeded", name=self.name)
        return results

    def items_in(self, view: View) -> list[Json]:
        """Return the items in the state's input.

        :param view: its input is the input after ``InputPath``; in JSONata the raw input.
        :raises StateError: when the value is no array.
        """
        if self.jsonata:
            return self._jsonata_items(view)
        assert self.items is None or isinstance(self.items, PathExpression)  # noqa: S101  the parser gives no other
        value = view.input if self.items is None else self.items.evaluate(view, "ItemsPath")
        if not isinstance(value, list):
            # Step Functions shows a path into the context object with one $ instead of two.
            text = "$" if self.items is None else self.items.text.replace("$$", "$", 1)
            raise runtime(f'Reference path "{text}" must point to array.')
        return value

    def item_input(self, view: View, index: int, value: Json) -> tuple[Json, dict[str, Json]]:
        """Return the input of one iteration and the ``Map.Item`` of the iteration's context object."""
        item = {"Index": index, "Value": value}
        if self.selector is None:
            return value, item
        seen = replace(view, context={**view.context, "Map": {"Item": item}})
        return self.selector.evaluate(seen, "ItemSelector"), item

    def _jsonata_items(self, view: View) -> list[Json]:
        if isinstance(self.items, JsonataExpression):
            found = self.items.expect(view, "Items", "array")
        else:
            assert not isinstance(self.items, PathExpression)  # noqa: S101  the parser gives no other
            found = view.input if self.items is None else self.items.evaluate(view, "Items")
        if not isinstance(found, list):
            raise query(f"Map state input must be an array but was: {compact(found)}")
        return found

    def _items(self, visit: VisitScope, view: View) -> Walk:
        if self.reader is not None:
            return (yield from self.reader.read(visit, view))
        return self.items_in(view)

    def _limit(self, view: View) -> int:
        value = measure(self.max_concurrency, view, "MaxConcurrency")
        if not is_integer(value):
            raise not_a("integer", self.max_concurrency, value, "MaxConcurrency")
        if value < 0:
            raise refusal(self.max_concurrency)(f"Expected non-negative integer for MaxConcurrency, got '{compact(value)}' instead.")
        return int(value)

    def _iteration(self, visit: VisitScope, view: View, index: int, value: Json) -> Walk:
        try:
            data, item = self.item_input(view, index, value)
        except StateError as error:
            raise error.at(self.name, visit.entered) from error
        scope = visit.scope.inner(visit.inner_path(index), item)
        scope.record("MapIterationStarted", name=self.name, index=index)
        try:
            output = yield from walk_machine(self.processor, scope, data)
        except StateError:
            scope.record("MapIterationFailed", name=self.name, index=index)
            raise
        scope.record("MapIterationSucceeded", name=self.name, index=index)
        return output

    def _distributed(self, visit: VisitScope, view: View, items: list[Json], limit: int, tolerates: Any) -> Generator[Request, Any, Any]:
        pairs = [self.item_input(view, index, value) for index, value in enumerate(items)]
        if self.batcher is not None:
            inputs = self.batcher.batches([data for data, _ in pairs], view)
            pairs = [(data, None) for data in inputs]  # type: ignore[misc]  # a batch has no item of its own
            tolerates = self.tolerance.measure(view, len(inputs))
        visit.scope.record("MapRunStarted", name=self.name)
        failures: list[Json] = []

        def child(index: int) -> Walk:
            scope = visit.scope.child_execution(visit.inner_path(index), self.label or self.name, *pairs[index])
            return _child(self.processor, scope, pairs[index][0], failures)

        try:
            results = yield Fork(count=len(pairs), start=child, limit=limit, tolerates=tolerates)
        except StateError as error:
            visit.scope.record("MapRunFailed", name=self.name, error=error.error, cause=error.cause)
            raise StateError(EXCEED_TOLERATED_FAILURE, "The specified tolerated failure threshold was exceeded") from error
        if self.writer is not None:
            results = yield from self.writer.write(visit, view, results, failures)
        visit.scope.record("MapRunSucceeded", name=self.name)
        return results


def _child(processor: Machine, scope: Scope, value: Json, failures: list[Json]) -> Walk:
    """Walk a child execution; its own history records its failure."""
    scope.record("ExecutionStarted", input=value)
    try:
        output = yield from walk_machine(processor, scope, value)
    except StateError as error:
        scope.record("ExecutionFailed", error=error.error, cause=error.cause)
        failures.append({"ExecutionArn": scope.context["Execution"]["Id"], "Input": value, "Error": error.error, "Cause": error.cause})
        raise
    scope.record("ExecutionSucceeded", output=output)
    return output
