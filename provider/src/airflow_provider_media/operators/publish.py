"""PublishOperator: publishes finished files together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.jobs.model import Job
from airflow_provider_media.links import ManifestLink
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.media_operator import MediaOperator, summary
from airflow_provider_media.operators.output import attempt_free_id, one_output

if TYPE_CHECKING:
    from airflow.sdk import Context

__all__ = ["PublishOperator"]


class PublishOperator(MediaOperator):
    """Copy finished files to their final keys and commit them with one manifest.

    A reader of the manifest finds all files. The files must lie in the same storage as the location, because the
    storage server makes the copies.

    :param files: URI of each file by its key below ``location`` (templated).
    :param location: URI below which the files and the manifest go (templated).
    """

    template_fields: Sequence[str] = (*MediaOperator.template_fields, "files", "location")
    operator_extra_links = (ManifestLink(),)

    def __init__(self, *, files: Mapping[str, str], location: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.files = files
        self.location = location

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the manifest in short form as JSON."""
        from airflow_provider_media.core.execution.standalone import publish_files

        with airflow_failures():
            nothing = one_output({"kind": "probe_report"})
            job = Job(id=attempt_free_id(context), source="", workflow=nothing, output=self.location.rstrip("/") + "/")
            return summary(publish_files(job, dict(self.files), self.engine(job.output)))
