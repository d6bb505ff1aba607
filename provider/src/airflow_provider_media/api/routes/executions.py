"""Routes that run a state machine, or start, read and stop executions."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from airflow_provider_media.api import machine_examples as examples
from airflow_provider_media.api.accounts import Deliberate, MayNow
from airflow_provider_media.api.answers import EVERYWHERE, answers, takes
from airflow_provider_media.api.auth import User
from airflow_provider_media.api.backend import ExecutionListNow, ExecutionsNow, MachinesNow, RunnerNow
from airflow_provider_media.api.body import JsonBody
from airflow_provider_media.api.errors import Forbidden, StateMachineNotExpress
from airflow_provider_media.api.machine_request_models import ExecutionRun, ExecutionStart, ExecutionStop
from airflow_provider_media.api.models import ExecutionQuery
from airflow_provider_media.core.dag_ids import machine_dag_id
from airflow_provider_media.core.project.machine_files import MachineFile
from airflow_provider_media.core.statelang.errors import StateMachineUnknown
from airflow_provider_media.core.statelang.service import ExecutionPage, ExecutionView
from airflow_provider_media.core.submission.request import validated

BODIES = (ExecutionRun, ExecutionStart, ExecutionStop)
"""Bodies of the routes; the app adds their schemas to its OpenAPI document."""
OF_MACHINES = (*EVERYWHERE, "request_invalid", "state_machine_unknown")
OF_STARTS = (*OF_MACHINES, "forbidden", "cross_site_refused", "body_too_large", "media_type_unsupported")
NAMED = Path(
    description="Name of the state machine's file, without its ending.",
    pattern=r"^[A-Za-z0-9_-]{1,200}$",
    examples=["previews"],
)
router = APIRouter(prefix="/state-machines/{machine}", tags=["state machines"], dependencies=[Deliberate])


def machine_to_read(machine: Annotated[str, NAMED], user: User, may: MayNow) -> str:
    """Return the name of a machine whose executions the user may look at.

    :raises StateMachineUnknown: for any other name, whether or not there is such a machine.
    """
    if not may(user, "GET", machine_dag_id(machine)):
        raise StateMachineUnknown(f"There is no state machine {machine!r} that you may use.")
    return machine


MachineToRead = Annotated[str, Depends(machine_to_read)]


def machine_to_start(machine: MachineToRead, user: User, may: MayNow) -> str:
    """Return the name of a machine that the user may start.

    :raises Forbidden: when the user may only look at the machine's executions.
    """
    if not may(user, "POST", machine_dag_id(machine)):
        raise Forbidden("You may look at executions of this state machine, but not start, stop or answer them.")
    return machine


MachineToStart = Annotated[str, Depends(machine_to_start)]


@router.post(
    "/sync-executions",
    summary="Run an express state machine",
    responses=answers(
        *OF_STARTS,
        "state_machine_not_express",
        "state_machine_invalid",
        "executions_busy",
        example=examples.EXECUTION_DONE,
    ),
    openapi_extra=takes(ExecutionRun, examples.EXECUTION_RUN),
)
def run_execution(
    request: Request, machine: MachineToStart, body: JsonBody, machines: MachinesNow, run: RunnerNow
) -> ExecutionView:
    """Run an express state machine to its end, and return its output, or its error and cause.

    The YAML file beside the machine must say `type: express`. The machine runs within this request, for at most five
    minutes. If you send the request again, the machine runs again from its beginning. Its tasks may call APIs and
    servers; only workers process media.
    """
    asked = validated(ExecutionRun, body)
    file = _express(machines(machine))
    name, began = asked.name or str(uuid.uuid4()), datetime.now(UTC)
    with request.app.state.express_limit.acquire():
        ended = run(file, asked.input, name)
    return ExecutionView(
        machine=machine,
        name=name,
        status=ended.status,
        started_at=began,
        ended_at=datetime.now(UTC),
        input=asked.input,
        output=ended.output,
        error=ended.error,
        cause=ended.cause,
    )


def _express(file: MachineFile) -> MachineFile:
    if not file.express:
        raise StateMachineNotExpress(
            f"{file.name} is a standard state machine: start an execution and ask for it, or write type: express into"
            f" include/state_machines/{file.name}.yaml."
        )
    return file


@router.post(
    "/executions",
    summary="Start an execution",
    status_code=201,
    responses=answers(*OF_STARTS, "execution_exists", "queue_missing", example=examples.EXECUTION_RUNNING, status=201)
    | {200: {"model": ExecutionView, "description": "The same request had started the execution before."}},
    openapi_extra=takes(ExecutionStart, examples.EXECUTION_START),
)
def start_execution(
    *,
    request: Request,
    response: Response,
    machine: MachineToStart,
    body: JsonBody,
    executions: ExecutionsNow,
    user: User,
) -> ExecutionView:
    """Start an execution as a run of the machine's DAG. The header `Location` holds the address of the execution.

    The same name with the same input gives the same execution again, with status 200. The same name with another input
    is refused.
    """
    asked = validated(ExecutionStart, body)
    started = executions.start(machine, asked.name or str(uuid.uuid4()), asked.input, user.get_name())
    response.status_code = 201 if started.created else 200
    response.headers["Location"] = request.url_for(
        "read_execution", machine=machine, execution=started.execution.name
    ).path
    return started.execution


@router.get("/executions", summary="List executions", responses=answers(*OF_MACHINES, example=examples.EXECUTIONS))
def list_executions(
    machine: MachineToRead, wanted: Annotated[ExecutionQuery, Query()], listing: ExecutionListNow
) -> ExecutionPage:
    """List the executions of a state machine in pages, newest first.

    For the next page, set `cursor` to the `next` of the previous page, and repeat all other filters. With a filter by
    status, a page can be shorter than `limit`, or empty, although a `next` follows. Runs that were started in Airflow
    itself are executions too.
    """
    return listing(machine, wanted.filter())


NamedExecution = Annotated[str, Path(description="Name of the execution.", examples=["lecture-17"], max_length=250)]


@router.get(
    "/executions/{execution}",
    summary="Get an execution",
    responses=answers(*OF_MACHINES, "execution_unknown", example=examples.EXECUTION_DONE),
)
def read_execution(machine: MachineToRead, execution: NamedExecution, executions: ExecutionsNow) -> ExecutionView:
    """Return the status of an execution, and its output or error.

    Runs that were started in Airflow itself are executions too.
    """
    return executions.find(machine, execution)


@router.post(
    "/executions/{execution}/stop",
    summary="Stop an execution",
    responses=answers(*OF_STARTS, "execution_unknown", example=examples.EXECUTION_STOPPED),
    openapi_extra=takes(ExecutionStop, examples.EXECUTION_STOP),
)
def stop_execution(
    machine: MachineToStart, execution: NamedExecution, body: JsonBody, executions: ExecutionsNow
) -> ExecutionView:
    """Stop an execution and its tasks; an execution that has ended is left as it is."""
    asked = validated(ExecutionStop, body)
    return executions.stop(machine, execution, asked.error, asked.cause)
