"""Route that compares two executions of one state machine."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from airflow_provider_media.api import machine_examples as examples
from airflow_provider_media.api.answers import answers
from airflow_provider_media.api.backend import ExecutionRecordsNow
from airflow_provider_media.api.execution_difference_views import ExecutionDifferences, differences_of
from airflow_provider_media.api.routes.execution_history import CODES, Execution, Machine, Readable

router = APIRouter(prefix="/state-machines/{machine}/executions/{execution}", tags=["state machines"])
Other = Annotated[
    str, Path(description="Id of the other execution's run in Airflow.", examples=["manual__2026-11-27T09:00:00+00:00"])
]


@router.get(
    "/differences/{other}",
    dependencies=[Readable],
    summary="Compare two executions",
    responses=answers(*CODES, example=examples.DIFFERENCES),
)
def read_differences(
    machine: Machine, execution: Execution, other: Other, records: ExecutionRecordsNow
) -> ExecutionDifferences:
    """Return what differs between two executions: their inputs and outputs, and the visits of their states.

    Visits belong together when they are of the same state, in the same iterations of Maps, and have the same number.
    They differ when their statuses, inputs, outputs, errors or causes differ; times are not compared. Of each input and
    output, the first 20 changes are listed.
    """
    return differences_of(records.read_history(machine, execution), records.read_history(machine, other))
