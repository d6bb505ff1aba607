"""Paused workflows: a workflow is paused when its DAG is paused."""
# ruff: noqa: TID253 - whoever imports this has Airflow's database, and so has loaded sqlalchemy already

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from airflow.models import DagModel
from airflow.utils.session import create_session
from sqlalchemy import select

from airflow_provider_media.core.ingest.names import workflow_dag_id
from airflow_provider_media.core.ingest.views import WorkflowView
from airflow_provider_media.core.workflows.model import FrozenWorkflow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def paused_among(names: Iterable[str], session: Session) -> frozenset[str]:
    """Return those of some workflows whose DAG is paused; a DAG that Airflow has not read yet is not paused."""
    by_dag = {workflow_dag_id(name): name for name in names}
    if not by_dag:
        return frozenset()
    paused = session.scalars(select(DagModel.dag_id).where(DagModel.dag_id.in_(by_dag), DagModel.is_paused))
    return frozenset(by_dag[dag_id] for dag_id in paused)


def list_workflows(workflows: Iterable[FrozenWorkflow]) -> list[WorkflowView]:
    """Return views of workflows by name, with whether each workflow is paused."""
    by_dag = {workflow_dag_id(frozen.workflow.name): frozen.workflow for frozen in workflows}
    known = select(DagModel.dag_id, DagModel.is_paused).where(DagModel.dag_id.in_(by_dag), ~DagModel.is_stale)
    with create_session(scoped=False) as session:
        paused = {row.dag_id: bool(row.is_paused) for row in session.execute(known)}
    return [
        WorkflowView(
            name=workflow.name,
            description=workflow.description,
            priority=workflow.priority,
            dag_id=dag_id,
            paused=paused.get(dag_id, False),
            known=dag_id in paused,
        )
        for dag_id, workflow in sorted(by_dag.items())
    ]
