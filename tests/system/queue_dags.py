"""DAGs for the tests of the queues: jobs of the workflow ``hold`` last until they are let go."""

import time
from pathlib import Path

from airflow.sdk import DAG, task

with DAG(dag_id="media_hold", schedule=None, max_active_runs=100) as dag:

    @task
    def probe(dag_run=None):
        folder = Path(dag_run.conf["source"].removeprefix("file://")).parent
        Path(folder, f"{dag_run.run_id}.began").touch()
        while not (folder / f"{dag_run.run_id}.go").exists():
            time.sleep(0.05)
        if (folder / f"{dag_run.run_id}.go").read_text():
            raise RuntimeError("told to fail")

    probe()
