"""WorkflowRunConf: a job as the conf of its run in the workflow's DAG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.core.workflows.freezing import load_frozen
from airflow_provider_media.core.workflows.model import FrozenWorkflow, Workflow

MANUAL_FIELDS = ("source", "output", "priority")
"""Allowed fields of a conf without a signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowRunConf:
    """A submitted job in the form that the tasks of its workflow need."""

    account: str
    source: str
    output: str
    """URI of the output location, ending in ``/``."""
    workflow: dict[str, Any]
    """The frozen workflow as JSON."""
    source_version: str | None = None

    @staticmethod
    def of(job: Submission) -> WorkflowRunConf:
        """Return the conf of a submitted job."""
        return WorkflowRunConf(
            account=job.account,
            source=job.source,
            output=job.output,
            workflow=job.workflow.to_json(),
            source_version=job.source_version,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the conf of the run, without its signature."""
        return dict(to_json(self))

    def frozen(self) -> FrozenWorkflow:
        """Return the workflow as it was submitted.

        :raises ConfigurationError: when another version of this package has frozen the workflow.
        """
        return load_frozen(self.workflow)


def manual_account(workflow: Workflow) -> str:
    """Return the account of runs without a submission: that of the workflow's uploads, or else the default account."""
    return workflow.trigger.account if workflow.trigger else DEFAULT_ACCOUNT


def check_manual_conf(conf: Mapping[str, Any]) -> None:
    """Check that a conf without a valid signature has only the fields of the DAG's form.

    :raises ConfUntrusted: with the names of the fields that are not allowed.
    """
    unknown = sorted(str(name) for name in conf.keys() - set(MANUAL_FIELDS))
    if unknown:
        shown = ", ".join(name[:40] for name in unknown[:5])
        raise ConfUntrusted(
            f"The run's conf has no valid signature and names {shown}. A manual run may name {', '.join(MANUAL_FIELDS)}"
            " only; submit the job by REST, `airflow media submit` or IngestSubmitOperator, or retry it there if it"
            " was submitted before an upgrade."
        )
