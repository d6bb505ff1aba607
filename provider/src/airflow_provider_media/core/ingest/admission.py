"""The rules of the queues, as functions of what is in them.

1. Nothing waits and a slot is free: a new job starts at once, whatever its priority.
2. Otherwise it waits in the queue of its priority, or is refused where that is full.
3. A slot that becomes free goes to the oldest normal job, or where there is none to the oldest low one.

Rule 3 is kept by Airflow's scheduler, which takes tasks by weight and then by the logical date of their runs: ``weight`` and
``place`` say what to give it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from airflow_provider_media.core.errors import QueueFull, WorkflowPaused
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.names import workflow_dag_id
from airflow_provider_media.core.ingest.priorities import PRIORITIES, Priority

WEIGHTS: Mapping[Priority, int] = {"normal": 1000, "low": 1}
"""Weights of the tasks of jobs, far enough apart that no low task ever passes a normal one."""
AT_ONCE = 1_000_000
"""Weight of the slot task of a job that was promised a slot: no later job passes it while the scheduler is on its way."""


class Decision(StrEnum):
    """What becomes of a new job that is not refused."""

    START = "start"
    WAIT = "wait"
    HOLD = "hold"
    """Wait without holding others up, until the workflow is not paused any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """The jobs of one account at one moment."""

    active: Mapping[Priority, int] = field(default_factory=dict)
    """Jobs that hold a slot, or were promised one."""
    waiting: Mapping[Priority, int] = field(default_factory=dict)
    held: Mapping[Priority, int] = field(default_factory=dict)
    """Those of the waiting jobs whose workflows are paused; they hold nobody up."""
    slots: int | None = None
    """Slots of the account's pool; None for no limit."""
    paused: bool = False
    """Whether the queue of the new job's priority gives no slots for now."""

    @property
    def is_queueing(self) -> bool:
        """Whether a job waits for a slot alone."""
        return sum(self.waiting.values()) > sum(self.held.values())

    def has_slot(self, priority: Priority, limit: int | None) -> bool:
        """Whether a job of a priority could hold a slot now.

        :param limit: most active jobs of this priority.
        """
        free = self.slots is None or sum(self.active.values()) < self.slots
        return free and not self.paused and (limit is None or self.active.get(priority, 0) < limit)

    def with_one(self, priority: Priority, decision: Decision) -> Occupancy:
        """The same after one more job of a priority has been admitted."""
        if decision is Decision.START:
            return replace(self, active=_added(self.active, priority))
        held = _added(self.held, priority) if decision is Decision.HOLD else self.held
        return replace(self, waiting=_added(self.waiting, priority), held=held)


def _added(jobs: Mapping[Priority, int], priority: Priority) -> Mapping[Priority, int]:
    return {**jobs, priority: jobs.get(priority, 0) + 1}


def check_paused(workflow: str, account: Account) -> None:
    """Refuse a submission to a paused workflow, unless the account lets it wait.

    :raises WorkflowPaused: when the account's ``paused_workflows`` is ``refuse``.
    """
    if account.paused_workflows == "refuse":
        raise WorkflowPaused(
            f"The workflow {workflow!r} is paused. Submit again once its DAG {workflow_dag_id(workflow)} is unpaused,"
            f" or set `paused_workflows: wait` for the account {account.name!r} in include/queues.yaml.",
            workflow=workflow,
        )


def decide(occupancy: Occupancy, account: Account, priority: Priority, *, is_held: bool = False) -> Decision:
    """What becomes of a new job.

    :param is_held: whether its workflow is paused, so that it has to wait.
    :raises QueueFull: when it can neither start nor wait.
    """
    has_slot = not occupancy.is_queueing and occupancy.has_slot(priority, account.limits.active_per_priority.of(priority))
    if has_slot and not is_held:
        return Decision.START
    waiting, limit = occupancy.waiting.get(priority, 0), account.limits.waiting.of(priority)
    if waiting < limit:
        return Decision.HOLD if is_held else Decision.WAIT
    raise QueueFull(
        f"Queue full: {waiting} {priority}-priority jobs of the account {account.name!r} are waiting (limit {limit})."
        f" Try again later, or raise limits.waiting.{priority} of the account in include/queues.yaml.",
        account=account.name,
        priority=priority,
        limit=limit,
    )


def room(occupancy: Occupancy, account: Account, priority: Priority) -> int:
    """How many more jobs of a priority would be taken, if nobody else came."""
    limits = account.limits
    places = max(0, limits.waiting.of(priority) - occupancy.waiting.get(priority, 0))
    limit = limits.active_per_priority.of(priority)
    if occupancy.is_queueing or not occupancy.has_slot(priority, limit):
        return places
    slots = limits.active if occupancy.slots is None else occupancy.slots
    free = slots - sum(occupancy.active.values())
    return places + max(1, free if limit is None else min(free, limit - occupancy.active.get(priority, 0)))


def weight(account: Account, priority: Priority) -> int:
    """Weight of the slot tasks of a queue; with ageing both queues are one, ordered by ``place``."""
    return WEIGHTS["normal"] if account.ageing is not None else WEIGHTS[priority]


def place(account: Account, priority: Priority, submitted: datetime) -> datetime:
    """Logical date of a job's run, by which jobs of one weight are ordered.

    With ageing, normal jobs are dated back by its time: they pass just those low jobs that had not waited that long when they came.
    (Dating low jobs forward would be the same, but Airflow starts no run before its logical date.)
    """
    return submitted - account.ageing if account.ageing is not None and priority == PRIORITIES[0] else submitted
