"""Names of jobs: their ids, the ids of their runs, and the pools of their accounts."""

from __future__ import annotations

import uuid

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.serde import digest

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


def pool_name(account: str) -> str:
    """Return the name of the pool whose slots an account's active jobs hold."""
    return f"media_jobs{'' if account == DEFAULT_ACCOUNT else f'_{account}'}"
