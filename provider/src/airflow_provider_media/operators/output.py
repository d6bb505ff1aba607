"""OutputOperator: a whole job for one output, inside one task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_media.core.jobs.model import Job
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from airflow_provider_media.hooks import settings
from airflow_provider_media.links import ManifestLink
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.masked_urls import MaskedUrls
from airflow_provider_media.operators.media_operator import MediaOperator, summary

if TYPE_CHECKING:
    from airflow.sdk import Context

PATH = "{input_name}_{output}_{number}.{format}"
"""Path template below the location of an operator: the location belongs to one output, so no folder comes between."""


class OutputOperator(MediaOperator):
    """Base of operators that make one output of one source.

    The task runs a workflow with this output, from probe to manifest.

    :param source: URI of the source, of any scheme (templated).
    :param location: URI below which the output goes (templated).
    :param spec: fields of the output in the form of a workflow file; fields that are None take their defaults
        (templated).
    :param path: path template of the files below ``location``; ``{input_name}_{output}_{number}.{format}`` when absent.
        Its single braces are not Jinja's (templated).
    :param integrity: ``strict`` fails on a damaged source; ``tolerant`` uses the readable parts and lists the damage in
        the manifest.
    """

    kind: ClassVar[str]
    source: Any = MaskedUrls()
    template_fields: Sequence[str] = (*MediaOperator.template_fields, "source", "location", "spec", "path")
    operator_extra_links = (ManifestLink(),)

    def __init__(
        self,
        *,
        source: str,
        location: str,
        spec: Mapping[str, Any] | None = None,
        path: str | None = None,
        integrity: str = "strict",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.source = source
        self.location = location
        self.spec = {name: value for name, value in (spec or {}).items() if value is not None}
        self.path = path
        self.integrity = integrity

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the manifest in short form as JSON."""
        from airflow_provider_media.core.execution.run import run

        with airflow_failures():
            job = Job(
                id=attempt_free_id(context),
                source=self.source,
                workflow=self.workflow(),
                output=self.location.rstrip("/") + "/",
            )
            return summary(run(job, self.engine(job.output)))

    def workflow(self) -> FrozenWorkflow:
        """Return the workflow with this one output.

        :raises WorkflowInvalid: when the fields are not valid.
        """
        return one_output(
            {"kind": self.kind, **self.spec, **({"path": self.path} if self.path else {})}, integrity=self.integrity
        )


def one_output(spec: Mapping[str, Any], *, integrity: str = "strict") -> FrozenWorkflow:
    """Return a frozen workflow with a single output and resolved presets.

    :raises WorkflowInvalid: when the fields are not valid.
    """
    name = str(spec["kind"])
    fields = {"name": name, "integrity": integrity, "output": {"path": PATH}, "outputs": {name: dict(spec)}}
    return freeze(build_workflow(fields, load_presets(settings.presets_folder())))


def attempt_free_id(context: Context) -> str:
    """Return a job id that all attempts of one task instance share.

    With it, a retry finds the finished work of earlier attempts.
    """
    instance = context["ti"]
    name = [instance.dag_id, instance.task_id, instance.run_id, instance.map_index]
    return f"{instance.task_id}-{digest(name)[:16]}"
