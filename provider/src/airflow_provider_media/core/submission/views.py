"""Views of jobs, queues and workflows for submitters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.workflows.model import FrozenWorkflow

DOCUMENTED = ConfigDict(use_attribute_docstrings=True)
"""Makes attribute docstrings the field descriptions in the API's schemas."""


LISTED_FILES = 100
"""Most files in a task's result, so that XCom stays small; the manifest lists all files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """Progress of a running job."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    percent: float
    """0 to 100."""
    stage: str
    """Current stage: probe, plan, encode, package or publish."""
    speed: float | None = None
    """Seconds of media per second, of all running units together."""
    eta: float | None = None
    """Remaining seconds of the running units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDuration:
    """Durations of an ended job, in seconds."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    waiting: float | None = None
    """From the submission to the slot; None when the job never got a slot."""
    running: float | None = None
    """From the slot to the end; None when the job never got a slot."""
    media: float | None = None
    """Length of the longest published file; None when nothing was published, or only pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A condition that people should know or change."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    code: str
    """Stable name: ``workflow_paused``, ``queue_paused``, ``pool_empty``, ``pool_missing``, ``pool_too_small`` or
    ``dag_paused``."""
    message: str
    """The condition, and how to resolve it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """One job."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    id: str
    account: str
    priority: Priority
    state: JobState
    workflow: str
    source: str
    """URI without its credentials and query."""
    file_name: str
    """Last part of the source."""
    output: str
    submitted_at: datetime
    started_at: datetime | None = None
    """When the job got its slot."""
    ended_at: datetime | None = None
    video: str | None = None
    position: int | None = None
    """Place of a waiting job in its queue: 1 is next; None while its workflow is paused."""
    hold: Notice | None = None
    """Why the job waits although a slot may be free, such as a paused workflow."""
    progress: JobProgress | None = None
    """Progress of a running job."""
    manifest: str | None = None
    """URI of the manifest of a job that succeeded."""
    thumbnail: str | None = None
    """The first published picture of a video: its URI; in the REST API, the path of the route that answers it."""
    duration: JobDuration | None = None
    """Durations of an ended job."""
    vmaf: float | None = None
    """Mean VMAF of the job's best video, 0 to 100; None where no quality was measured."""
    quality: tuple[Mapping[str, Any], ...] = ()
    """VMAF of each video whose output asks for it, pooled over its frames."""
    outputs: tuple[Mapping[str, Any], ...] = ()
    """The published files: the first hundred of the manifest."""
    left_out: tuple[Mapping[str, Any], ...] = ()
    """Outputs for which the source has no content, and parts of the source that an output does not include."""
    failed: tuple[Mapping[str, Any], ...] = ()
    """Optional outputs that failed."""
    errors: tuple[Mapping[str, Any], ...] = ()
    """Why the job failed: ``code``, ``message`` and ``task`` of each failed task."""
    warnings: tuple[str, ...] = ()
    retries: int = 0
    """Number of retries requested so far."""


def duration_of(job: JobView, *, media: float | None) -> JobDuration | None:
    """Return the durations of an ended job; None for any other job.

    :param media: seconds of the longest published file.
    """
    if not job.state.ended:
        return None
    began = job.started_at
    return JobDuration(waiting=_seconds(job.submitted_at, began), running=_seconds(began, job.ended_at), media=media)


def _seconds(begin: datetime | None, end: datetime | None) -> float | None:
    if begin is None or end is None:
        return None
    # The clocks of two machines differ a little.
    return max(0.0, round((end - begin).total_seconds(), 3))


def published(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a job view that come from the result of the job's last task."""
    lists = {"outputs": "files", **{name: name for name in ("left_out", "failed", "warnings", "quality")}}
    return {
        "manifest": result.get("manifest"),
        "thumbnail": result.get("thumbnail"),
        "vmaf": best_vmaf(result),
        **{field: tuple(result.get(name, ())) for field, name in lists.items()},
    }


def best_vmaf(result: Mapping[str, Any]) -> float | None:
    """Return the mean VMAF of the best video from the result of a job's last task."""
    return max((each["mean"] for each in result.get("quality", ())), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOfRun:
    """The job to which a run in Airflow belongs."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    account: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Filter of a list of jobs; None means no restriction."""

    states: frozenset[JobState] = frozenset()
    """Any state when empty."""
    priority: Priority | None = None
    workflow: str | None = None
    video: str | None = None
    text: str | None = None
    """Part of the source's file name, of the job's id or of ``video``; compared without case."""
    submitted_after: datetime | None = None
    submitted_before: datetime | None = None
    limit: int = 50
    """Jobs on one page, up to 200."""
    cursor: str | None = None
    """``next`` of the previous page."""
    details: bool = False
    """Whether jobs have their progress, position, durations, thumbnail and first error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """A page of jobs, newest first; without outputs, and without details unless the filter asks for them."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    jobs: tuple[JobView, ...]
    next: str | None = None
    """Cursor of the next page; None on the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsView:
    """The limits of an account's queues."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    configured: Mapping[str, int] = field(default_factory=dict)
    """Limits in ``include/queues.yaml``: ``active``, ``waiting_normal`` and ``waiting_low``."""
    changed: Mapping[str, int] = field(default_factory=dict)
    """Limits that hold in their place, because somebody has set them."""
    changed_by: str | None = None
    """Who changed the limits last; None when nobody has."""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """The jobs of one priority."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    active: int
    """Jobs that hold a slot, or are just getting one."""
    active_limit: int | None
    waiting: int
    """Jobs without a slot, including those on hold."""
    waiting_limit: int
    held: int
    """Waiting jobs on hold because their workflows are paused; they block no other job."""
    oldest: datetime | None
    """When the oldest waiting job was submitted."""
    paused: bool
    """Whether the queue is paused: it is being drained, and no waiting job starts."""
    hold: Notice | None = None
    """Why no job of the queue can start, such as a paused queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowView:
    """One workflow."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    description: str
    priority: Priority
    """Priority of the jobs of its uploads."""
    dag_id: str
    """The workflow's DAG in Airflow."""
    paused: bool
    """Whether the DAG is paused: submissions are refused or wait, as the account's ``paused_workflows`` says."""
    known: bool
    """Whether Airflow has parsed the workflow's DAG; a job cannot start before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowDocument:
    """A workflow with all its settings."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    hash: str
    """Hash of the settings, as jobs keep it."""
    settings: Mapping[str, Any]
    """The fields of the workflow's file, presets and defaults filled in; without ``notifications``."""
    notifications: tuple[str, ...]
    """Targets of announcements, by their names for people; an address may hold a secret."""


def document_of(frozen: FrozenWorkflow) -> WorkflowDocument:
    """Return a workflow as readers of its account may see it."""
    workflow = frozen.workflow
    return WorkflowDocument(
        name=workflow.name,
        hash=frozen.hash,
        settings=workflow.model_dump(mode="json", exclude={"notifications"}, exclude_none=True),
        notifications=tuple(each.target.name for each in workflow.notifications),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowPage:
    """The workflows of a deployment."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    workflows: tuple[WorkflowView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """The queues of one account."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    account: str
    active: int
    slots: int | None
    """Current slots of the account's pool, from Airflow's Pools page; None for no limit."""
    warnings: tuple[Notice, ...] = ()
    """Conditions that stop jobs or their announcements, or let fewer jobs run than ``queues.yaml`` says."""
    queues: Mapping[Priority, QueueView] = field(default_factory=dict)
    limits: LimitsView = field(default_factory=LimitsView)
