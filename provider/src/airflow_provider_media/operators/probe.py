"""ProbeOperator: the facts of a media file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.jobs.model import Job
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.masked_urls import MaskedUrls
from airflow_provider_media.operators.media_operator import MediaOperator
from airflow_provider_media.operators.output import one_output

if TYPE_CHECKING:
    from airflow.sdk import Context

__all__ = ["ProbeOperator"]


class ProbeOperator(MediaOperator):
    """Find the facts of a media file: streams, frame rates, durations, rotation and dynamic range.

    :param source: URI of the source, of any scheme (templated).
    :param integrity: ``strict`` fails on a damaged source; ``tolerant`` lists its damage among the warnings.
    """

    template_fields: Sequence[str] = (*MediaOperator.template_fields, "source")
    source: Any = MaskedUrls()

    def __init__(self, *, source: str, integrity: str = "strict", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.integrity = integrity

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the facts of the source as JSON."""
        with airflow_failures():
            # A probe writes nothing, so the job needs no output location.
            job = Job(
                id=context["run_id"],
                source=self.source,
                workflow=one_output({"kind": "probe_report"}, integrity=self.integrity),
                output="",
            )
            facts: dict[str, Any] = to_json(stages.probe(job, self.engine()))
            return facts
