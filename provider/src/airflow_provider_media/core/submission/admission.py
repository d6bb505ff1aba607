"""Admission rules of the queues, as functions of the queues' occupancy.

1. If no job waits and a slot is free, a new job starts at once, whatever its priority.
2. Otherwise the job waits in the queue of its priority; if that queue is full, the job is refused.
3. A slot that becomes free goes to the oldest normal job, or to the oldest low job if there is no normal one.

Airflow's scheduler applies rule 3: it takes tasks by weight, and then by the logical date of their runs. ``weight`` and
``place`` give the scheduler these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.dag_ids import workflow_dag_id
from airflow_provider_media.core.submission.errors import QueueFull, WorkflowPaused

WEIGHTS: Mapping[Priority, int] = {"normal": 1000, "low": 1}
"""Task weights of jobs, far enough apart that no low task ever passes a normal one."""
AT_ONCE = 1_000_000
"""Weight of a promised job's slot task, so that no later job passes it before the scheduler reaches it."""


SPARE_RUNS = 16
"""Least number of spare runs: runs that compete for slots, besides those that hold one.

With them a free slot never waits for a run to start.
"""
SPARE_SHARE = 4
"""Number of slots per spare run.

All other runs are queued, which costs the scheduler nothing. The scheduler examines all running ones in turn: with
hundreds of them every task of every DAG starts seconds later.
"""


def most_runs(active: int) -> int:
    """Return how many runs of a queue's DAG are active at most.

    :param active: slots of the account's pool, as ``queues.yaml`` says.
    """
    return active + max(SPARE_RUNS, active // SPARE_SHARE)


class Decision(StrEnum):
    """Decision on a new job that is not refused."""

    START = "start"
    WAIT = "wait"
    HOLD = "hold"
    """Wait without blocking other jobs until the workflow is unpaused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """The jobs of one account at one moment."""

    active: Mapping[Priority, int] = field(default_factory=dict)
    """Jobs that hold a slot, or were promised one."""
    waiting: Mapping[Priority, int] = field(default_factory=dict)
    held: Mapping[Priority, int] = field(default_factory=dict)
    """Waiting jobs whose workflows are paused; they block no other job."""
    slots: int | None = None
    """Slots of the account's pool; None for no limit."""
    limits: Mapping[Priority, int] = field(default_factory=dict)
    """Most waiting jobs of each priority; the account's own where absent."""
    paused: bool = False
    """Whether the queue of the new job's priority is paused and gives no slots."""

    @property
    def is_queueing(self) -> bool:
        """Whether any waiting job lacks only a slot."""
        return sum(self.waiting.values()) > sum(self.held.values())

    def has_slot(self, priority: Priority, limit: int | None) -> bool:
        """Return whether a job of a priority could hold a slot now.

        :param limit: most active jobs of this priority.
        """
        free = self.slots is None or sum(self.active.values()) < self.slots
        return free and not self.paused and (limit is None or self.active.get(priority, 0) < limit)

    def waiting_limit(self, account: Account, priority: Priority) -> int:
        """Return how many jobs of a priority may wait."""
        return self.limits.get(priority, account.limits.waiting.of(priority))

    def with_one(self, priority: Priority, decision: Decision) -> Occupancy:
        """Return the occupancy after the admission of one more job of a priority."""
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
    """Decide whether a new job starts, waits or is held.

    :param is_held: whether the job's workflow is paused, so that the job has to wait.
    :raises QueueFull: when the job can neither start nor wait.
    """
    has_slot = not occupancy.is_queueing and occupancy.has_slot(
        priority, account.limits.active_per_priority.of(priority)
    )
    if has_slot and not is_held:
        return Decision.START
    waiting, limit = occupancy.waiting.get(priority, 0), occupancy.waiting_limit(account, priority)
    if waiting < limit:
        return Decision.HOLD if is_held else Decision.WAIT
    raise QueueFull(
        f"Queue full: {waiting} {priority}-priority jobs of the account {account.name!r} are waiting (limit {limit})."
        f" Try again later, or raise limits.waiting.{priority} of the account in include/queues.yaml"
        " or on the console's page of queues.",
        account=account.name,
        priority=priority,
        limit=limit,
    )


def room(occupancy: Occupancy, account: Account, priority: Priority) -> int:
    """Return how many more jobs of a priority would be admitted if no other submission came."""
    limits = account.limits
    places = max(0, occupancy.waiting_limit(account, priority) - occupancy.waiting.get(priority, 0))
    limit = limits.active_per_priority.of(priority)
    if occupancy.is_queueing or not occupancy.has_slot(priority, limit):
        return places
    slots = limits.active if occupancy.slots is None else occupancy.slots
    free = slots - sum(occupancy.active.values())
    return places + max(1, free if limit is None else min(free, limit - occupancy.active.get(priority, 0)))


def weight(account: Account, priority: Priority) -> int:
    """Return the weight of a queue's slot tasks; with ageing, both queues have one weight and ``place`` orders jobs."""
    return WEIGHTS["normal"] if account.ageing is not None else WEIGHTS[priority]


def place(account: Account, priority: Priority, submitted: datetime) -> datetime:
    """Return the logical date of a job's run; the scheduler orders jobs of one weight by this date.

    With ageing, normal jobs are dated back by the ageing time. A normal job then passes only the low jobs that had
    waited less than that time at its submission. Dating low jobs forward would be equivalent, but Airflow starts no run
    before its logical date.
    """
    return submitted - account.ageing if account.ageing is not None and priority == PRIORITIES[0] else submitted
