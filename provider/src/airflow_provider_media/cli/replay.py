"""``airflow media replay``: deliver the announcements of a job again."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from airflow_provider_media.core.announce.outbox import ANNOUNCE_DAG
from airflow_provider_media.core.errors import JobUnknown

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

DELIVER = "deliver"


def run(args: argparse.Namespace) -> int:
    """Clear the deliveries, so that Airflow makes them again under their old ids."""
    from airflow.utils.session import create_session

    with create_session() as session:
        cleared = {name: clear(name, only_failed=not args.all, session=session) for name in announcement_runs(args.job, session)}
    if not cleared:
        raise JobUnknown(
            f"Nothing was announced of a job {args.job!r}; its id is what it was submitted as, and runs may have been deleted."
        )
    if args.json:
        print(json.dumps(cleared))
    else:
        for name, count in cleared.items():
            print(f"{name}: {count} {'delivery' if count == 1 else 'deliveries'} to be made again")
    return 0


def announcement_runs(job_id: str, session: Session) -> list[str]:
    """Ids of the runs that have announced a job's states, the earliest first."""
    from airflow.models.dagrun import DagRun
    from sqlalchemy import select

    named = DagRun.run_id.startswith(f"{job_id}__", autoescape=True)
    return list(session.scalars(select(DagRun.run_id).where(DagRun.dag_id == ANNOUNCE_DAG, named).order_by(DagRun.id)))


def clear(run_id: str, *, only_failed: bool, session: Session) -> int:
    """Clear the deliveries of one run that have ended, and answer with their number.

    :param only_failed: leave those alone that were delivered.
    """
    from airflow.models.dagbag import DBDagBag
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.state import TaskInstanceState
    from sqlalchemy import select

    dag = DBDagBag().get_latest_version_of_dag(ANNOUNCE_DAG, session=session)
    ended = [TaskInstanceState.FAILED] if only_failed else [TaskInstanceState.FAILED, TaskInstanceState.SUCCESS]
    ours = (TaskInstance.dag_id == ANNOUNCE_DAG, TaskInstance.run_id == run_id, TaskInstance.task_id == DELIVER)
    indexes = session.scalars(select(TaskInstance.map_index).where(*ours, TaskInstance.state.in_(ended))).all()
    if dag is None or not indexes:
        return 0
    return dag.clear(run_id=run_id, task_ids=[(DELIVER, index) for index in indexes], session=session)
