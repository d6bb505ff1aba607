"""Guard of Airflow's own buttons: it judges an action in the transaction that changes the run.

A refused action changes nothing. Airflow's routes change rows of runs and tasks, one or hundreds, through one session.
The guard looks at these rows before the session writes them. It does not look at requests to this package's own API, at
requests of workers, or at the scheduler.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from airflow_provider_media.airflow_contract.run_ids import TEMPORARY
from airflow_provider_media.airflow_contract.run_states import UNFINISHED
from airflow_provider_media.airflow_contract.xcom import JOB_STATE, STOPPED
from airflow_provider_media.core.dag_ids import (
    MACHINE_PREFIX,
    OWN_PREFIXES,
    STATE_TASK,
    STATE_WAIT,
    machine_of_dag,
    queue_of_dag,
    workflow_dag_id,
)
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.submission.manual_actions import (
    Button,
    JobNow,
    ManualAction,
    refuse_on_execution,
    refuse_on_manual_run,
    refuse_on_orphan,
    refuse_on_queue_run,
    refuse_on_task_run,
    refuse_on_workflow_run,
)
from airflow_provider_media.core.submission.names import job_id_of_run, priority_of_run
from airflow_provider_media.core.task_ids import PROBE, PUBLISH, RESULT, SLOT_TASK
from airflow_provider_media.job_store.dag_runs import find_run_of, find_task_of, push_xcom
from airflow_provider_media.job_store.errors import ManualActionRefused
from airflow_provider_media.job_store.job_runs import cancel_by_hand, find_queue_run, is_queue
from airflow_provider_media.job_store.job_views import state_of, value

if TYPE_CHECKING:
    from sqlalchemy.orm.unitofwork import UOWTransaction

JUDGED: ContextVar[frozenset[Button]] = ContextVar("judged", default=frozenset())
"""Buttons that are judged in this context: those of a request to Airflow's own API or of an Airflow command."""
IN_COMMAND: ContextVar[bool] = ContextVar("in_command", default=False)
"""Whether a refusal ends this process, as in an Airflow command."""
JUDGES = "media_manual_actions"
"""Key in ``session.info`` of the session's judges: one for each run, made from the rows before the change."""
OF_STATES = {"success": Button.SUCCEED, "failed": Button.FAIL, "skipped": Button.SKIP, "queued": Button.QUEUE}

Judge = Callable[[ManualAction], str | None]
"""Function from an action on one run to the reason of its refusal; None allows the action."""


def watch_sessions() -> None:
    """Judge from now on what sessions write."""
    if not event.contains(Session, "before_flush", refuse_actions):
        event.listen(Session, "before_flush", refuse_actions)


def refuse_actions(session: Session, _: UOWTransaction, __: Any) -> None:
    """Refuse the forbidden actions that a request is about to write.

    :raises ManualActionRefused: when an action is refused; the message names the command to use instead.
    :raises SystemExit: with the same message, in an Airflow command.
    """
    judged = JUDGED.get()
    if not judged:
        return
    for (dag_id, run_id), action in actions_of(session):
        if action.button not in judged or run_id.startswith(TEMPORARY):
            continue
        judges: dict[tuple[str, str], Judge] = session.info.setdefault(JUDGES, {})
        if (dag_id, run_id) not in judges:
            judges[dag_id, run_id] = judge_of(dag_id, run_id)
        refused = judges[dag_id, run_id](action)
        if refused and IN_COMMAND.get():
            # `airflow tasks test` would catch an error and mark the real task as failed.
            raise SystemExit(refused)
        if refused:
            raise ManualActionRefused(refused, dag_id=dag_id, run_id=run_id)


def actions_of(session: Session) -> Iterator[tuple[tuple[str, str], ManualAction]]:
    """Yield the changes that a session is about to write, as actions on runs of this package."""
    deleted = {_key(each) for each in session.deleted if isinstance(each, DagRun)}
    tasks: dict[tuple[tuple[str, str], Button], set[str]] = {}
    for each in [*session.deleted, *session.dirty]:
        button = _button(each, session)
        if button is None or not _key(each)[0].startswith(OWN_PREFIXES):
            continue
        if isinstance(each, DagRun):
            yield _key(each), ManualAction(button=button)
        elif _key(each) not in deleted:
            tasks.setdefault((_key(each), button), set()).add(each.task_id)
    for (run, button), names in tasks.items():
        yield run, ManualAction(button=button, tasks=frozenset(names))


def _key(row: DagRun | TaskInstance) -> tuple[str, str]:
    return row.dag_id, row.run_id


def _button(row: object, session: Session) -> Button | None:
    if not isinstance(row, DagRun | TaskInstance):
        return None
    if row in session.deleted:
        return Button.DELETE
    state: Any = inspect(row).attrs["_state" if isinstance(row, DagRun) else "state"].history
    if isinstance(row, DagRun) and inspect(row).attrs["clear_number"].history.has_changes():
        return None  # the rows of its tasks say which tasks are cleared
    if not state.has_changes():
        return None
    to = None if state.added[0] is None else str(getattr(state.added[0], "value", state.added[0]))
    if isinstance(row, TaskInstance) and (to is None or to == "restarting"):
        return Button.CLEAR
    return OF_STATES.get(str(to))


def judge_of(dag_id: str, run_id: str) -> Judge:
    """Return the judge of actions on a run, by what the run stands for in the database."""
    with create_session(scoped=False) as session:
        run = find_run_of(dag_id, run_id, session)
        if run is None:
            return _allow
        if dag_id.startswith(MACHINE_PREFIX):
            return _judge_of_execution(run)
        if dag_id in {STATE_TASK, STATE_WAIT}:
            return _judge_of_task_run(run)
        if priority_of_run(run_id) is not None and is_queue(dag_id):
            task = find_task_of(run, SLOT_TASK, session)
            return _allow if task is None else _with(refuse_on_queue_run, _job_of(run, task, session))
        return _judge_of_work(run, session)


def _judge_of_work(run: DagRun, session: Session) -> Judge:
    if not _is_workflow_run(run, session):
        return _allow
    if priority_of_run(run.run_id) is None:
        return refuse_on_manual_run
    queue_run = find_queue_run(run, session)
    task = None if queue_run is None else find_task_of(queue_run, SLOT_TASK, session)
    if queue_run is None or task is None:
        return lambda action: refuse_on_orphan(action, job_id_of_run(run.run_id))
    return _with(refuse_on_workflow_run, _job_of(queue_run, task, session))


def _is_workflow_run(run: DagRun, session: Session) -> bool:
    return any(find_task_of(run, task, session) is not None for task in (PROBE, PUBLISH))


def _job_of(run: DagRun, task: TaskInstance, session: Session) -> JobNow:
    work = find_run_of(workflow_dag_id(facts_of(run.conf).workflow), run.run_id, session)
    state = state_of(run, task, value(run.dag_id, run.run_id, SLOT_TASK, JOB_STATE, session))
    return JobNow(
        job_id=job_id_of_run(run.run_id),
        account=queue_of_dag(run.dag_id)[0],
        state=state,
        is_closed=str(run.state) not in UNFINISHED,
        is_working=work is not None and str(work.state) in UNFINISHED,
    )


def _judge_of_execution(run: DagRun) -> Judge:
    name, machine = run.run_id, machine_of_dag(run.dag_id)
    is_alive, has_succeeded = str(run.state) in UNFINISHED, str(run.state) == "success"
    return lambda action: refuse_on_execution(
        action, name=name, machine=machine, is_alive=is_alive, has_succeeded=has_succeeded
    )


def _judge_of_task_run(run: DagRun) -> Judge:
    execution = (run.conf or {}).get("execution")
    if not isinstance(execution, dict) or "run_id" not in execution:
        return _allow  # started by hand: the run has done nothing
    name = str(execution["run_id"])
    return lambda action: refuse_on_task_run(action, execution=name)


def _with(refuse: Callable[[ManualAction, JobNow], str | None], job: JobNow) -> Judge:
    return lambda action: refuse(action, job)


def _allow(_: ManualAction) -> None:
    return None


def note_end(run: DagRun, session: Session) -> None:
    """Record that somebody has marked a run as failed: its job counts as cancelled, its execution as aborted.

    :param run: a run that has just been marked as failed.
    """
    if run.dag_id.startswith(MACHINE_PREFIX):
        result = find_task_of(run, RESULT, session)
        if result is not None:
            push_xcom(
                result,
                STOPPED,
                value={"Error": None, "Cause": "Somebody has marked the run as failed."},
                session=session,
            )
    else:
        cancel_by_hand(run, session)
