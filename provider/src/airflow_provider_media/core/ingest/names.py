"""Names of the ingest queues in Airflow: DAGs, runs, pools, and the ids of jobs."""

from __future__ import annotations

import uuid

from airflow_provider_media.core.ingest.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.ingest.priorities import PRIORITIES, Priority
from airflow_provider_media.core.serde import digest

SLOT_TASK, CLOSE_TASK = "job", "close"
"""Tasks of a job's run in its queue: one holds a slot until the job has ended, the other announces the end."""
WORKFLOW_PREFIX = "media_"
"""Prefix of the ids of workflows' DAGs; other DAGs have it too."""
ARRIVALS, UPLOADS = "media_arrivals", "media_uploads"
"""DAGs that submit a job for each upload: the first finds uploads by listing, the second in queue messages."""
EXPIRY = "media_uploads_expiry"
"""The DAG that empties the upload locations."""
ID_LENGTH = 32
"""Hexadecimal digits of a job's id."""


def new_job_id() -> str:
    """Return a random job id, which no second request can produce."""
    return uuid.uuid4().hex


def job_id_of_key(account: str, key: str) -> str:
    """Return the job id of an account's idempotency key."""
    return digest(["key", account, key])[:ID_LENGTH]


def job_id_of_upload(account: str, workflow: str, bucket: str, key: str, version: str) -> str:
    """Return the id of a workflow's job for one version of an object; repeated announcements give the same id.

    :param key: decoded key of the object.
    :param version: version id, or ETag (and sequencer) in a bucket without versions.
    """
    return digest(["upload", account, workflow, bucket, key, version])[:ID_LENGTH]


def run_id(priority: Priority, job_id: str) -> str:
    """Return the id of a job's run in the DAG of its queue and in the DAG of its workflow."""
    return f"{priority}__{job_id}"


def run_ids(job_id: str) -> tuple[str, ...]:
    """Return the ids that a job's run may have."""
    return tuple(run_id(priority, job_id) for priority in PRIORITIES)


def job_id_of_run(run: str) -> str:
    """Return the job id in a run id made by ``run_id``."""
    return run.partition("__")[2]


def priority_of_run(run: str) -> Priority | None:
    """Return the priority in a run id made by ``run_id``; None for any other run id."""
    return next((priority for priority in PRIORITIES if run.startswith(f"{priority}__")), None)


def ingest_dag_id(account: str, priority: Priority) -> str:
    """Return the id of the DAG of an account's queue of one priority."""
    return f"media_ingest_{priority}{_suffix(account)}"


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


def pool_name(account: str) -> str:
    """Return the name of the pool whose slots an account's active jobs hold."""
    return f"media_jobs{'' if account == DEFAULT_ACCOUNT else f'_{account}'}"


def workflow_dag_id(workflow: str) -> str:
    """Return the id of a workflow's DAG."""
    return f"{WORKFLOW_PREFIX}{workflow}"


def workflow_of_dag(dag_id: str) -> str:
    """Return the name of a DAG's workflow."""
    return dag_id.removeprefix(WORKFLOW_PREFIX)


def _suffix(account: str) -> str:
    return "" if account == DEFAULT_ACCOUNT else f"__{account}"
