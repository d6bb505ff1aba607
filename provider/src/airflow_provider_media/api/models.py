"""What only the API says: its errors, its filters, and its answers about uploads. Jobs and queues are told as the core views them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from airflow_provider_media.core.ingest.priorities import Priority
from airflow_provider_media.core.ingest.states import JobState
from airflow_provider_media.core.ingest.views import DOCUMENTED, JobFilter
from airflow_provider_media.core.job.upload_trigger import UploadOutcome
from airflow_provider_media.core.specs.spec import Name


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside of the years 1 to 9999") from None


def _not_a_number(moment: object) -> object:
    # pydantic takes a number for seconds, or milliseconds, since 1970.
    if isinstance(moment, str) and re.fullmatch(r"\s*[+-]?[\d_]*\.?\d*\s*", moment):
        raise ValueError("is a number; give a time with its offset, such as 2026-11-22T08:00:00Z")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(_not_a_number), AfterValidator(_in_utc)]
STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True)
Text = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*$")]


class Error(BaseModel):
    """What was wrong."""

    model_config = DOCUMENTED
    code: str
    """Stable name of what was wrong."""
    message: str
    """What was wrong, what is allowed and what to do next, for people."""
    detail: dict[str, Any] = Field(default_factory=dict)
    """Facts for programs, such as the `field` that is wrong; absent where there are none."""


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    error: Error


class JobQuery(BaseModel):
    """Which jobs are asked for; all filters have to hold."""

    model_config = STRICT
    state: list[JobState] = Field(default_factory=list)
    """States of the jobs; may be given several times."""
    priority: Priority | None = None
    workflow: Name | None = None
    """Name of the jobs' workflow."""
    video: Text | None = None
    """The submitter's own name of the video."""
    submitted_after: Moment | None = None
    """Time with its offset, such as `2026-11-22T08:00:00Z`."""
    submitted_before: Moment | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    """Jobs of one page: 50 when absent, 200 at most."""
    cursor: Annotated[str, Field(pattern="^[0-9]{1,18}$")] | None = None
    """`next` of the page before."""

    def filter(self) -> JobFilter:
        """The same for the core."""
        wanted = self.model_dump(exclude={"state"})
        return JobFilter(states=frozenset(self.state), **wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadUrl:
    """Where to put one source; the names are those of Brightcove's answer."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    bucket: str
    object_key: str
    signed_url: str
    """Send the file here with HTTP PUT. Whoever knows this URL can do so: keep it out of logs."""
    api_request_url: str
    """Give this as `source`, or as `master.url`, once the file is there."""
    expires_at: datetime
    """When the URL ends, and with it the promise to keep what was put there."""
    warning: str
    """What to mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedUploads:
    """What became of the uploads that a notification told of."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    jobs: tuple[UploadOutcome, ...]
    """A job for each upload and each workflow that waits for it."""


class ReprocessBody(BaseModel):
    """Do again what a new upload of an object would start."""

    model_config = STRICT
    source: Annotated[str, Field(min_length=1, max_length=4096)]
    """URI of the object: `s3://bucket/key`."""
    workflow: Name | None = None
    """Only this one of the workflows that wait for it."""


Token = Annotated[str, Field(min_length=1, max_length=2048)]


class TaskSuccess(BaseModel):
    """A task was done."""

    model_config = STRICT
    token: Token
    """What stood in the task's payload as `$$.Task.Token`, or `$states.context.Task.Token`."""
    output: Any
    """The task's result: any JSON."""


class TaskFailure(BaseModel):
    """A task was not done."""

    model_config = STRICT
    token: Token
    """What stood in the task's payload."""
    error: Annotated[str, Field(max_length=256)] | None = None
    """Name of the error, which `Retry` and `Catch` match."""
    cause: Annotated[str, Field(max_length=32768)] | None = None
    """What was wrong, for people."""


class TaskHeartbeat(BaseModel):
    """Somebody works on a task."""

    model_config = STRICT
    token: Token
    """What stood in the task's payload."""


class TaskAnswered(BaseModel):
    """The task has been told."""

    model_config = DOCUMENTED
    dag_id: str
    """The DAG of the task that was told."""


RESERVED = re.compile(r"(scheduled|backfill|asset_[a-z]+|operator_[a-z]+|dataset_[a-z]+)__")
"""What ids of runs begin with that Airflow starts by itself."""


def _not_reserved(name: str) -> str:
    if RESERVED.match(name):
        raise ValueError(f"{name!r} begins like the ids of runs that Airflow starts by itself; take another name")
    return name


ExecutionName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9_.~:+-]{1,80}$", description="Letters, digits and `_.~:+-`, 80 at most."),
    AfterValidator(_not_reserved),
]


class ExecutionStart(BaseModel):
    """Start an execution."""

    model_config = STRICT
    input: dict[str, Any] = Field(default_factory=dict)
    """The execution's input, an object: it becomes the run's conf."""
    name: ExecutionName | None = None
    """The execution's name; the same again, with the same input, gives the same execution. A new one when absent."""


class ExecutionRun(BaseModel):
    """Run an express machine now."""

    model_config = STRICT
    input: Any = Field(default_factory=dict)
    """The execution's input: any JSON."""
    name: ExecutionName | None = None
    """The execution's name, for `$$.Execution.Name`; a new one when absent."""


class ExecutionStop(BaseModel):
    """End an execution."""

    model_config = STRICT
    error: Annotated[str, Field(max_length=256)] | None = None
    """Name of an error that tells why."""
    cause: Annotated[str, Field(max_length=32768)] | None = None
    """Why, for people."""


class Redriven(BaseModel):
    """The execution goes on."""

    model_config = DOCUMENTED
    machine: str
    """The state machine."""
    execution: str
    """The execution, which keeps its id."""
