"""ItemBatcher: several items for one child execution."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_provider_media.core.statelang.expressions.flow.amount import Amount, measure, refusal
from airflow_provider_media.core.statelang.expressions.flow.template import Template
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact, is_integer, size
from airflow_provider_media.core.statelang.limits import PAYLOAD_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Batcher:
    """An item batcher.

    :param max_items: most items per batch: number, path, expression or ``None``.
    :param max_bytes: most bytes of a batch's JSON: number, path, expression or ``None``.
    :param batch_input: the input that every batch gets besides its items, or ``None``.
    """

    max_items: Amount | None = None
    max_bytes: Amount | None = None
    batch_input: Template | None = None

    def batches(self, items: list[Json], view: View) -> list[Json]:
        """Return the inputs of the child executions."""
        most = _positive(self.max_items, view, "MaxItemsPerBatch") or len(items)
        room = min(_positive(self.max_bytes, view, "MaxInputBytesPerBatch") or PAYLOAD_BYTES, PAYLOAD_BYTES)
        frame = (
            {}
            if self.batch_input is None
            else {"BatchInput": self.batch_input.evaluate(view, "ItemBatcher/BatchInput")}
        )
        return [{**frame, "Items": group} for group in _groups(items, most, room - size({**frame, "Items": []}))]


def _groups(items: list[Json], most: int, room: int) -> list[list[Json]]:
    groups: list[list[Json]] = []
    used = 0
    for item in items:
        needed = size(item) + 1
        if not groups or len(groups[-1]) >= most or used + needed > room + 1:
            groups.append([])
            used = 0
        groups[-1].append(item)
        used += needed
    return groups


def _positive(source: Amount | None, view: View, field: str) -> int | None:
    if source is None:
        return None
    value = measure(source, view, field)
    if not is_integer(value) or value <= 0:
        raise refusal(source)(f"{field} must be a positive integer but was: {compact(value)}")
    return int(value)
