"""Jobs by their runs in Airflow, for whoever looks at a run and asks for its job."""

from __future__ import annotations

from airflow.utils.session import create_session

from airflow_provider_media.core.dag_ids import queue_of_dag
from airflow_provider_media.core.submission.names import job_id_of_run
from airflow_provider_media.core.submission.views import JobOfRun
from airflow_provider_media.job_store.dag_runs import find_run_of
from airflow_provider_media.job_store.errors import JobUnknown
from airflow_provider_media.job_store.job_runs import find_queue_run, is_queue


def find_job_of_run(dag_id: str, run_id: str) -> JobOfRun:
    """Return the job of a run.

    :param dag_id: DAG of a workflow, or DAG of a queue.
    :raises JobUnknown: when no job has made the run, such as a run by hand.
    """
    with create_session(scoped=False) as session:
        run = find_run_of(dag_id, run_id, session)
        queue_run = run if run is None or is_queue(dag_id) else find_queue_run(run, session)
        if queue_run is None:
            raise JobUnknown(f"The run {run_id} of the DAG {dag_id} belongs to no job.")
        account, _ = queue_of_dag(queue_run.dag_id)
        return JobOfRun(account=account, id=job_id_of_run(run_id))
