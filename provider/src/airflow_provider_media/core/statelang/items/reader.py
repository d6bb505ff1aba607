"""ItemReader: the source of a distributed Map's items."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.statelang.engine.effects import StartTask
from airflow_provider_media.core.statelang.errors import StateError
from airflow_provider_media.core.statelang.flow.amount import Amount, measure, not_a
from airflow_provider_media.core.statelang.flow.template import Template
from airflow_provider_media.core.statelang.items.formats import (
    DELIMITERS,
    failed,
    json_in,
    read_csv,
    read_json,
    read_json_lines,
    read_lines,
)
from airflow_provider_media.core.statelang.jsontext import Json, compact, is_integer
from airflow_provider_media.core.statelang.view import View

if TYPE_CHECKING:
    from airflow_provider_media.core.statelang.engine.scope import VisitScope

Reading = Generator[StartTask, Any, Any]
GET_OBJECT = "arn:aws:states:::s3:getObject"


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

    def read(self, visit: VisitScope, view: View) -> Reading:
        """Request the data and return its items.

        :param view: view with the state's effective input as ``$``.
        :raises StateError: ``States.ItemReaderFailed`` when the items cannot be fetched or parsed.
        """
        limit = self._limit(view)
        arguments = {} if self.arguments is None else self.arguments.evaluate(view, "ItemReader/Arguments")
        fetch = _Fetch(visit, self.resource, view.context)
        if self.resource.endswith("listObjectsV2"):
            items = yield from self._listed(fetch, arguments)
        else:
            body = yield from fetch.text(arguments)
            items = yield from self._manifest(fetch, body, arguments) if self.input_type == "MANIFEST" else _now(self.parse(body))
        return items[:limit] if limit else items

    def parse(self, text: str) -> list[Json]:
        """Return the items of one file's text."""
        if self.input_type == "CSV":
            return read_csv(text, self.headers, DELIMITERS[self.delimiter])
        if self.input_type == "JSONL":
            return read_json_lines(text)
        if self.input_type == "PARQUET":
            raise failed("Parquet files cannot be read; use JSON, JSONL or CSV")
        return read_json(text, self.pointer)

    def _listed(self, fetch: _Fetch, arguments: dict[str, Json]) -> Reading:
        found: list[Json] = []
        page: dict[str, Json] = yield from fetch.answer(arguments)
        found += page.get("Contents", [])
        while token := page.get("NextContinuationToken"):
            page = yield from fetch.answer(arguments | {"ContinuationToken": token})
            found += page.get("Contents", [])
        if not self.flatten:
            return found
        items: list[Json] = []
        for entry in found:
            items += self.parse((yield from fetch.text({"Bucket": arguments.get("Bucket"), "Key": entry["Key"]}, GET_OBJECT)))
        return items

    def _manifest(self, fetch: _Fetch, body: str, arguments: dict[str, Json]) -> Reading:
        items: list[Json] = []
        if self.manifest_type == "ATHENA_DATA":
            for address in read_lines(body):
                bucket, _, key = address.removeprefix("s3://").partition("/")
                items += self.parse((yield from fetch.text({"Bucket": bucket, "Key": key}, GET_OBJECT)))
            return items
        names, bucket, keys = _inventory(json_in(body), str(arguments.get("Bucket", "")))
        for key in keys:
            items += read_csv((yield from fetch.text({"Bucket": bucket, "Key": key}, GET_OBJECT)), names)
        return items

    def _limit(self, view: View) -> int:
        if self.max_items is None:
            return 0
        value = measure(self.max_items, view, "MaxItems")
        if not is_integer(value):
            raise not_a("integer", self.max_items, value, "MaxItems", failed)
        if value < 0:
            raise failed("field MaxItems must be positive")
        return int(value)


def _inventory(manifest: Json, bucket: str) -> tuple[tuple[str, ...], str, list[str]]:
    """Return the column names, the bucket and the file keys of an S3 inventory."""
    try:
        names = tuple(name.strip() for name in manifest["fileSchema"].split(","))
        keys = [file["key"] for file in manifest["files"]]
        return names, manifest.get("destinationBucket", bucket).removeprefix("arn:aws:s3:::"), keys
    except (AttributeError, KeyError, TypeError) as error:
        raise failed("The file is no manifest of an S3 inventory: it needs fileSchema, and files with a key") from error


def _now(items: list[Json]) -> Reading:
    return items
    yield


@dataclass(slots=True)
class _Fetch:
    """Requests for the objects of one item reader, each with its own id."""

    visit: VisitScope
    resource: str
    context: Json
    count: int = 0

    def answer(self, arguments: Json, resource: str = "") -> Reading:
        self.count += 1
        effect = StartTask(
            id=f"{self.visit.id}!read-{self.count}", resource=resource or self.resource, arguments=arguments, context=self.context
        )
        try:
            return (yield effect)
        except StateError as error:
            raise failed(f"{error.error}: {error.cause}") from error

    def text(self, arguments: Json, resource: str = "") -> Reading:
        found = yield from self.answer(arguments, resource)
        body = found.get("Body") if isinstance(found, dict) else found
        # Spreadsheets write a byte order mark before their text.
        return body.removeprefix("\ufeff") if isinstance(body, str) else compact(body)
