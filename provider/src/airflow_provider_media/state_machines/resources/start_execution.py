"""``states:startExecution`` for our own state machines: the child execution is a run of the machine's DAG."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow_provider_media.airflow_contract.run_ids import STARTED, derived_run_id
from airflow_provider_media.airflow_contract.run_states import SUCCESS
from airflow_provider_media.airflow_contract.xcom import ERROR, RETURN_VALUE
from airflow_provider_media.core.dag_ids import machine_dag_id, machine_of_dag
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.core.statelang.errors import TASK_FAILED
from airflow_provider_media.core.task_ids import RESULT
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.state_machine_files import find_machine

RESOURCE = re.compile(r"arn:aws[\w-]*:states:[^:]*:[^:]*:(states|aws-sdk:sfn):startExecution")
ARN = "arn:aws:states:airflow:000000000000"
"""Prefix of the ARNs of our executions and state machines."""


def is_ours(arguments: Any) -> bool:
    """Return whether the arguments of ``startExecution`` name one of our state machines.

    The machine is named by its plain name, or by an ARN that ends with the name.
    """
    return isinstance(arguments, Mapping) and _file(str(arguments.get("StateMachineArn", ""))) is not None


def _file(arn: str) -> str | None:
    name = machine_of_dag(arn.rpartition(":")[2])
    try:
        return find_machine(name).name
    except MediaError:
        return None


def started(arguments: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Start an execution, or continue the execution that was started before.

    :param arguments: ``StateMachineArn``, and optionally ``Name`` and ``Input`` (an object, or JSON as text).
    :param key: key that identifies an execution that was started before.
    :raises TaskFailed: with the service's name of the error.
    """
    name = _file(str(arguments.get("StateMachineArn", "")))
    if name is None:
        raise TaskFailed(
            "StepFunctions.StateMachineDoesNotExistException",
            f"There is no state machine {arguments.get('StateMachineArn')!r} in include/state_machines.",
        )
    value = _input(arguments.get("Input", {}))
    run_id = str(arguments.get("Name") or derived_run_id(STARTED, key, name, value))
    dag_id = machine_dag_id(name)
    if not runs.start_run(dag_id, run_id, conf=value) and runs.find_conf(dag_id, run_id) != value:
        raise TaskFailed(
            "StepFunctions.ExecutionAlreadyExistsException", f"There is an execution {run_id!r} with another input."
        )
    return {"dag_id": dag_id, "run_id": run_id, "input": value, "at": datetime.now(UTC).isoformat()}


def _input(value: Any) -> dict[str, Any]:
    try:
        read = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise TaskFailed(
            "StepFunctions.InvalidExecutionInputException", "Input must be an object: it becomes the conf of a run."
        )
    return read


def receipt(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the response of ``startExecution``."""
    return {"ExecutionArn": _arn("execution", run["dag_id"], run["run_id"]), "StartDate": run["at"]}


def ended(run: Mapping[str, Any], *, as_text: bool) -> dict[str, Any]:
    """Return the description of an execution that has ended.

    :param as_text: whether its output is text, as ``.sync`` returns it.
    :raises TaskFailed: when the execution did not succeed, with its description as cause.
    """
    dag_id, run_id = run["dag_id"], run["run_id"]
    description = {
        "ExecutionArn": _arn("execution", dag_id, run_id),
        "Input": json.dumps(run["input"]) if as_text else run["input"],
        "Name": run_id,
        "StartDate": run["at"],
        "StateMachineArn": _arn("stateMachine", dag_id),
        "StopDate": datetime.now(UTC).isoformat(),
    }
    if runs.count_runs(dag_id, [SUCCESS], [run_id]):
        output = runs.pull(dag_id, run_id, RESULT, RETURN_VALUE)
        return {**description, "Output": json.dumps(output) if as_text else output, "Status": "SUCCEEDED"}
    error = runs.pull(dag_id, run_id, RESULT, ERROR) or {}
    failed = {name: error[name] for name in ("Error", "Cause") if error.get(name) is not None}
    raise TaskFailed(TASK_FAILED, json.dumps({**failed, **description, "Status": error.get("Status", "FAILED")}))


def _arn(kind: str, *parts: str) -> str:
    return f"{ARN}:{kind}:{':'.join(parts)}"
