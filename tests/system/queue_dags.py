"""DAGs for the tests of the queues: jobs of two workflows last until they are let go, and one DAG submits and awaits
one.
"""

import time
from pathlib import Path

from airflow.sdk import DAG, task

from airflow_provider_media.operators.ingest import IngestSubmitOperator
from airflow_provider_media.sensors.job import MediaJobSensor

for name in ("hold", "other"):
    with DAG(dag_id=f"media_{name}", schedule=None, max_active_runs=100) as dag:

        @task
        def probe(dag_run=None):
            folder = Path(dag_run.conf["source"].removeprefix("file://")).parent
            Path(folder, f"{dag_run.run_id}.began").touch()
            while not (folder / f"{dag_run.run_id}.go").exists():
                time.sleep(0.05)
            if (folder / f"{dag_run.run_id}.go").read_text():
                raise RuntimeError("told to fail")

        probe()
    globals()[f"media_{name}"] = dag

with DAG(dag_id="submit_and_wait", schedule=None) as caller:
    submit = IngestSubmitOperator(task_id="submit", source="{{ dag_run.conf['source'] }}", workflow="hold")
    submit >> MediaJobSensor(task_id="wait", job_id="{{ ti.xcom_pull(task_ids='submit')['id'] }}")
