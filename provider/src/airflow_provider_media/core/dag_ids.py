"""Ids of DAGs: every id of this package is written here once, and reserved names are derived from the ids."""

from __future__ import annotations

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority

WORKFLOW_PREFIX = "media_"
"""Prefix of the ids of workflows' DAGs; other DAGs of this package have it too."""
MACHINE_PREFIX = "state_machine_"
"""Prefix of the ids of state machines' DAGs."""
OWN_PREFIXES = (WORKFLOW_PREFIX, MACHINE_PREFIX)
"""Prefixes of the ids of all DAGs of this package."""
ANNOUNCE = "media_announce"
"""The DAG whose runs deliver announcements."""
ARRIVALS, UPLOADS = "media_arrivals", "media_uploads"
"""DAGs that submit a job for each upload: the first finds uploads by listing, the second in queue messages."""
EXPIRY = "media_uploads_expiry"
"""The DAG that empties the upload locations."""
MAINTENANCE = "media_maintenance"
"""The DAG that prunes finished work."""
INGEST = "media_ingest"
"""Beginning of the ids of the DAGs of accounts' queues."""
STATE_TASK, STATE_WAIT = "media_state_task", "media_state_wait"
"""DAGs of an execution's child runs: one for runs that work, one for runs that wait for somebody else."""
STATE_STOP = "media_state_stop"
"""DAG each of whose runs ends the run that its conf names: tasks cannot end runs, but a scheduler can."""
STATE_DAGS = (STATE_TASK, STATE_WAIT, STATE_STOP)
"""DAGs that state machines share."""
SHARED = (ANNOUNCE, ARRIVALS, INGEST, MAINTENANCE, *STATE_DAGS, UPLOADS)
"""Beginnings of the ids of DAGs that belong to no workflow. ``EXPIRY`` begins with ``UPLOADS``."""
RESERVED_WORKFLOW_NAMES = tuple(sorted(each.removeprefix(WORKFLOW_PREFIX) for each in SHARED))
"""Reserved beginnings of workflow names."""


def workflow_dag_id(workflow: str) -> str:
    """Return the id of a workflow's DAG."""
    return f"{WORKFLOW_PREFIX}{workflow}"


def workflow_of_dag(dag_id: str) -> str:
    """Return the name of a DAG's workflow."""
    return dag_id.removeprefix(WORKFLOW_PREFIX)


def scheduled_dag_id(workflow: str) -> str:
    """Return the id of the DAG that looks for a workflow's uploads on its schedule."""
    return f"{ARRIVALS}_{workflow}"


def machine_dag_id(machine: str) -> str:
    """Return the id of a state machine's DAG."""
    return f"{MACHINE_PREFIX}{machine}"


def machine_of_dag(dag_id: str) -> str:
    """Return the name of a DAG's state machine."""
    return dag_id.removeprefix(MACHINE_PREFIX)


def ingest_dag_id(account: str, priority: Priority) -> str:
    """Return the id of the DAG of an account's queue of one priority."""
    suffix = "" if account == DEFAULT_ACCOUNT else f"__{account}"
    return f"{INGEST}_{priority}{suffix}"


def ingest_dag_ids(account: str) -> tuple[str, ...]:
    """Return the ids of the DAGs of an account's queues."""
    return tuple(ingest_dag_id(account, priority) for priority in PRIORITIES)


def queue_of_dag(dag_id: str) -> tuple[str, Priority]:
    """Return account and priority of a queue's DAG.

    :raises ValueError: when the DAG is no queue.
    """
    for priority in PRIORITIES:
        queue, _, account = dag_id.partition("__")
        if queue == ingest_dag_id(DEFAULT_ACCOUNT, priority):
            return account or DEFAULT_ACCOUNT, priority
    raise ValueError(f"The DAG {dag_id} is no queue of an account.")
