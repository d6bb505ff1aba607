"""Holds on waiting jobs of paused workflows, and their release in order once the workflows are unpaused.

A run on hold is a queued run whose ``run_after`` lies far ahead. Airflow's scheduler does not look at such a run, so
that it keeps no other run from a slot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.models.dagrun import DagRunNote
from sqlalchemy import insert, select, update

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.submission.admission import weight
from airflow_provider_media.core.submission.holds import (
    ON_HOLD,
    held_after,
    held_time,
    note_on_hold,
    note_released,
    released_time,
)
from airflow_provider_media.job_store.queue_occupancy import is_alive, is_awaiting, is_held, is_promised, slot_tasks

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session
    from sqlalchemy.sql import ColumnElement

workflow_name: ColumnElement[str] = DagRun.conf["workflow"]["workflow"]["name"].as_string()
"""Name of a job's workflow; no name when somebody has made the run by hand."""


def to_hold(paused: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for a waiting job that has to be put on hold.

    :param paused: names of the workflows that are paused.
    """
    return ~is_held() & workflow_name.in_(paused)


def to_release(paused: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for a job on hold that has to be released.

    :param paused: names of the workflows that are paused.
    """
    return is_held() & (workflow_name.is_(None) | workflow_name.not_in(paused))


def is_on_hold(run: DagRun) -> bool:
    """Return whether a run is on hold."""
    return run.run_after > held_after(datetime.now(UTC))


def hold(workflows: Mapping[DagRun, str], session: Session) -> None:
    """Put queued runs on hold.

    :param workflows: the paused workflow of each run.
    """
    if not workflows:
        return
    session.flush()
    for run in workflows:
        if not is_on_hold(run):
            run.run_after = held_time(run.run_after)
    _note_holds({run.id: workflow for run, workflow in workflows.items()}, session)


def release(run: DagRun, session: Session) -> None:
    """Release a run if it is on hold.

    Airflow does nothing for a run on hold, and does not even announce its end.
    """
    if is_on_hold(run):
        run.run_after = released_time(run.run_after)
        _note_releases([run.id], session)


def hold_jobs(account: Account, paused: Collection[str], session: Session) -> int:
    """Put waiting jobs of paused workflows on hold, and return their number.

    Jobs that were promised a slot are put on hold too.
    """
    rows = _waiting(account, to_hold(paused), session)
    _change(account, [(row.run, held_time(row.run_after)) for row in rows], [row.task for row in rows], session)
    _note_holds({row.run: row.workflow for row in rows}, session)
    return len(rows)


def release_jobs(account: Account, paused: Collection[str], session: Session) -> int:
    """Release jobs on hold whose workflows are not paused, and return their number.

    The jobs wait for slots again, in their old places.
    """
    rows = _waiting(account, to_release(paused), session)
    if rows:
        requeue(account, session)
    _change(account, [(row.run, released_time(row.run_after)) for row in rows], [row.task for row in rows], session)
    _note_releases([row.run for row in rows], session)
    return len(rows)


def requeue(account: Account, session: Session) -> None:
    """Let the scheduler choose again among the runs that compete for slots: runs that come back may be older."""
    rows = _waiting(account, (DagRun.state == "running") & ~is_held() & ~is_promised, session)
    _change(account, [(row.run, row.run_after) for row in rows], [row.task for row in rows], session)


def _waiting(account: Account, condition: ColumnElement[bool], session: Session) -> Sequence[Any]:
    """Return the waiting jobs that meet a condition, as rows of ``run``, ``task``, ``run_after`` and ``workflow``."""
    waiting = slot_tasks(account.name).where(is_alive, is_awaiting, condition)
    # Rows at which a scheduler works now are skipped; the next look finds them.
    locked = waiting.with_for_update(of=[DagRun, TaskInstance], skip_locked=True)
    columns = {"run": DagRun.id, "task": TaskInstance.id, "run_after": DagRun.run_after, "workflow": workflow_name}
    return session.execute(locked.with_only_columns(*(column.label(name) for name, column in columns.items()))).all()


def _note_holds(workflows: Mapping[int, str], session: Session) -> None:
    """Write into the notes of runs, which Airflow's pages show, why the runs do not start."""
    notes = _notes(workflows, session)
    noted = [
        {"dag_run_id": run, "content": note_on_hold(notes.get(run, ""), workflow)}
        for run, workflow in workflows.items()
    ]
    _write_notes([note for note in noted if note["dag_run_id"] in notes], session)
    missing = [note for note in noted if note["dag_run_id"] not in notes]
    if missing:
        session.execute(insert(DagRunNote), missing)


def _note_releases(runs: Collection[int], session: Session) -> None:
    notes = _notes(runs, session)
    _write_notes(
        [{"dag_run_id": run, "content": note_released(note)} for run, note in notes.items() if ON_HOLD in note], session
    )


def _notes(runs: Collection[int], session: Session) -> dict[int, str]:
    rows = session.execute(select(DagRunNote.dag_run_id, DagRunNote.content).where(DagRunNote.dag_run_id.in_(runs)))
    return {row.dag_run_id: row.content or "" for row in rows}


def _write_notes(notes: list[dict[str, Any]], session: Session) -> None:
    if notes:
        session.execute(update(DagRunNote), notes)


def _change(account: Account, runs: Sequence[tuple[int, datetime]], tasks: Collection[UUID], session: Session) -> None:
    """Queue runs as if they were new, with another ``run_after``."""
    if not runs:
        return
    # The scheduler prefers runs that it has never looked at.
    queued = {"_state": "queued", "last_scheduling_decision": None}
    session.execute(update(DagRun), [{"id": run_id, "run_after": run_after, **queued} for run_id, run_after in runs])
    for priority in PRIORITIES:
        # A job that was promised a slot loses it.
        ours = (TaskInstance.id.in_(tasks), TaskInstance.dag_id == ingest_dag_id(account.name, priority))
        fresh = update(TaskInstance).where(*ours).values(state=None, priority_weight=weight(account, priority))
        session.execute(fresh, execution_options={"synchronize_session": False})
