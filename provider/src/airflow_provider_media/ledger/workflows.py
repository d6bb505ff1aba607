"""Which workflows are enabled: a workflow is disabled by pausing its DAG."""
# ruff: noqa: TID253 - whoever imports this has Airflow's database, and so has loaded sqlalchemy already

from __future__ import annotations

from collections.abc import Iterable

from airflow.models import DagModel
from airflow.utils.session import create_session
from sqlalchemy import select

from airflow_provider_media.core.ingest.names import workflow_dag_id


def enabled(names: Iterable[str]) -> frozenset[str]:
    """Those of some workflows whose DAG nobody has paused; a DAG that Airflow has not read yet counts as not paused."""
    by_dag = {workflow_dag_id(name): name for name in names}
    with create_session(scoped=False) as session:
        paused = session.scalars(select(DagModel.dag_id).where(DagModel.dag_id.in_(by_dag), DagModel.is_paused)).all()
    return frozenset(name for dag_id, name in by_dag.items() if dag_id not in paused)
