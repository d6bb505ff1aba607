"""An Airflow DAG for each state machine of the cases beside this file; their tasks answer as their resources say."""

import json
from pathlib import Path

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.factory.state_machine import state_machine_dag


def answer(resource, arguments, context, work=None):
    if resource == "test:fail" or (resource == "test:flaky" and context["State"]["RetryCount"] < arguments["failures"]):
        raise TaskFailed(arguments["error"], arguments.get("cause"))
    return arguments


CASES = json.loads(Path(__file__).with_name("cases.json").read_text())
for name, case in CASES.items():
    dag = state_machine_dag(name, case["definition"], call=answer)
    globals()[dag.dag_id] = dag
