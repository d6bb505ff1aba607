"""ItemReader: the source of a distributed Map's items."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_provider_media.core.statelang.definition.items.formats import (
    DELIMITERS,
    failed,
    read_csv,
    read_json,
    read_json_lines,
)
from airflow_provider_media.core.statelang.expressions.flow.amount import Amount, measure, not_a
from airflow_provider_media.core.statelang.expressions.flow.template import Template
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, is_integer


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemReader:
    """An item reader.

    :param resource: the resource that lists or fetches objects, such as ``arn:aws:states:::s3:getObject``.
    :param arguments: ``Parameters`` or ``Arguments``, or ``None``.
    :param input_type: JSON, JSONL, CSV, PARQUET or MANIFEST; empty for a listing.
    :param headers: the CSV headers; empty when the first row holds them.
    :param delimiter: name of the CSV delimiter.
    :param max_items: most items: number, path, expression or ``None``; 0 means no limit.
    :param pointer: JSON pointer to the items.
    :param manifest_type: S3_INVENTORY or ATHENA_DATA.
    :param flatten: whether each listed object is fetched and replaced by its items.
    """

    resource: str
    arguments: Template | None = None
    input_type: str = ""
    headers: tuple[str, ...] = ()
    delimiter: str = "COMMA"
    max_items: Amount | None = None
    pointer: str = ""
    manifest_type: str = "S3_INVENTORY"
    flatten: bool = False

    def parse(self, text: str) -> list[Json]:
        """Return the items of one file's text."""
        if self.input_type == "CSV":
            return read_csv(text, self.headers, DELIMITERS[self.delimiter])
        if self.input_type == "JSONL":
            return read_json_lines(text)
        if self.input_type == "PARQUET":
            raise failed("Parquet files cannot be read; use JSON, JSONL or CSV")
        return read_json(text, self.pointer)

    def limit(self, view: View) -> int:
        """Return the most items in a view; 0 for no limit.

        :raises StateError: ``States.ItemReaderFailed`` when the value is no number of items.
        """
        if self.max_items is None:
            return 0
        value = measure(self.max_items, view, "MaxItems")
        if not is_integer(value):
            raise not_a("integer", self.max_items, value, "MaxItems", failed)
        if value < 0:
            raise failed("field MaxItems must be positive")
        return int(value)
