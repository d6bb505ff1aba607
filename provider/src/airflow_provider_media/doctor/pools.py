"""Pools and DAGs: hidden reasons why jobs wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from airflow.sdk.configuration import conf

from airflow_provider_media.core.dag_ids import ingest_dag_ids, workflow_dag_id
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.submission.names import pool_name
from airflow_provider_media.doctor.check_result import CheckResult, error, ok, warning
from airflow_provider_media.hooks.catalogue import all_workflows, queues
from airflow_provider_media.job_store.health import PLUMBING

SOME = 10
"""Most DAGs that a message names."""


def pools() -> Iterator[CheckResult]:
    """Check that each pool that jobs wait for exists, and counts deferred tasks."""
    found = read_pools()
    try:
        accounts = queues().accounts.values()
    except MediaError:
        return  # the check of the files reports this error
    for account in accounts:
        yield _slots(pool_name(account.name), found, account.limits.active)
    named = {conf.get("media", "pool"), conf.get("media", "announce_pool")}
    named |= {frozen.workflow.pool for frozen in all_workflows().values() if frozen.workflow.pool}
    for name in sorted(named - set(found)):
        yield error(
            "pools",
            f"the pool {name} is missing: tasks in it never start",
            f"Make it: airflow pools set {name} 8 media",
        )
    if not named - set(found):
        yield ok("pools", f"of tasks: {', '.join(f'{name} with {found[name].slots} slots' for name in sorted(named))}")


def read_pools() -> Mapping[str, Any]:
    """Return Airflow's pools by name."""
    from airflow.models import Pool
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session(scoped=False) as session:
        pools = {str(pool.pool): pool for pool in session.scalars(select(Pool))}
        session.expunge_all()
    return pools


def _slots(name: str, found: Mapping[str, Any], wanted: int) -> CheckResult:
    if name not in found:
        return warning(
            "pools", f"the pool {name} is missing until a job is submitted", "Make it: airflow media queues sync"
        )
    pool = found[name]
    if not pool.include_deferred:
        return error(
            "pools",
            f"{name} does not count deferred tasks, so its limit does not hold",
            "Correct it: airflow media queues sync",
        )
    if pool.slots == 0:
        return error("pools", f"{name} has no slots: no job starts", "Give it slots on the Pools page.")
    if pool.slots != wanted:
        advice = "Keep it, or take the number of queues.yaml: airflow media queues sync --reset"
        return warning("pools", f"{name} has {pool.slots} slots; queues.yaml says {wanted}", advice)
    return ok("pools", f"{name} with {pool.slots} slots")


def dags() -> Iterator[CheckResult]:
    """Check that Airflow knows the DAGs of queues and workflows, and list the paused ones."""
    try:
        accounts = list(queues().accounts)
    except MediaError:
        return
    wanted = list(chain.from_iterable(map(ingest_dag_ids, accounts)))
    wanted += [workflow_dag_id(frozen.workflow.name) for frozen in all_workflows().values()]
    paused = read_paused([*wanted, *PLUMBING])
    missing = [dag for dag in wanted if dag not in paused]
    if missing:
        advice = (
            "Start the DAG processor, wait a moment, and look at Airflow's import errors (airflow dags"
            " list-import-errors)."
        )
        yield error("DAGs", f"Airflow does not know {_named(missing)}", advice)
    asleep = [dag for dag, is_paused in paused.items() if is_paused]
    if asleep:
        yield warning("DAGs", f"paused: {_named(asleep)}", "Unpause those you need: airflow dags unpause --yes DAG")
    if not missing and not asleep:
        yield ok("DAGs", f"{len(paused)} known, none paused")


def read_paused(dag_ids: list[str]) -> Mapping[str, bool]:
    """Return whether each DAG is paused, without DAGs that Airflow does not know."""
    from airflow.models import DagModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    query = (
        select(DagModel.dag_id, DagModel.is_paused)
        .where(DagModel.dag_id.in_(dag_ids), ~DagModel.is_stale)
        .order_by(DagModel.dag_id)
    )
    with create_session(scoped=False) as session:
        return {dag: bool(is_paused) for dag, is_paused in session.execute(query)}


def _named(dags: list[str]) -> str:
    more = f" and {len(dags) - SOME} more" if len(dags) > SOME else ""
    return f"{', '.join(dags[:SOME])}{more}"
