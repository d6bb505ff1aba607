"""Route that leads from a run in Airflow to its job."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from airflow_provider_media.api.accounts import MayNow
from airflow_provider_media.api.answers import EVERYWHERE, answers
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.job_backend import JobOfRunNow
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.submission.views import JobOfRun
from airflow_provider_media.job_store.errors import JobUnknown

router = APIRouter(prefix="/runs/{dag_id}/{run_id}", tags=["jobs"])
EXAMPLE = {"account": "default", "id": "1b9d6bcd4bf54c07a1f3c5e7d9b8a6f0"}
DagId = Annotated[str, Path(description="DAG of a workflow or of a queue.", examples=["media_vod"])]
RunId = Annotated[
    str, Path(description="Id of the run in Airflow.", examples=["normal__1b9d6bcd4bf54c07a1f3c5e7d9b8a6f0"])
]


@router.get("/job", summary="Get the job of a run", responses=answers(*EVERYWHERE, "job_unknown", example=EXAMPLE))
def read_job_of_run(dag_id: DagId, run_id: RunId, user: User, may: MayNow, find: JobOfRunNow) -> JobOfRun:
    """Return the account and the id of the job to which a run in Airflow belongs.

    You need the right to read the runs of the DAG, and the right to read the account.
    """
    found = find(dag_id, run_id) if may(user, "GET", dag_id) else None
    if found is None or not may(user, "GET", ingest_dag_id(found.account, "normal")):
        raise JobUnknown(f"The run {run_id} of the DAG {dag_id} belongs to no job that you may read.")
    return found
