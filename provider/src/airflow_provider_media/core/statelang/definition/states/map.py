"""Map: runs the same states for each item, inline or as child executions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.items import Batcher, ItemReader, Tolerance, Writer
from airflow_provider_media.core.statelang.definition.states.state import Machine, State
from airflow_provider_media.core.statelang.errors import query, runtime
from airflow_provider_media.core.statelang.expressions.flow.amount import Amount, measure, not_a, refusal
from airflow_provider_media.core.statelang.expressions.flow.template import Template
from airflow_provider_media.core.statelang.expressions.jsonata import JsonataExpression
from airflow_provider_media.core.statelang.expressions.paths import PathExpression
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact, is_integer


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

    def items_in(self, view: View) -> list[Json]:
        """Return the items in the state's input.

        :param view: its input is the input after ``InputPath``; in JSONata the raw input.
        :raises StateError: when the value is no array.
        """
        if self.jsonata:
            return self._jsonata_items(view)
        assert self.items is None or isinstance(self.items, PathExpression)  # the parser gives no other
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
            assert not isinstance(self.items, PathExpression)  # the parser gives no other
            found = view.input if self.items is None else self.items.evaluate(view, "Items")
        if not isinstance(found, list):
            raise query(f"Map state input must be an array but was: {compact(found)}")
        return found

    def concurrency_limit(self, view: View) -> int:
        """Return how many items may run at the same time; 0 for no limit.

        :raises StateError: when the value is no number of items.
        """
        value = measure(self.max_concurrency, view, "MaxConcurrency")
        if not is_integer(value):
            raise not_a("integer", self.max_concurrency, value, "MaxConcurrency")
        if value < 0:
            raise refusal(self.max_concurrency)(
                f"Expected non-negative integer for MaxConcurrency, got '{compact(value)}' instead."
            )
        return int(value)
