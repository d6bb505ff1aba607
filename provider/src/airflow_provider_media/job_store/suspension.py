"""Suspension of running jobs of paused workflows, and their resumption once they have a slot again.

Airflow starts no further task of a paused DAG. Such a job would keep its slot and do nothing. Once the job's last task
has ended, its run in the workflow's DAG and its run in the queue are put on hold. When the workflow is unpaused, the
run in the queue waits for a slot again. With a slot, the run in the workflow's DAG goes on.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from airflow.models import DagRun, TaskInstance
from airflow.utils.state import DagRunState
from sqlalchemy import and_, literal, select
from sqlalchemy.orm import aliased

from airflow_provider_media.airflow_contract.run_states import HOLDING, UNFINISHED
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.dag_ids import WORKFLOW_PREFIX, queue_of_dag
from airflow_provider_media.core.submission.admission import weight
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.job_store.holds import hold, release, workflow_name
from airflow_provider_media.job_store.queue_occupancy import held_at, is_alive, slot_tasks

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from sqlalchemy.sql import ColumnElement

work = aliased(DagRun, name="work")
"""The run of a job in its workflow's DAG."""
work_task = aliased(TaskInstance, name="work_task")
is_work = and_(
    work.run_id == DagRun.run_id, work.dag_id == literal(WORKFLOW_PREFIX) + workflow_name, work.state.in_(UNFINISHED)
)
is_executing = (
    select(work_task.id)
    .where(work_task.dag_id == work.dag_id, work_task.run_id == work.run_id, work_task.state.in_(HOLDING))
    .exists()
)


def to_suspend(paused: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for a job with a slot that has to be suspended, together with its ``work``.

    :param paused: names of the workflows that are paused.
    """
    return and_(
        is_alive, TaskInstance.state == "deferred", workflow_name.in_(paused), is_work, ~held_at(work), ~is_executing
    )


def to_resume() -> ColumnElement[bool]:
    """Return the condition for a ``work`` that has to go on: its job has its slot again."""
    return and_(is_alive, TaskInstance.state == "deferred", is_work, held_at(work))


def suspend_jobs(account: Account, paused: Collection[str], session: Session) -> int:
    """Take the slots of jobs whose paused workflows do nothing more for them, and return their number."""
    rows = session.execute(
        slot_tasks(account.name).add_columns(work).where(to_suspend(paused)).with_for_update(skip_locked=True)
    ).all()
    for run, task, working in rows:
        hold(dict.fromkeys((run, working), facts_of(run.conf).workflow), session)
        for each in (run, working):
            each.last_scheduling_decision = None
            each.set_state(DagRunState.QUEUED)
        task.state, task.trigger_id, task.next_method, task.next_kwargs = None, None, None, None
        task.priority_weight = weight(account, queue_of_dag(run.dag_id)[1])
    # Airflow's sessions flush only at their end, but the next query asks which jobs have slots.
    session.flush()
    return len(rows)


def resume_jobs(account: Account, session: Session) -> int:
    """Resume the work of jobs that have their slots again, and return their number."""
    rows = session.scalars(
        slot_tasks(account.name).with_only_columns(work).where(to_resume()).with_for_update(skip_locked=True)
    ).all()
    for working in rows:
        release(working, session)
    return len(rows)
