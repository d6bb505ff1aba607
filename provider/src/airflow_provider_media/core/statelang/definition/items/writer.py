"""ResultWriter: the destination of a distributed Map's results."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from airflow_provider_media.core.statelang.expressions.flow.template import Template
from airflow_provider_media.core.statelang.jsontext import Json, compact

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

    @property
    def extension(self) -> str:
        """The ending of the names of files with results."""
        return _EXTENSIONS[self.output_type]

    def shaped(self, outputs: list[Json]) -> list[Json]:
        """Return the outputs after the transformation."""
        if self.transformation != "FLATTEN":
            return outputs
        return list(chain.from_iterable(output if isinstance(output, list) else [output] for output in outputs))

    def text(self, rows: list[Json]) -> str:
        """Return the content of a file with results."""
        return compact(rows) if self.output_type == "JSON" else "".join(f"{compact(row)}\n" for row in rows)
