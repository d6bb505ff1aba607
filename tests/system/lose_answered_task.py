"""Answer a question, and end its task as Airflow's scheduler does where the answer comes before it knows that the task
sleeps.
"""

import sys
from datetime import UTC, datetime

from airflow.models import TaskInstance
from airflow.models.dagbag import DBDagBag
from airflow.models.hitl import HITLDetail
from airflow.utils.session import create_session
from sqlalchemy import select


def lose(dag_id: str, run_id: str, task_id: str, chosen: str) -> None:
    of_task = (TaskInstance.dag_id == dag_id, TaskInstance.run_id == run_id, TaskInstance.task_id == task_id)
    with create_session() as session:
        instance = session.scalars(select(TaskInstance).where(*of_task)).one()
        detail = session.scalars(select(HITLDetail).where(HITLDetail.ti_id == instance.id)).one()
        detail.chosen_options, detail.responded_at = [chosen], datetime.now(UTC)
        detail.responded_by = {"id": "ann", "name": "Ann"}
        instance.task = DBDagBag().get_dag_for_run(instance.dag_run, session=session).get_task(task_id)
        instance.handle_failure("The task was ended from outside.", session=session)


if __name__ == "__main__":
    lose(*sys.argv[1:])
