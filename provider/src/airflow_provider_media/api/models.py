"""Models of the API alone: its errors, its filters and its answers about uploads.

Models of jobs and queues are the views of the core.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.outputs.spec import Name
from airflow_provider_media.core.statelang.service import ExecutionFilter, OpenApproval, Status
from airflow_provider_media.core.submission.views import DOCUMENTED, JobFilter
from airflow_provider_media.core.uploads.upload_trigger import UploadOutcome


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside of the years 1 to 9999") from None


def _not_a_number(moment: object) -> object:
    # pydantic reads a number as seconds, or milliseconds, since 1970.
    if isinstance(moment, str) and re.fullmatch(r"\s*[+-]?[\d_]*\.?\d*\s*", moment):
        raise ValueError("is a number; give a time with its offset, such as 2026-11-22T08:00:00Z")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(_not_a_number), AfterValidator(_in_utc)]
STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True)
Text = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]*$")]


class Error(BaseModel):
    """An error."""

    model_config = DOCUMENTED
    code: str
    """Stable name of the error."""
    message: str
    """What was wrong, what is allowed and what to do next, for people."""
    detail: dict[str, Any] = Field(default_factory=dict)
    """Facts for programs, such as the `field` that is wrong; absent when there are none."""


class ErrorAnswer(BaseModel):
    """The body of every answer that is not a success."""

    error: Error


class FrameQuery(BaseModel):
    """Which frame of a job is wanted."""

    model_config = STRICT
    of: Annotated[str, Field(max_length=4096, examples=["lecture/stream/720p/playlist.m3u8"])]
    """`source`, or the path of a published file below the job's output location: a video, or the media playlist of a
    rendition."""
    at: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False, examples=[12.5])]
    """Seconds from the beginning."""


class JobQuery(BaseModel):
    """Filters for jobs; a job has to match all of them."""

    model_config = STRICT
    state: list[JobState] = Field(default_factory=list)
    """States of the jobs; may be given several times."""
    priority: Priority | None = None
    workflow: Name | None = None
    """Name of the jobs' workflow."""
    video: Text | None = None
    """The submitter's own name for the video."""
    text: Text | None = None
    """Part of the source's file name, of the job's id or of `video`; compared without case."""
    submitted_after: Moment | None = None
    """Earliest time of submission, with its offset, such as `2026-11-22T08:00:00Z`."""
    submitted_before: Moment | None = None
    """Time before which the jobs were submitted, with its offset."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    """Jobs per page: 50 when absent, at most 200."""
    cursor: Annotated[str, Field(pattern="^[0-9]{1,18}$")] | None = None
    """The `next` of the previous page."""
    details: bool = False
    """Whether running jobs have their progress, waiting ones their position, failed ones their first error, and ended
    ones their durations, their manifest and their thumbnail."""

    def filter(self) -> JobFilter:
        """Return the same filters for the core."""
        wanted = self.model_dump(exclude={"state"})
        return JobFilter(states=frozenset(self.state), **wanted)


class PriorityBody(BaseModel):
    """A request to move a waiting job to another queue."""

    model_config = STRICT
    priority: Priority
    """Priority that the job gets."""


class ExecutionQuery(BaseModel):
    """Filters for executions; an execution has to match all of them."""

    model_config = STRICT
    status: Status | None = None
    """Status of the executions."""
    started_after: Moment | None = None
    """Earliest time of the start, with its offset; an execution that waits to start counts with its request."""
    started_before: Moment | None = None
    """Time before which the executions started, with its offset."""
    text: Text | None = None
    """Part of the name, in any case."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    """Executions per page: 50 when absent, at most 200."""
    cursor: Annotated[str, Field(pattern="^[0-9]{1,18}$")] | None = None
    """The `next` of the previous page."""

    def filter(self) -> ExecutionFilter:
        """Return the same filters for the core."""
        return ExecutionFilter(**self.model_dump())


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalList:
    """The open questions of an execution."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    approvals: tuple[OpenApproval, ...]


class HistoryQuery(BaseModel):
    """Span of a history."""

    model_config = STRICT
    hours: Annotated[int, Field(ge=1, le=168)] = 24
    """Hours until now: 24 when absent, at most 168."""
    bucket_minutes: Annotated[int, Field(ge=5, le=1440)] = 15
    """Minutes of each span: 15 when absent, 5 to 1440. Spans begin at multiples of their length, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """One account that the user may read."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    can_change: bool
    """Whether the user may submit, cancel and retry jobs, and pause queues."""
    can_limit: bool
    """Whether the user may set the limits of the queues."""
    workflow: str | None
    """Workflow of a submission that names none."""
    takes_uploads: bool
    """Whether `upload-urls` gives out places for uploads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountList:
    """The accounts that the user may read, by name."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    accounts: tuple[ListedAccount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadUrl:
    """An upload location for one source; the field names are those of Brightcove's answer."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    bucket: str
    object_key: str
    signed_url: str
    """Send the file to this URL with HTTP PUT. Anybody who knows the URL can use it: keep it out of logs."""
    api_request_url: str
    """Submit this URI as `source`, or as `master.url`, once the file is uploaded."""
    expires_at: datetime
    """Time until which the URL is valid and the uploaded file is kept."""
    warning: str
    """Advice about the time for which uploads are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedUploads:
    """The jobs that uploads have started."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    jobs: tuple[UploadOutcome, ...]
    """One job for each upload and each workflow whose trigger matches it."""


class ReprocessBody(BaseModel):
    """A request to process an object again, as a new upload of it would."""

    model_config = STRICT
    source: Annotated[str, Field(min_length=1, max_length=4096)]
    """URI of the object: `s3://bucket/key`."""
    workflow: Name | None = None
    """Name of the only workflow to run; when absent, all workflows whose triggers match the object."""
