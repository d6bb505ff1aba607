"""An Airflow DAG for each state machine of the cases beside this file; their tasks answer as their resources say."""

import json
from pathlib import Path

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.factory.state_machine import state_machine_dag


def answer(resource, arguments, context, work=None):
    if resource == "test:fail" or (resource == "test:flaky" and context["State"]["RetryCount"] < arguments["failures"]):
        raise TaskFailed(arguments["error"], arguments.get("cause"))
    if resource == "test:second_visit" and context["Execution"]["Id"] not in SEEN:
        SEEN.add(context["Execution"]["Id"])
        raise TaskFailed(arguments["error"])
    return arguments


SEEN = set()
"""Executions that have been here once; all runs of a test are in one process."""
FOLDER = Path(__file__).parent
CASES = json.loads((FOLDER / "cases.json").read_text())
DURABLE = json.loads((FOLDER / "durable_cases.json").read_text())
dags = [state_machine_dag(name, case["definition"], call=answer) for name, case in (CASES | DURABLE).items()]
dags += [
    state_machine_dag(f"one_task_{name}", case["definition"], call=answer, durable=True) for name, case in CASES.items()
]
globals().update({dag.dag_id: dag for dag in dags})
