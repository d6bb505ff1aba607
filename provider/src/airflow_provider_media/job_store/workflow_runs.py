"""The run in its workflow's DAG that does the work of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.ingest.conf_facts import facts_of
from airflow_provider_media.core.ingest.names import workflow_dag_id
from airflow_provider_media.hooks.signing import is_signed
from airflow_provider_media.job_store.dag_runs import find_run_of

if TYPE_CHECKING:
    from airflow.models import DagRun
    from sqlalchemy.orm import Session


def workflow_dag_of(run: DagRun) -> str | None:
    """The DAG that works for a job; None where no submission door has signed the conf, which could name any other job's.

    :param run: the job's in its queue.
    """
    try:
        signed = is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id)
    except ConfigurationError:
        # The scheduler asks too, and must not stop where it has no key.
        return None
    return workflow_dag_id(facts_of(run.conf).workflow) if signed else None


def find_workflow_run(run: DagRun, session: Session) -> DagRun | None:
    """The run that works for a job, where there is one.

    :param run: the job's in its queue.
    """
    dag_id = workflow_dag_of(run)
    return None if dag_id is None else find_run_of(dag_id, run.run_id, session)
