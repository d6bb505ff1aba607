"""Models of what clients of state machines send: starts, stops, and answers to task tokens."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from airflow_provider_media.airflow_contract.run_ids import AIRFLOWS_OWN
from airflow_provider_media.api.models import STRICT
from airflow_provider_media.core.submission.views import DOCUMENTED

Token = Annotated[str, Field(min_length=1, max_length=2048)]


class TaskSuccess(BaseModel):
    """The result of a task that has succeeded."""

    model_config = STRICT
    token: Token
    """Task token from the task's payload: `$$.Task.Token`, or `$states.context.Task.Token`."""
    output: Any
    """Result of the task: any JSON."""


class TaskFailure(BaseModel):
    """The error of a task that has failed."""

    model_config = STRICT
    token: Token
    """Task token from the task's payload."""
    error: Annotated[str, Field(max_length=256)] | None = None
    """Name of the error, which `Retry` and `Catch` match."""
    cause: Annotated[str, Field(max_length=32768)] | None = None
    """Cause of the error, for people."""


class TaskHeartbeat(BaseModel):
    """A heartbeat of a task: a worker still works on it."""

    model_config = STRICT
    token: Token
    """Task token from the task's payload."""


class TaskAnswered(BaseModel):
    """The confirmation that a task has received its result, error or heartbeat."""

    model_config = DOCUMENTED
    dag_id: str
    """Id of the DAG of the task's state machine."""


def _not_reserved(name: str) -> str:
    if AIRFLOWS_OWN.match(name):
        raise ValueError(f"{name!r} begins like the ids of runs that Airflow starts by itself; take another name")
    return name


ExecutionName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_.~:+-]{1,80}$", description="Letters, digits and `_.~:+-`, 80 at most."),
    AfterValidator(_not_reserved),
]


class ExecutionStart(BaseModel):
    """A request to start an execution."""

    model_config = STRICT
    input: dict[str, Any] = Field(default_factory=dict)
    """Input of the execution: a JSON object, which becomes the run's conf."""
    name: ExecutionName | None = None
    """Name of the execution. The same name with the same input gives the same execution. A new name when absent."""


class ExecutionRun(BaseModel):
    """A request to run an express state machine now."""

    model_config = STRICT
    input: Any = Field(default_factory=dict)
    """Input of the execution: any JSON."""
    name: ExecutionName | None = None
    """Name of the execution, for `$$.Execution.Name`; a new name when absent."""


class ExecutionStop(BaseModel):
    """A request to stop an execution."""

    model_config = STRICT
    error: Annotated[str, Field(max_length=256)] | None = None
    """Name of the error that gives the reason."""
    cause: Annotated[str, Field(max_length=32768)] | None = None
    """Reason, for people."""


class Redriven(BaseModel):
    """The execution that goes on."""

    model_config = DOCUMENTED
    machine: str
    """Name of the state machine."""
    execution: str
    """Id of the execution, which stays the same."""
