"""Workflow runs: the run in a workflow's DAG does the work of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_media.core.dag_ids import workflow_dag_id
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.hooks.signing import is_signed
from airflow_provider_media.job_store.dag_runs import find_run_of

if TYPE_CHECKING:
    from airflow.models import DagRun
    from sqlalchemy.orm import Session

    from airflow_provider_media.job_store.listed_rows import RunRow


def workflow_dag_of(run: DagRun | RunRow) -> str | None:
    """Return the DAG that works for a job; None when the conf has no valid signature.

    A conf that no submission door has signed could name the DAG of any other job.

    :param run: run of the job in its queue.
    """
    try:
        signed = is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id)
    except ConfigurationError:
        # The scheduler calls this too, and must not stop when no key is configured.
        return None
    return workflow_dag_id(facts_of(run.conf).workflow) if signed else None


def find_workflow_run(run: DagRun, session: Session) -> DagRun | None:
    """Return the run that works for a job, or None when there is none.

    :param run: run of the job in its queue.
    """
    dag_id = workflow_dag_of(run)
    return None if dag_id is None else find_run_of(dag_id, run.run_id, session)
