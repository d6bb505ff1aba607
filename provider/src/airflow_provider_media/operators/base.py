"""What every media operator has in common: an engine, a polite end, and errors that say whether a retry can help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.job.model import Engine, Manifest
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.hooks.media import MediaHook

LISTED_FILES = 100
"""Files that a task's result names at most; the manifest has all of them, and XCom stays small."""


class MediaOperator(BaseOperator):
    """Base of operators that run media tools on their worker.

    :param source_conn_id: connection that reads the source, of type ``aws`` or ``media``.
    :param output_conn_id: connection that writes the outputs; the source's own when absent.
    """

    template_fields: Sequence[str] = ("source_conn_id", "output_conn_id")
    ui_color = "#e8f0fe"

    def __init__(self, *, source_conn_id: str = MediaHook.default_conn_name, output_conn_id: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source_conn_id = source_conn_id
        self.output_conn_id = output_conn_id
        self.cancelled = False

    def on_kill(self) -> None:
        """End running tools."""
        self.cancelled = True

    def engine(self, output: str = "") -> Engine:
        """The engine for this task.

        :param output: URI of the output location, which ``output_conn_id`` opens.
        """
        return MediaHook(self.source_conn_id, self.output_conn_id, output).engine(cancelled=lambda: self.cancelled)


@contextmanager
def airflow_failures() -> Iterator[None]:
    """Turn errors that no retry can cure into failures that Airflow does not retry; the only place that decides so."""
    try:
        yield
    except MediaError as error:
        if error.retryable:
            raise
        raise AirflowFailException(f"{error.code}: {error.message}") from error


def summary(manifest: Manifest) -> dict[str, Any]:
    """What a task answers with: the manifest in small JSON."""
    return {
        "manifest": manifest.uri,
        "job_id": manifest.job_id,
        "count": len(manifest.outputs),
        "files": to_json(manifest.outputs[:LISTED_FILES]),
        "left_out": to_json(manifest.left_out),
        "failed": to_json(manifest.failed),
        "warnings": list(manifest.warnings),
    }
