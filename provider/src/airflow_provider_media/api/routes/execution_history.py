"""Routes about executions of state machines: a page for people, the history for programs, and the redrive."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from airflow_provider_media.api import machine_examples as examples
from airflow_provider_media.api.accounts import Deliberate, MayNow
from airflow_provider_media.api.answers import EVERYWHERE, answers
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import ExecutionRecordsNow
from airflow_provider_media.api.errors import Forbidden
from airflow_provider_media.api.execution_states import SHOWN_VISITS, ExecutionStates, states_of
from airflow_provider_media.api.html_pages import CONTENT_SECURITY_POLICY, page_template
from airflow_provider_media.api.machine_request_models import Redriven
from airflow_provider_media.core.dag_ids import machine_dag_id
from airflow_provider_media.core.statelang.drawing.svg import STANDING
from airflow_provider_media.job_store.errors import ExecutionUnknown

MARKS = {
    "RUNNING": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "failed",
    "ABORTED": "aborted",
}
CODES = (*EVERYWHERE, "execution_unknown")
EXAMPLE = {"machine": "previews", "execution": "manual__2026-11-26T09:00:00+00:00"}
router = APIRouter(prefix="/state-machines/{machine}/executions/{execution}", tags=["state machines"])

Machine = Annotated[str, Path(description="Name of the state machine.", examples=["previews"])]
Execution = Annotated[
    str, Path(description="Id of its run in Airflow.", examples=["manual__2026-11-26T09:00:00+00:00"])
]


def readable(machine: Machine, execution: Execution, user: User, may: MayNow) -> None:
    """Refuse a user who may not read the runs of the machine's DAG.

    :raises ExecutionUnknown: when the user may not read them, as if there were no such execution.
    """
    if not may(user, "GET", machine_dag_id(machine)):
        raise ExecutionUnknown(f"There is no execution {execution} of a state machine {machine}.")


Readable = Depends(readable)


@router.get("/page", dependencies=[Readable], response_class=HTMLResponse, include_in_schema=False)
def show_execution(machine: Machine, execution: Execution, records: ExecutionRecordsNow) -> HTMLResponse:
    """Show the state machine, coloured by the status of its states, with the input and output of each visit."""
    history = records.read_history(machine, execution)
    page = page_template(
        "execution.html"
    ).render(
        it=history.execution,
        history=history,
        mark=MARKS[history.execution.status],
        picture=Markup(history.picture),  # noqa: S704  drawn by us, with all texts in it escaped
        visits=history.visits[-SHOWN_VISITS:],
        left_out=max(0, len(history.visits) - SHOWN_VISITS),
        colours=STANDING,
        moment=_moment,
        text=_text,
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": CONTENT_SECURITY_POLICY})


@router.get(
    "/history",
    dependencies=[Readable],
    summary="Get the history of an execution",
    responses=answers(*CODES, example=examples.HISTORY),
)
def read_history(machine: Machine, execution: Execution, records: ExecutionRecordsNow) -> dict[str, Any]:
    """Return the events of an execution, in the form of Step Functions' `GetExecutionHistory`.

    Where each state of the machine is an Airflow task of its own, the events come from these tasks. They then show the
    last attempt of each state, and have inputs and outputs of states, but not of tasks.
    """
    return {"events": records.read_history(machine, execution).events}


@router.get(
    "/states",
    dependencies=[Readable],
    summary="Get the states of an execution",
    responses=answers(*CODES, example=examples.STATES),
)
def read_states(machine: Machine, execution: Execution, records: ExecutionRecordsNow) -> ExecutionStates:
    """Return the visits of states, and the state machine as SVG with colours for the status of each state.

    In the picture, the group of a state has the attribute `data-state` with the state's name.
    """
    return states_of(records.read_history(machine, execution))


@router.post(
    "/redrive",
    dependencies=[Deliberate, Readable],
    summary="Redrive a failed execution",
    responses=answers(*CODES, "execution_not_failed", "forbidden", "cross_site_refused", example=EXAMPLE),
)
def redrive_execution(
    machine: Machine, execution: Execution, user: User, may: MayNow, records: ExecutionRecordsNow
) -> Redriven:
    """Continue a failed execution from the state that failed, with its input and its definition.

    States that have succeeded do not run again. You need the right to trigger the machine's DAG.
    """
    if not may(user, "POST", machine_dag_id(machine)):
        raise Forbidden("You may look at this execution, but not let it go on.")
    records.redrive(machine, execution)
    return Redriven(machine=machine, execution=execution)


def _moment(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S UTC") if at else ""


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
