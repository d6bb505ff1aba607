"""Reading the items of a distributed Map from where its ItemReader says."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.statelang.definition.items import ItemReader
from airflow_provider_media.core.statelang.definition.items.formats import (
    failed,
    inventory,
    json_in,
    read_csv,
    read_lines,
)
from airflow_provider_media.core.statelang.engine.effects import StartTask
from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.errors import StateError
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact

Reading = Generator[StartTask, Any, Any]
GET_OBJECT = "arn:aws:states:::s3:getObject"


def read_items(reader: ItemReader, visit: VisitScope, view: View) -> Reading:
    """Request the data and return its items.

    :param view: view with the state's effective input as ``$``.
    :raises StateError: ``States.ItemReaderFailed`` when the items cannot be fetched or parsed.
    """
    limit = reader.limit(view)
    arguments = {} if reader.arguments is None else reader.arguments.evaluate(view, "ItemReader/Arguments")
    fetch = _Fetch(visit, reader.resource, view.context)
    if reader.resource.endswith("listObjectsV2"):
        items = yield from _listed(reader, fetch, arguments)
    else:
        body = yield from fetch.text(arguments)
        items = (
            (yield from _manifest(reader, fetch, body, arguments))
            if reader.input_type == "MANIFEST"
            else reader.parse(body)
        )
    return items[:limit] if limit else items


def _listed(reader: ItemReader, fetch: _Fetch, arguments: dict[str, Json]) -> Reading:
    found: list[Json] = []
    page: dict[str, Json] = yield from fetch.answer(arguments)
    found += page.get("Contents", [])
    while token := page.get("NextContinuationToken"):
        page = yield from fetch.answer(arguments | {"ContinuationToken": token})
        found += page.get("Contents", [])
    if not reader.flatten:
        return found
    items: list[Json] = []
    for entry in found:
        items += reader.parse(
            (yield from fetch.text({"Bucket": arguments.get("Bucket"), "Key": entry["Key"]}, GET_OBJECT))
        )
    return items


def _manifest(reader: ItemReader, fetch: _Fetch, body: str, arguments: dict[str, Json]) -> Reading:
    items: list[Json] = []
    if reader.manifest_type == "ATHENA_DATA":
        for address in read_lines(body):
            bucket, _, key = address.removeprefix("s3://").partition("/")
            items += reader.parse((yield from fetch.text({"Bucket": bucket, "Key": key}, GET_OBJECT)))
        return items
    names, bucket, keys = inventory(json_in(body), str(arguments.get("Bucket", "")))
    for key in keys:
        items += read_csv((yield from fetch.text({"Bucket": bucket, "Key": key}, GET_OBJECT)), names)
    return items


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
            id=f"{self.visit.id}!read-{self.count}",
            resource=resource or self.resource,
            arguments=arguments,
            context=self.context,
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
