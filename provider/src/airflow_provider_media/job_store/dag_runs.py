"""DAG runs: only this module calls Airflow's semi-private functions to make and change runs in its database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from airflow.models.dag_version import DagVersion
from airflow.models.dagbag import DBDagBag
from airflow.models.taskinstance import TaskInstance, clear_task_instances
from airflow.models.xcom import XComModel
from airflow.utils.state import DagRunState, State, TaskInstanceState
from airflow.utils.types import DagRunTriggeredByType, DagRunType
from sqlalchemy import delete, select

from airflow_provider_media.core.submission.errors import QueueMissing

if TYPE_CHECKING:
    from airflow.models import DagRun
    from airflow.serialization.definitions.dag import SerializedDAG
    from sqlalchemy.orm import Session


@cache
def _dags() -> DBDagBag:
    # Reading a DAG takes longer than the rest of a submission.
    return DBDagBag(load_op_links=False)


def latest_dag(dag_id: str, session: Session) -> SerializedDAG:
    """Return the latest version of a DAG.

    :raises QueueMissing: when Airflow does not know the DAG.
    """
    version = DagVersion.get_latest_version(dag_id, session=session)
    dag = _dags().get_dag(version.id, session=session) if version else None
    if dag is None:
        raise QueueMissing(f"Airflow does not know the DAG {dag_id} yet; try again once its DAG processor has read it.")
    return dag


def is_stale(dag_id: str, session: Session) -> bool:
    """Return whether no file makes a DAG any more, so that Airflow schedules none of its runs."""
    from airflow.models import DagModel

    return bool(session.scalar(select(DagModel.is_stale).where(DagModel.dag_id == dag_id)))


def create_run(
    dag: SerializedDAG,
    run_id: str,
    *,
    conf: Mapping[str, Any],
    logical_date: datetime | None,
    run_after: datetime | None = None,
    door: str,
    user: str | None,
    session: Session,
) -> DagRun:
    """Make a run, which exists once the transaction is committed.

    ``airflow.api.common.trigger_dag`` does the same over a second connection, which a server under load does not have.

    :param run_after: time before which the run does not begin; now when absent.
    :param conf: conf of the run. Airflow keeps only the DAG's params of it; the caller sets the rest.
    """
    import pendulum

    now = pendulum.now("UTC")
    return dag.create_dagrun(
        run_id=run_id,
        logical_date=logical_date,
        data_interval=dag.timetable.infer_manual_data_interval(run_after=now) if logical_date else None,
        run_after=run_after or now,
        conf={name: value for name, value in conf.items() if name in dag.params},
        run_type=DagRunType.MANUAL,
        triggered_by=DagRunTriggeredByType(door),
        triggering_user_name=user,
        state=DagRunState.QUEUED,
        session=session,
    )


def lock_run(run: DagRun, session: Session) -> None:
    """Lock a run's row until the transaction ends, and read its state again.

    Airflow's scheduler locks a run before its tasks. A transaction that locks a task first can deadlock with the
    scheduler.
    """
    session.refresh(run, ["_state"], with_for_update=True)


def fail_run(run: DagRun, session: Session) -> None:
    """Fail a run that has not ended; workers end its running tasks at their next heartbeat."""
    from airflow.api.common.mark_tasks import set_dag_run_state_to_failed

    lock_run(run, session)
    if run.state in State.finished_dr_states:
        return
    dag = _dags().get_dag_for_run(run, session=session) or latest_dag(run.dag_id, session)
    ended, _ = set_dag_run_state_to_failed(dag=dag, run_id=run.run_id, commit=True, session=session)
    for task in ended:
        if task.state == TaskInstanceState.SKIPPED and not dag.task_dict[task.task_id].downstream_task_ids:
            # A scheduler that looks at the run now judges it by its last tasks. If all of them were skipped, the run
            # would be a success.
            task.set_state(TaskInstanceState.FAILED, session=session)


def clear_tasks(run: DagRun, task_ids: Iterable[str], session: Session) -> None:
    """Clear tasks of an ended run, so that they run again; the run is queued."""
    wanted = set(task_ids)
    clear([task for task in tasks_of(run, session) if task.task_id in wanted], session)


def clear(tasks: Iterable[TaskInstance], session: Session) -> None:
    """Clear tasks of ended runs, so that they run again; the runs are queued."""
    clear_task_instances(list(tasks), session, dag_run_state=DagRunState.QUEUED)


def tasks_of(run: DagRun, session: Session) -> list[TaskInstance]:
    """Return all task instances of a run, one for each index of a mapped task."""
    found = session.scalars(
        select(TaskInstance).where(TaskInstance.dag_id == run.dag_id, TaskInstance.run_id == run.run_id)
    )
    return list(found)


def find_run_of(dag_id: str, run_id: str, session: Session) -> DagRun | None:
    """Return a run, or None when there is no such run."""
    from airflow.models import DagRun

    return session.scalar(select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_id == run_id))


def find_task_of(run: DagRun, task_id: str, session: Session) -> TaskInstance | None:
    """Return an unmapped task of a run, or None when there is no such task."""
    ours = (TaskInstance.dag_id == run.dag_id, TaskInstance.run_id == run.run_id, TaskInstance.task_id == task_id)
    return session.scalar(select(TaskInstance).where(*ours))


def end_waiting(run: DagRun, task: TaskInstance, session: Session) -> None:
    """Skip a task that has not begun, and let its run continue with the next tasks, however many runs wait."""
    task.set_state(TaskInstanceState.SKIPPED, session=session)
    task.start_date = None  # Airflow has set it to the task's end
    run.set_state(DagRunState.RUNNING)
    session.merge(run)


def push_xcom(task: TaskInstance, key: str, *, value: Any, session: Session) -> None:
    """Push an XCom of a task."""
    XComModel.set(
        key=key,
        value=value,
        dag_id=task.dag_id,
        task_id=task.task_id,
        run_id=task.run_id,
        map_index=task.map_index,
        session=session,
    )


def wake(task: TaskInstance, session: Session) -> None:
    """Wake a deferred task, as its trigger would."""
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent

    handle_event_submit(TriggerEvent({"woken": True}), task_instance=task, session=session)


def forget(task: TaskInstance, keys: Iterable[str], session: Session) -> None:
    """Delete XComs of a task."""
    left = delete(XComModel).where(
        XComModel.dag_id == task.dag_id,
        XComModel.run_id == task.run_id,
        XComModel.task_id == task.task_id,
        XComModel.map_index == task.map_index,
    )
    session.execute(left.where(XComModel.key.in_(tuple(keys))))
