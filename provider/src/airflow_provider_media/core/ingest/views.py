"""What submitters see of jobs and queues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.ingest.priorities import Priority
from airflow_provider_media.core.ingest.states import JobState

DOCUMENTED = ConfigDict(use_attribute_docstrings=True)
"""Lets the schemas of the API say of each field what is said of it here."""


LISTED_FILES = 100
"""Files that a task's result names at most; the manifest has all of them, and XCom stays small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """How far a running job has come."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    percent: float
    """0 to 100."""
    stage: str
    """Task that is at work: probe, plan, encode, package or publish."""
    speed: float | None = None
    """Seconds of media per second, of all units at work together."""
    eta: float | None = None
    """Seconds left of the units at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that people should know or change."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    code: str
    """Stable name: ``workflow_paused``, ``queue_paused``, ``pool_empty``, ``pool_missing``, ``pool_too_small`` or
    ``dag_paused``."""
    message: str
    """What is so, and what to do about it."""


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
    """When it got its slot."""
    ended_at: datetime | None = None
    video: str | None = None
    position: int | None = None
    """Place of a waiting job: 1 is next; none while its workflow is paused."""
    hold: Notice | None = None
    """Why it does not go on although a slot may be free, such as a paused workflow."""
    progress: JobProgress | None = None
    """Of a running job."""
    manifest: str | None = None
    """URI of the manifest of a job that succeeded."""
    outputs: tuple[Mapping[str, Any], ...] = ()
    """The published files, as the manifest's first hundred name them."""
    left_out: tuple[Mapping[str, Any], ...] = ()
    """Outputs that the source has nothing for, and what of the source an output does not take along."""
    failed: tuple[Mapping[str, Any], ...] = ()
    """Optional outputs that failed."""
    errors: tuple[Mapping[str, Any], ...] = ()
    """Why it failed: ``code``, ``message`` and ``task`` of each failed task."""
    warnings: tuple[str, ...] = ()
    retries: int = 0
    """How often somebody has asked for it to be tried again."""


def published(result: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a view that the answer of a job's last task fills."""
    lists = {"outputs": "files", "left_out": "left_out", "failed": "failed", "warnings": "warnings"}
    return {"manifest": result.get("manifest"), **{field: tuple(result.get(name, ())) for field, name in lists.items()}}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Which jobs are asked for; what is None does not matter."""

    states: frozenset[JobState] = frozenset()
    """Any state when empty."""
    priority: Priority | None = None
    workflow: str | None = None
    video: str | None = None
    submitted_after: datetime | None = None
    submitted_before: datetime | None = None
    limit: int = 50
    """Jobs of one page, up to 200."""
    cursor: str | None = None
    """``next`` of the page before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Some jobs, the latest first; without progress, position, outputs and errors."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    jobs: tuple[JobView, ...]
    next: str | None = None
    """Cursor of the next page; None on the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """The jobs of one priority."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    active: int
    """Jobs that hold a slot, or are just being given one."""
    active_limit: int | None
    waiting: int
    """Jobs without a slot, those on hold included."""
    waiting_limit: int
    held: int
    """Waiting jobs on hold, because their workflows are paused; they hold no other job up."""
    oldest: datetime | None
    """When the oldest waiting job was submitted."""
    paused: bool
    """Whether waiting jobs are held back: the queue is being drained."""
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
    """Whether its DAG is paused: submissions are refused or wait, as the account's ``paused_workflows`` says."""
    known: bool
    """Whether Airflow has read its DAG; a job of a workflow whose DAG is not there yet cannot start."""


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
    """Slots of the account's pool, as Airflow's Pools page has them now; None for no limit."""
    warnings: tuple[Notice, ...] = ()
    """What keeps jobs or their announcements from going on, or makes fewer of them go on than ``queues.yaml`` says."""
    queues: Mapping[Priority, QueueView] = field(default_factory=dict)
