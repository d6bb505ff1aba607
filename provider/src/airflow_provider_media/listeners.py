"""Listeners for the start of Airflow's components and for DAG runs."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from airflow.listeners import hookimpl

from airflow_provider_media.core.dag_ids import (
    INGEST,
    MACHINE_PREFIX,
    OWN_PREFIXES,
    STATE_STOP,
    STATE_WAIT,
    WORKFLOW_PREFIX,
)

log = logging.getLogger(__name__)
OF_WAITS = (MACHINE_PREFIX, STATE_WAIT)
"""Beginnings of the ids of DAGs whose tasks wait for what they have started."""
FROM_TASK = "operator_triggered"
"""Run type of runs that tasks have started."""
REUSES_IDS = "sqlite"
"""Database that reuses the id of a deleted row.

The event of a slot's trigger comes a second after the listener has freed the slot. With a reused id, that event would
end the task of the job that got the slot next. With this database only the trigger frees slots.
"""
WITH_DATABASE = "Job"
"""Class of the job object that schedulers, triggerers and DAG processors pass.

Tasks, which have no database, pass another class.
"""


@hookimpl
def on_starting(component: Any) -> None:
    """Make the missing pools of accounts; without its pool no job of an account would ever start."""
    if type(component).__name__ == WITH_DATABASE:
        preload()
        prepare_pools()


@hookimpl
def on_dag_run_running(dag_run: Any, msg: str) -> None:
    """Let a job's work begin only while it holds a slot, and make the account's pool if it is missing.

    Both happen within the transaction of the start.
    """
    from sqlalchemy.orm import object_session

    session = object_session(dag_run) if dag_run.dag_id.startswith(WORKFLOW_PREFIX) else None
    if session is not None:
        from airflow_provider_media.job_store.job_runs import begin_run

        if dag_run.dag_id.startswith(INGEST):
            make_pool_of(dag_run, session)
        begin_run(dag_run, session)


def make_pool_of(dag_run: Any, session: Any) -> None:
    """Make the pool of a job's account before the job's first task needs it."""
    from airflow_provider_media.core.dag_ids import queue_of_dag
    from airflow_provider_media.core.errors import MediaError
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.job_store.pools import make_missing_pool

    try:
        account = queues().account(queue_of_dag(dag_run.dag_id)[0])
    except (MediaError, ValueError):
        return  # the account or the whole file no longer exists
    if make_missing_pool(account, session):
        log.warning(
            "The pool of the account %s was missing, and was made with %s slots.", account.name, account.limits.active
        )


@hookimpl
def on_dag_run_failed(dag_run: Any, msg: str) -> None:
    """End what the tasks of a state machine's run wait for, and record that a person has ended a run, if one has.

    All this happens within the transaction in which the run ends.
    """
    from sqlalchemy.orm import object_session

    session = object_session(dag_run) if dag_run.dag_id.startswith(OWN_PREFIXES) else None
    if session is None:
        return
    if dag_run.dag_id.startswith(OF_WAITS):
        from airflow_provider_media.job_store.child_runs import end_started

        end_started(dag_run, session)
    from airflow_provider_media.job_store.action_guard import JUDGED, note_end

    if JUDGED.get():
        note_end(dag_run, session)


@hookimpl
def on_dag_run_success(dag_run: Any, msg: str) -> None:
    """Free the slot of a successful job, or end the run that a stop run names.

    Both happen within the transaction of the success.
    """
    from sqlalchemy.orm import object_session

    session = object_session(dag_run) if dag_run.dag_id.startswith(WORKFLOW_PREFIX) else None
    if session is None:
        return
    if dag_run.dag_id == STATE_STOP:
        end_named(dag_run, session)
    elif session.get_bind().dialect.name != REUSES_IDS:
        from airflow_provider_media.job_store.freeing import free_slot

        free_slot(dag_run, session)


def end_named(dag_run: Any, session: Any) -> None:
    """End the run that the conf of a stop run names: a task has waited for it up to its time limit."""
    from airflow_provider_media.job_store.child_runs import end_one

    named = dag_run.conf or {}
    # Only tasks may end a run in this way: people who may start runs by hand must not be able to end any run.
    if dag_run.run_type == FROM_TASK and str(named.get("dag_id")).startswith(OWN_PREFIXES):
        end_one(named["dag_id"], str(named.get("run_id")), session)


def preload() -> None:
    """Import the modules that the tasks of jobs import.

    The tasks of a LocalExecutor are forks of its scheduler, and DAG file parsers are forks of the DAG processor.
    Without this import, each fork would spend a third of a second on it.
    """
    import_module("airflow_provider_media.preloading")


def prepare_pools() -> None:
    """Make missing pools, and log them; an error in ``queues.yaml`` must not keep a scheduler from starting."""
    from airflow.utils.session import create_session
    from sqlalchemy.exc import IntegrityError

    from airflow_provider_media.core.errors import MediaError
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.job_store.pools import make_pools

    try:
        accounts = queues().accounts.values()
    except MediaError as error:
        log.error("No pools were made for the ingest queues: %s", error.message)  # noqa: TRY400 - the message is enough
        return
    try:
        with create_session(scoped=False) as session:
            for pool, done in make_pools(accounts, session).items():
                log.info("The pool %s of an ingest queue %s.", pool, done)
    except IntegrityError:
        log.info("Another component of Airflow makes the pools of the ingest queues just now.")
