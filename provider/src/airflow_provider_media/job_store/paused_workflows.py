"""Paused workflows: a workflow is paused when its DAG is paused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from airflow.models import DagModel
from airflow.utils.session import create_session
from sqlalchemy import select

from airflow_provider_media.core.dag_ids import workflow_dag_id
from airflow_provider_media.core.submission.views import WorkflowView
from airflow_provider_media.core.workflows.model import FrozenWorkflow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def paused_among(names: Iterable[str], session: Session) -> frozenset[str]:
    """Return those of some workflows whose DAG is paused; a DAG that Airflow has not read yet is not paused."""
    by_dag = {workflow_dag_id(name): name for name in names}
    return frozenset(by_dag[dag_id] for dag_id in paused_dags_among(by_dag, session))


def paused_dags_among(dag_ids: Collection[str], session: Session) -> frozenset[str]:
    """Return those of some DAGs that are paused; a DAG that Airflow has not read yet is not paused."""
    if not dag_ids:
        return frozenset()
    return frozenset(session.scalars(select(DagModel.dag_id).where(DagModel.dag_id.in_(dag_ids), DagModel.is_paused)))


def paused_by_dag(dag_ids: Collection[str], session: Session) -> dict[str, bool]:
    """Return whether each of some DAGs is paused; a DAG that Airflow has not read yet is left out."""
    known = select(DagModel.dag_id, DagModel.is_paused).where(DagModel.dag_id.in_(dag_ids), ~DagModel.is_stale)
    return {row.dag_id: bool(row.is_paused) for row in session.execute(known)}


def list_workflows(workflows: Iterable[FrozenWorkflow]) -> list[WorkflowView]:
    """Return views of workflows by name, with whether each workflow is paused."""
    by_dag = {workflow_dag_id(frozen.workflow.name): frozen.workflow for frozen in workflows}
    with create_session(scoped=False) as session:
        paused = paused_by_dag(by_dag, session)
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
