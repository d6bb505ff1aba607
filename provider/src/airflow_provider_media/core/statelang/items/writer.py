"""ResultWriter: the destination of a distributed Map's results."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.statelang.engine.effects import StartTask
from airflow_provider_media.core.statelang.errors import RESULT_WRITER_FAILED, StateError
from airflow_provider_media.core.statelang.flow.template import Template
from airflow_provider_media.core.statelang.intrinsics.functions import random_uuid
from airflow_provider_media.core.statelang.jsontext import Json, compact
from airflow_provider_media.core.statelang.view import View

if TYPE_CHECKING:
    from airflow_provider_media.core.statelang.engine.scope import VisitScope

_EXTENSIONS = {"JSON": "json", "JSONL": "jsonl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """A result writer.

    :param resource: the resource that stores a file, such as ``arn:aws:states:::s3:putObject``.
        When empty, the output holds the results.
    :param arguments: ``Parameters`` or ``Arguments`` with ``Bucket`` and ``Prefix``, or ``None``.
    :param transformation: NONE or COMPACT (outputs as they are), or FLATTEN (arrays of outputs joined).
    :param output_type: JSON or JSONL.
    """

    resource: str = ""
    arguments: Template | None = None
    transformation: str = "NONE"
    output_type: str = "JSON"

    def write(self, visit: VisitScope, view: View, outputs: list[Json], failures: list[Json]) -> Generator[StartTask, Any, Any]:
        """Store the results and return the Map's result, which names their location.

        :raises StateError: ``States.ResultWriterFailed`` when a file cannot be stored.
        """
        if not self.resource:
            return self.shaped(outputs)
        target = {} if self.arguments is None else self.arguments.evaluate(view, "ResultWriter/Arguments")
        run = random_uuid(random.Random(f"{view.seed}|writer"))  # noqa: S311  a name that must be the same in each replay
        folder = "/".join(part for part in (str(target.get("Prefix", "")).strip("/"), run) if part)
        bucket, manifest = target.get("Bucket"), f"{folder}/manifest.json"
        found = {"SUCCEEDED": self.shaped(outputs), "FAILED": failures, "PENDING": []}
        arn = f"{view.context['StateMachine']['Id'].replace(':stateMachine:', ':mapRun:')}/{visit.state.name}:{run}"
        files = {status: [f"{folder}/{status}_0.{_EXTENSIONS[self.output_type]}"] if rows else [] for status, rows in found.items()}
        for status, keys in files.items():
            for key in keys:
                yield from self._store(visit, view, {"Bucket": bucket, "Key": key, "Body": self._text(found[status])})
        listing = {status: [{"Key": key} for key in keys] for status, keys in files.items()}
        body = compact({"DestinationBucket": bucket, "MapRunArn": arn, "ResultFiles": listing})
        yield from self._store(visit, view, {"Bucket": bucket, "Key": manifest, "Body": body})
        return {"MapRunArn": arn, "ResultWriterDetails": {"Bucket": bucket, "Key": manifest}}

    def shaped(self, outputs: list[Json]) -> list[Json]:
        """Return the outputs after the transformation."""
        if self.transformation != "FLATTEN":
            return outputs
        return [item for output in outputs for item in (output if isinstance(output, list) else [output])]

    def _text(self, rows: list[Json]) -> str:
        return compact(rows) if self.output_type == "JSON" else "".join(f"{compact(row)}\n" for row in rows)

    def _store(self, visit: VisitScope, view: View, arguments: Json) -> Generator[StartTask, Any, None]:
        name = arguments["Key"].rsplit("/", 1)[-1]
        try:
            yield StartTask(id=f"{visit.id}!write-{name}", resource=self.resource, arguments=arguments, context=view.context)
        except StateError as error:
            raise StateError(RESULT_WRITER_FAILED, f"{error.error}: {error.cause}") from error
