"""Records of DAGs in Airflow Variables, and queries for unfinished runs where DAG files are parsed.

A parser of DAG files has no database; its supervisor answers requests as a task's supervisor does. Only this module and
``runs`` use this semi-private part of Airflow.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from airflow_provider_media.airflow_contract.run_states import ENDED_TASKS, UNFINISHED
from airflow_provider_media.core.submission.conf_facts import facts_of
from airflow_provider_media.core.workflows.dag_record import EMPTY, DagRecord, DagSource, from_text, to_text
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.hooks.signing import is_signed, sign

RECORD = "record"
DESCRIPTION = (
    "Kept by airflow-provider-media: what DAGs go on with whose files are gone. It is written again when it is deleted."
)
WORKFLOWS, STATE_MACHINES = "media_workflow_dags", "media_state_machine_dags"
"""Keys of the Variables that hold the records."""
MAX_RUNS = 500
"""Most unfinished jobs that one parse looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A record as its Variable holds it."""

    digest: str = EMPTY.digest
    text: str = ""

    @property
    def record(self) -> DagRecord:
        """The decoded record; decoding takes longer than everything else."""
        return from_text(self.text) if self.text else EMPTY


def is_available() -> bool:
    """Return whether this process has a supervisor: DAG processors and workers have one, commands have none."""
    from airflow.sdk.execution_time import task_runner

    return getattr(task_runner, "SUPERVISOR_COMMS", None) is not None


def read_record(key: str) -> StoredRecord:
    """Return the record in a Variable.

    The record is empty when the Variable is missing, or when somebody else has written it.

    :raises ConfigurationError: when there is no key for signatures.
    """
    from airflow.sdk.execution_time import comms

    answer = _send(comms.GetVariable(key=key))
    stored = _parsed(getattr(answer, "value", None))
    if not is_signed(stored, dag_id=key, run_id=RECORD):
        return StoredRecord()
    return StoredRecord(digest=str(stored.get("digest")), text=str(stored.get("dags")))


def write_record(key: str, record: DagRecord) -> None:
    """Write a record into a Variable."""
    from airflow.sdk.execution_time import comms

    # People who may edit Variables must not be able to choose what workers run.
    stored = sign({"digest": record.digest, "dags": to_text(record)}, dag_id=key, run_id=RECORD)
    _send(comms.PutVariable(key=key, value=json.dumps(stored), description=DESCRIPTION))


def restore_workflow(frozen: FrozenWorkflow) -> None:
    """Have the DAG processor make the DAG of a workflow again.

    The workflow has no file, and had no unfinished jobs.

    :param frozen: the workflow as a job carries it.
    """
    record, name = read_record(WORKFLOWS).record, frozen.workflow.name
    if name not in record.sources:
        content = workflow_content(frozen)
        source = DagSource(digest=frozen.hash, content=content, retired_at=datetime.now(UTC))
        write_record(WORKFLOWS, DagRecord(sources={**record.sources, name: source}))


def workflow_content(frozen: FrozenWorkflow) -> dict[str, Any]:
    """Return a workflow as the record holds it, without notifications.

    Announcements are those of jobs, and URLs of their targets may hold secrets.
    """
    return freeze(frozen.workflow.model_copy(update={"notifications": ()})).to_json()


def has_unfinished_runs(dag_id: str, last_task_id: str) -> bool:
    """Return whether any run of a DAG has not ended.

    :param last_task_id: id of the task with which every run ends.
    """
    return any(next(_runs(dag_id, state), None) for state in UNFINISHED) or _is_undated_unfinished(dag_id, last_task_id)


def _is_undated_unfinished(dag_id: str, last_task_id: str) -> bool:
    """Return whether any run has not ended, including runs without a logical date.

    For runs without a logical date, Airflow gives a parser nothing but their tasks. This reads the history of one task.
    When the answer is no, nobody asks again, because the DAG goes.
    """
    from airflow.sdk.execution_time import comms

    # GetTICount would be cheaper. Airflow 3.3 offers it to parsers, but then cannot pass on the answer.
    states = _send(comms.GetTaskStates(dag_id=dag_id, task_ids=[last_task_id])).task_states
    return any(state not in ENDED_TASKS for state in chain.from_iterable(tasks.values() for tasks in states.values()))


def workflows_of_jobs(queue_dag_ids: Iterable[str]) -> Iterator[str]:
    """Yield the names of the workflows of all unfinished jobs in some queues.

    :raises LookupError: when there are more than ``MAX_RUNS`` unfinished jobs.
    """
    looked_at = 0
    for dag_id in queue_dag_ids:
        for state in UNFINISHED:
            for run in _runs(dag_id, state):
                looked_at += 1
                if looked_at > MAX_RUNS:
                    raise LookupError(f"More than {MAX_RUNS} jobs are unfinished.")
                yield facts_of(run.conf).workflow


def _runs(dag_id: str, state: str) -> Iterator[Any]:
    """Yield the runs of a DAG in a state, newest first; Airflow gives a parser one run at a time."""
    from airflow.sdk.execution_time import comms

    before = datetime.max.replace(tzinfo=UTC)
    while (run := _send(comms.GetPreviousDagRun(dag_id=dag_id, logical_date=before, state=state)).dag_run) is not None:
        yield run
        before = run.logical_date


def _parsed(value: object) -> Mapping[str, Any]:
    try:
        stored = json.loads(value) if isinstance(value, str) else {}
    except ValueError:
        return {}
    return stored if isinstance(stored, Mapping) else {}


def _send(request: Any) -> Any:
    from airflow.sdk.execution_time import task_runner

    return task_runner.SUPERVISOR_COMMS.send(request)
