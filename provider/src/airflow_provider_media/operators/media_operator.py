"""MediaOperator: provides the engine, stops tools when the task is killed, and keeps results small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from airflow.sdk import BaseOperator

from airflow_provider_media.core.jobs.model import Engine, Manifest, ManifestEntry
from airflow_provider_media.core.publication.thumbnail import find_thumbnail, media_duration
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.views import LISTED_FILES
from airflow_provider_media.hooks.media import MediaHook
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.reporting import report_progress

__all__ = ["MediaOperator", "airflow_failures", "summary"]


class MediaOperator(BaseOperator):
    """Base of operators that run media tools on their worker.

    :param source_conn_id: connection that reads the source, of type ``aws`` or ``media``.
    :param output_conn_id: connection that writes the outputs; the source's connection when absent.
    """

    template_fields: Sequence[str] = ("source_conn_id", "output_conn_id")
    ui_color = "#e8f0fe"

    def __init__(
        self, *, source_conn_id: str = MediaHook.default_conn_name, output_conn_id: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.source_conn_id = source_conn_id
        self.output_conn_id = output_conn_id
        self.cancelled = False

    def on_kill(self) -> None:
        """Stop the running tools."""
        self.cancelled = True

    def engine(self, output: str = "", *, job: str | None = None) -> Engine:
        """Return the engine for this task.

        :param output: URI of the output location, which ``output_conn_id`` opens.
        :param job: id of the job whose sealed URLs the engine opens.
        """
        hook = MediaHook(self.source_conn_id, self.output_conn_id, output, job)
        return hook.engine(cancelled=lambda: self.cancelled, on_progress=report_progress)


def summary(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest in short form as JSON, as tasks return it."""
    return {
        "manifest": manifest.uri,
        "thumbnail": find_thumbnail(manifest.outputs),
        "duration": media_duration(manifest.outputs),
        "job_id": manifest.job_id,
        "count": len(manifest.outputs),
        "outputs": _totals(manifest.outputs),
        "files": to_json(manifest.outputs[:LISTED_FILES]),
        "left_out": to_json(manifest.left_out),
        "failed": to_json(manifest.failed),
        "warnings": list(manifest.warnings),
        "quality": to_json(manifest.quality),
    }


def _totals(files: Iterable[ManifestEntry]) -> list[dict[str, Any]]:
    totals: dict[str, dict[str, Any]] = {}
    for made in files:
        total = totals.setdefault(made.output, {"name": made.output, "files": 0, "bytes": 0})
        total["files"] += 1
        total["bytes"] += made.size
    return list(totals.values())
