"""Lists of executions: pages of a state machine's runs, with a bounded number of queries for each page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.models import DagRun, TaskInstance
from airflow.models.xcom import XComModel
from airflow.utils.session import create_session
from sqlalchemy import and_, func, or_, select

from airflow_provider_media.airflow_contract.run_states import ENDED, FAILED, SUCCESS, UNFINISHED
from airflow_provider_media.airflow_contract.xcom import ERROR, STOPPED
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.dag_ids import machine_dag_id
from airflow_provider_media.core.statelang.service import ExecutionFilter, ExecutionPage, ExecutionSummary, Status
from airflow_provider_media.core.task_ids import RESULT
from airflow_provider_media.job_store.executions import status_of

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session
    from sqlalchemy.sql import ColumnElement, Select

PAGE = 200
"""Most executions of one page."""
BATCHES = 5
"""Most batches of runs that one page looks at, each with three queries. A status stands in no column of its own."""
_started = func.coalesce(DagRun.start_date, DagRun.run_after)
_COLUMNS = (DagRun.id, DagRun.run_id, DagRun.state.label("state"), DagRun.start_date, DagRun.end_date)


def list_executions(machine: str, wanted: ExecutionFilter) -> ExecutionPage:
    """Return a page of a machine's executions, newest first.

    With a filter by status, a page may be short although there are more executions: ``next`` then continues the search.

    :raises RequestInvalid: when the cursor is not that of an earlier page, or when no page has that many executions.
    """
    if not 1 <= wanted.limit <= PAGE:
        raise RequestInvalid(f"limit is {wanted.limit}; a page has 1 to {PAGE} executions", field="limit")
    dag_id = machine_dag_id(machine)
    found: list[tuple[int, ExecutionSummary]] = []
    before = _row(wanted.cursor)
    size = wanted.limit + 1 if wanted.status is None else PAGE + 1
    with create_session(scoped=False) as session:
        for _ in range(BATCHES):
            rows = session.execute(_selected(dag_id, wanted, before).limit(size)).all()
            found += [each for each in _summaries(dag_id, rows, session) if wanted.status in {None, each[1].status}]
            if len(rows) < size or len(found) > wanted.limit:
                break
            before = rows[-1].id
    page = found[: wanted.limit]
    last = rows[-1].id if len(rows) == size else None
    if len(found) > wanted.limit:
        last = page[-1][0]
    return ExecutionPage(executions=tuple(summary for _, summary in page), next=None if last is None else str(last))


def count_running(dag_ids: Sequence[str], session: Session) -> dict[str, int]:
    """Return the number of executions that have not ended, by DAG id; a DAG without any is left out."""
    counted = (
        select(DagRun.dag_id, func.count())
        .where(DagRun.dag_id.in_(dag_ids), DagRun.state.in_(UNFINISHED))
        .group_by(DagRun.dag_id)
    )
    return dict(session.execute(counted).tuples().all())


def _row(cursor: str | None) -> int | None:
    if cursor is not None and not cursor.isdigit():
        raise RequestInvalid("cursor must be the next of an earlier page", field="cursor")
    return None if cursor is None else int(cursor)


def _selected(dag_id: str, wanted: ExecutionFilter, before: int | None) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [DagRun.dag_id == dag_id]
    if wanted.status is not None:
        conditions.append(_may_have(wanted.status))
    if wanted.started_after is not None:
        conditions.append(_started >= wanted.started_after)
    if wanted.started_before is not None:
        conditions.append(_started < wanted.started_before)
    if wanted.text is not None:
        conditions.append(DagRun.run_id.icontains(wanted.text, autoescape=True))
    if before is not None:
        conditions.append(DagRun.id < before)
    return select(*_COLUMNS).where(*conditions).order_by(DagRun.id.desc())


def _may_have(status: Status) -> ColumnElement[bool]:
    """Return the condition that all runs of a status meet; :func:`status_of` judges those that meet it."""
    if status == "RUNNING":
        return DagRun.state.in_(UNFINISHED)
    if status == "ABORTED":
        return or_(DagRun.state == FAILED, and_(DagRun.state.in_(ENDED), _was_stopped()))
    return DagRun.state == (SUCCESS if status == "SUCCEEDED" else FAILED)


def _was_stopped() -> ColumnElement[bool]:
    return (
        select(XComModel.key)
        .where(
            XComModel.dag_id == DagRun.dag_id,
            XComModel.run_id == DagRun.run_id,
            XComModel.task_id == RESULT,
            XComModel.key == STOPPED,
        )
        .exists()
    )


def _summaries(dag_id: str, rows: Sequence[Row[Any]], session: Session) -> list[tuple[int, ExecutionSummary]]:
    ended = [row.run_id for row in rows if row.state in ENDED]
    left = _ends(dag_id, ended, session)
    failed = _with_failed_task(dag_id, [row.run_id for row in rows if row.state == FAILED], session)
    return [(row.id, _summary(row, left.get(row.run_id, {}), row.run_id in failed)) for row in rows]


def _summary(row: Row[Any], left: Mapping[str, Any], has_failed_task: bool) -> ExecutionSummary:
    status = status_of(row.state, left, lambda: has_failed_task)
    return ExecutionSummary(
        name=row.run_id,
        status=status,
        started_at=row.start_date,
        stopped_at=None if status == "RUNNING" else row.end_date,
    )


def _ends(dag_id: str, run_ids: Sequence[str], session: Session) -> Mapping[str, dict[str, Any]]:
    """Return the errors and the stop requests of runs, by run and key."""
    left: dict[str, dict[str, Any]] = defaultdict(dict)
    if run_ids:
        pushed = select(XComModel).where(
            XComModel.dag_id == dag_id,
            XComModel.run_id.in_(run_ids),
            XComModel.task_id == RESULT,
            XComModel.key.in_((ERROR, STOPPED)),
        )
        for row in session.scalars(pushed):
            left[row.run_id][row.key] = XComModel.deserialize_value(row)
    return left


def _with_failed_task(dag_id: str, run_ids: Sequence[str], session: Session) -> frozenset[str]:
    if not run_ids:
        return frozenset()
    failed = select(TaskInstance.run_id).where(
        TaskInstance.dag_id == dag_id, TaskInstance.run_id.in_(run_ids), TaskInstance.state == FAILED
    )
    return frozenset(session.scalars(failed.distinct()))
