"""Writing the results of a distributed Map to where its ResultWriter says."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

from airflow_provider_media.core.statelang.definition.items import Writer
from airflow_provider_media.core.statelang.engine.effects import StartTask
from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.errors import RESULT_WRITER_FAILED, StateError
from airflow_provider_media.core.statelang.expressions.intrinsics.functions import random_uuid
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact


def write_results(
    writer: Writer, visit: VisitScope, view: View, outputs: list[Json], failures: list[Json]
) -> Generator[StartTask, Any, Any]:
    """Store the results and return the Map's result, which names their location.

    :raises StateError: ``States.ResultWriterFailed`` when a file cannot be stored.
    """
    if not writer.resource:
        return writer.shaped(outputs)
    target = {} if writer.arguments is None else writer.arguments.evaluate(view, "ResultWriter/Arguments")
    run = random_uuid(random.Random(f"{view.seed}|writer"))
    folder = "/".join(part for part in (str(target.get("Prefix", "")).strip("/"), run) if part)
    bucket, manifest = target.get("Bucket"), f"{folder}/manifest.json"
    found = {"SUCCEEDED": writer.shaped(outputs), "FAILED": failures, "PENDING": []}
    arn = f"{view.context['StateMachine']['Id'].replace(':stateMachine:', ':mapRun:')}/{visit.state.name}:{run}"
    files = {status: [f"{folder}/{status}_0.{writer.extension}"] if rows else [] for status, rows in found.items()}
    for status, keys in files.items():
        for key in keys:
            yield from _store(writer, visit, view, {"Bucket": bucket, "Key": key, "Body": writer.text(found[status])})
    listing = {status: [{"Key": key} for key in keys] for status, keys in files.items()}
    body = compact({"DestinationBucket": bucket, "MapRunArn": arn, "ResultFiles": listing})
    yield from _store(writer, visit, view, {"Bucket": bucket, "Key": manifest, "Body": body})
    return {"MapRunArn": arn, "ResultWriterDetails": {"Bucket": bucket, "Key": manifest}}


def _store(writer: Writer, visit: VisitScope, view: View, arguments: Json) -> Generator[StartTask, Any, None]:
    name = arguments["Key"].rsplit("/", 1)[-1]
    try:
        yield StartTask(
            id=f"{visit.id}!write-{name}", resource=writer.resource, arguments=arguments, context=view.context
        )
    except StateError as error:
        raise StateError(RESULT_WRITER_FAILED, f"{error.error}: {error.cause}") from error
