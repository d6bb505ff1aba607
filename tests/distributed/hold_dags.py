"""DAGs of workflows for the tests of the queues: jobs that end when they are told to, and jobs that end by themselves
at once.
"""

from datetime import UTC, datetime

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, chain

from airflow_provider_media.factory.workflow import workflow_dag
from airflow_provider_media.hooks.catalogue import load_workflows


def nothing() -> None:
    """The work of tasks that have none."""


# No run of them may run, so that all stay queued and their jobs keep their slots until a test ends the runs.
for name in ("media_vod", "media_hold"):
    with DAG(dag_id=name, schedule=None, is_paused_upon_creation=False, max_active_runs=0) as hold:
        EmptyOperator(task_id="publish")
    globals()[name] = hold

# It has no task "publish", from which a job's outcome would be read: its runs may end before the slot's task waits.
with DAG(dag_id="media_quick", schedule=None, is_paused_upon_creation=False, max_active_runs=1000) as quick:
    EmptyOperator(task_id="work")

# What the figures of our own submissions and slots stand beside.
with DAG(
    dag_id="bare", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), is_paused_upon_creation=True
) as bare:
    EmptyOperator(task_id="job") >> EmptyOperator(task_id="close")

with DAG(dag_id="bare_pool", schedule=None, is_paused_upon_creation=False, max_active_runs=1000) as bare_pool:
    PythonOperator(task_id="job", python_callable=nothing, pool="bare")

# As many tasks one after the other as a job of one clip has, with those that hold its slot, close it and announce its
# end.
with DAG(dag_id="bare_chain", schedule=None, is_paused_upon_creation=False, max_active_runs=1000) as bare_chain:
    chain(
        *(
            PythonOperator(task_id=name, python_callable=nothing)
            for name in ("job", "probe", "plan", "encode", "publish", "close", "tell")
        )
    )

# Real ones, beside those without any work.
workflows = load_workflows().workflows
for name in ("clip", "slow"):
    globals()[f"media_{name}"] = workflow_dag(workflows[name])
