"""Views of jobs, queues and workflows for submitters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.ingest.priorities import Priority
from airflow_provider_media.core.ingest.states import JobState

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


def published(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a job view that come from the result of the job's last task."""
    lists = {"outputs": "files", "left_out": "left_out", "failed": "failed", "warnings": "warnings"}
    return {"manifest": result.get("manifest"), **{field: tuple(result.get(name, ())) for field, name in lists.items()}}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Filter of a list of jobs; None means no restriction."""

    states: frozenset[JobState] = frozenset()
    """Any state when empty."""
    priority: Priority | None = None
    workflow: str | None = None
    video: str | None = None
    submitted_after: datetime | None = None
    submitted_before: datetime | None = None
    limit: int = 50
    """Jobs on one page, up to 200."""
    cursor: str | None = None
    """``next`` of the previous page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """A page of jobs, newest first; without progress, position, outputs and errors."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    jobs: tuple[JobView, ...]
    next: str | None = None
    """Cursor of the next page; None on the last one."""


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
