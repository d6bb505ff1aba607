"""Routes for people who look into an execution: the questions that wait for them, and the media that it has made."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from airflow_provider_media.api import machine_examples as examples
from airflow_provider_media.api.answers import answers
from airflow_provider_media.api.job_backend import ApprovalsNow, ExecutionFileNow
from airflow_provider_media.api.models import ApprovalList
from airflow_provider_media.api.routes.execution_history import CODES, Execution, Machine, Readable
from airflow_provider_media.api.routes.files import file_response

router = APIRouter(
    prefix="/state-machines/{machine}/executions/{execution}", tags=["state machines"], dependencies=[Readable]
)


@router.get("/approvals", summary="List open approvals", responses=answers(*CODES, example=examples.APPROVALS))
def list_approvals(machine: Machine, execution: Execution, find: ApprovalsNow) -> ApprovalList:
    """Return the questions of `media:approval` states that nobody has answered yet, the oldest first.

    Send the answer to Airflow: `PATCH
    /api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/{map_index}/hitlDetails` with `chosen_options`.
    """
    return ApprovalList(approvals=find(machine, execution))


@router.get(
    "/file",
    summary="Get a file that an execution has made",
    response_class=Response,
    responses=answers(*CODES, "file_unknown", "state_machine_unknown", "storage_failed", "storage_forbidden")
    | {
        200: {"description": "The file itself.", "content": {"image/jpeg": {"example": "(the picture)"}}},
        302: {"description": "A signed URL in the header `Location`."},
    },
)
def read_execution_file(
    machine: Machine,
    execution: Execution,
    uri: Annotated[str, Query(max_length=4096, description="URI in `media` of a visit.")],
    read: ExecutionFileNow,
) -> Response:
    """Redirect to a picture, film or sound that a task of the execution has made.

    A file that the execution's input names is refused, and so is a file that no job of this Airflow has made.
    """
    return file_response(read(machine, execution, uri))
