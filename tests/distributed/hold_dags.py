"""DAGs of workflows for the tests of the queues: jobs that end when they are told to, and jobs that end by themselves at once."""

from datetime import UTC, datetime

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

# Paused, so that its runs stay queued and their jobs keep their slots until a test ends the runs.
for name in ("media_vod", "media_hold"):
    with DAG(dag_id=name, schedule=None, is_paused_upon_creation=True, max_active_runs=1000) as hold:
        EmptyOperator(task_id="publish")
    globals()[name] = hold

with DAG(dag_id="media_quick", schedule=None, is_paused_upon_creation=False, max_active_runs=1000) as quick:
    EmptyOperator(task_id="publish")

# What the figures of our own submissions stand beside.
with DAG(
    dag_id="bare", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), is_paused_upon_creation=True, max_active_runs=100
) as bare:
    EmptyOperator(task_id="job") >> EmptyOperator(task_id="close")
