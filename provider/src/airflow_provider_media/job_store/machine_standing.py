"""What Airflow knows of state machines: whether their DAGs are known and paused, and how many executions run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airflow.utils.session import create_session

from airflow_provider_media.job_store.execution_list import count_running
from airflow_provider_media.job_store.paused_workflows import paused_by_dag


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineStanding:
    """What Airflow knows of one state machine.

    :param known: whether Airflow has parsed the DAG.
    :param paused: whether the DAG is paused.
    :param running: number of executions that have not ended.
    """

    known: bool = False
    paused: bool = False
    running: int = 0


def standing_of(dag_ids: Sequence[str]) -> dict[str, MachineStanding]:
    """Return what Airflow knows of some state machines, by DAG id, with two queries."""
    with create_session(scoped=False) as session:
        paused = paused_by_dag(dag_ids, session)
        running = count_running(dag_ids, session)
    return {
        dag_id: MachineStanding(
            known=dag_id in paused, paused=paused.get(dag_id, False), running=running.get(dag_id, 0)
        )
        for dag_id in dag_ids
    }
