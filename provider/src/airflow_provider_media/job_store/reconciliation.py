"""Reconciliation: once a second, changes that people make in Airflow itself are noticed and answered.

Airflow does not report that a DAG was paused or a pool deleted. Every API server therefore looks with a few small
queries, and changes only what has to change. Jobs of paused workflows are put on hold and released. Missing pools are
made. The DAGs of an account that was just added are parsed at once.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from airflow.models import DagModel, DagRun, Pool, TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.accounts.accounts import Account, Queues
from airflow_provider_media.core.accounts.priorities import PRIORITIES
from airflow_provider_media.core.dag_ids import (
    WORKFLOW_PREFIX,
    ingest_dag_id,
    ingest_dag_ids,
    queue_of_dag,
    workflow_of_dag,
)
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.submission.holds import pool_notice
from airflow_provider_media.core.submission.names import pool_name
from airflow_provider_media.hooks import catalogue
from airflow_provider_media.job_store.dag_parsing import request_file
from airflow_provider_media.job_store.holds import hold_jobs, release_jobs, to_hold, to_release
from airflow_provider_media.job_store.pools import make_pool
from airflow_provider_media.job_store.queue_occupancy import is_alive, is_awaiting, is_slot_task, same_run, turn
from airflow_provider_media.job_store.suspension import is_work, resume_jobs, suspend_jobs, to_resume, to_suspend, work

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    Jobs = Select[Any]
    """A query for the DAG ids of the queues that some jobs are in."""

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
SEARCH_SECONDS = 5.0
"""Seconds between two searches for jobs of paused workflows while no other workflow is paused or unpaused."""
PARSE_SECONDS = 5.0
"""Seconds between two requests to parse the DAGs of an account that Airflow does not know yet."""


@dataclass(slots=True, kw_only=True)
class Reconciler:
    """A loop that looks for changes, and remembers what it has logged."""

    logged: dict[str, str] = field(default_factory=dict)
    """Latest logged message by its subject."""
    requested: float = float("-inf")
    """Monotonic time of the latest parse request."""
    paused: frozenset[str] = frozenset()
    searched: float = float("-inf")
    """Names of the workflows paused at the latest look, and the monotonic time of the latest search for their jobs."""

    def run(self, ended: threading.Event) -> None:
        """Look once a second until an event is set; no error ends the loop."""
        while not ended.wait(LOOK_SECONDS):
            try:
                self.look()
            except (MediaError, SQLAlchemyError) as error:
                self._log(
                    "error", f"The queues could not be reconciled; this is tried again. {type(error).__name__}: {error}"
                )
            except Exception:
                log.exception("The queues could not be reconciled; this is tried again.")
            else:
                self.logged.pop("error", None)

    def look(self) -> None:
        """Look once, and change what has to change.

        :raises ConfigurationError: when ``queues.yaml`` is not valid.
        """
        accounts = catalogue.queues()
        self._reconcile_pools(accounts)
        self._reconcile_dags(accounts)
        self._reconcile_holds(accounts)

    def _reconcile_pools(self, accounts: Queues) -> None:
        names = {pool_name(name): account for name, account in accounts.accounts.items()}
        with create_session(scoped=False) as session:
            pools = {pool.pool: pool for pool in session.scalars(select(Pool).where(Pool.pool.in_(names)))}
            for pool in pools.values():
                if not pool.include_deferred:
                    pool.include_deferred = True
                    log.warning(
                        "The pool %s did not count deferred tasks, so that jobs would have had no limit; it does"
                        " again.",
                        pool.pool,
                    )
            slots = {name: pool.slots for name, pool in pools.items()}
        for name, account in names.items():
            if name not in slots:
                _make_pool(account)
            elif wrong := pool_notice(account, None if slots[name] < 0 else slots[name]):
                self._log(name, wrong.message)
            else:
                self.logged.pop(name, None)

    def _reconcile_dags(self, accounts: Queues) -> None:
        """Ask Airflow to parse the DAGs of queues at once when it does not know some of them."""
        wanted = set(chain.from_iterable(map(ingest_dag_ids, accounts.accounts)))
        with create_session(scoped=False) as session:
            known = set(session.scalars(select(DagModel.dag_id).where(DagModel.dag_id.in_(wanted), ~DagModel.is_stale)))
            if known == wanted or time.monotonic() - self.requested < PARSE_SECONDS:
                return
            self.requested = time.monotonic()
            _request_parsing(session)
        self._log(
            "dags",
            f"Airflow does not know the DAGs {', '.join(sorted(wanted - known))} yet; it was asked to parse their"
            " file.",
        )

    def _reconcile_holds(self, accounts: Queues) -> None:
        with create_session(scoped=False) as session:
            paused = paused_workflows(session)
            names = _accounts(*_off_hold(paused), session=session)
            # New jobs of a paused workflow are on hold from the beginning. A search that reads all waiting jobs finds
            # the others.
            if paused and (paused != self.paused or time.monotonic() - self.searched > SEARCH_SECONDS):
                names |= _accounts(*_on_hold(paused), session=session)
                self.searched = time.monotonic()
            self.paused = paused
        for name in sorted(names & accounts.accounts.keys()):
            with turn(name) as session:
                # Somebody may have paused or unpaused a workflow meanwhile.
                paused = paused_workflows(session)
                held = hold_jobs(accounts.account(name), paused, session)
                released = release_jobs(accounts.account(name), paused, session)
                suspended = suspend_jobs(accounts.account(name), paused, session)
                resumed = resume_jobs(accounts.account(name), session)
            if held or released or suspended or resumed:
                what = (
                    "Account %s: of jobs of paused workflows, %s were put on hold and %s suspended; %s were released"
                    " and %s resumed."
                )
                log.info(what, name, held, suspended, released, resumed)

    def _log(self, about: str, message: str) -> None:
        if self.logged.get(about) != message:
            log.warning("%s", message)
        self.logged[about] = message


def paused_workflows(session: Session) -> frozenset[str]:
    """Return the names of the workflows whose DAGs are paused, and of some of our DAGs that are no workflows."""
    named = DagModel.dag_id.startswith(WORKFLOW_PREFIX, autoescape=True)
    return frozenset(map(workflow_of_dag, session.scalars(select(DagModel.dag_id).where(named, DagModel.is_paused))))


def _off_hold(paused: frozenset[str]) -> tuple[Jobs, Jobs]:
    """Return queries for jobs that have to be released: waiting jobs, and jobs that have a slot again."""
    return _waiting(to_release(paused)), _working(to_resume())


def _on_hold(paused: frozenset[str]) -> tuple[Jobs, Jobs]:
    """Return queries for jobs that have to be put on hold: waiting jobs, and jobs that hold a slot for nothing."""
    return _waiting(to_hold(paused)), _working(to_suspend(paused))


def _waiting(condition: ColumnElement[bool]) -> Jobs:
    return _jobs().where(is_alive, is_awaiting, condition)


def _working(condition: ColumnElement[bool]) -> Jobs:
    return _jobs().join(work, is_work).where(condition)


def _jobs() -> Jobs:
    return select(TaskInstance.dag_id).join(DagRun, same_run).where(is_slot_task).distinct()


def _accounts(*jobs: Jobs, session: Session) -> set[str]:
    return {queue_of_dag(dag_id)[0] for dag_id in chain.from_iterable(map(session.scalars, jobs))}


def _make_pool(account: Account) -> None:
    try:
        with create_session(scoped=False) as session:
            make_pool(account, session)
    except IntegrityError:
        return  # another server has just made it
    log.warning("The pool %s was missing, and was made with %s slots.", pool_name(account.name), account.limits.active)


def _request_parsing(session: Session) -> None:
    """Ask the DAG processor to parse the file of the queues' DAGs before all other files."""
    ours = DagModel.dag_id == ingest_dag_id(DEFAULT_ACCOUNT, PRIORITIES[0])
    file = session.execute(select(DagModel.bundle_name, DagModel.relative_fileloc).where(ours)).first()
    if file is not None and file.relative_fileloc is not None:
        request_file((file.bundle_name, file.relative_fileloc), session)


@dataclass(slots=True)
class Reconciliation:
    """A thread that reconciles as long as a ``with`` block lasts."""

    _ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> None:
        threading.Thread(target=Reconciler().run, args=(self._ended,), name="media-reconciliation", daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
