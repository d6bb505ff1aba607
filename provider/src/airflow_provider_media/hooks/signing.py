"""Signing and verifying the confs of runs with the keys of Airflow's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.core.ingest.conf_signature import RunId, has_valid_signature, signed_conf
from airflow_provider_media.core.ingest.names import ingest_dag_id
from airflow_provider_media.core.job.submission import Submission
from airflow_provider_media.hooks import settings


def sign(conf: Mapping[str, Any], *, dag_id: str, run_id: str) -> dict[str, Any]:
    """A conf as the run that is started with it must carry it.

    :raises ConfigurationError: when there is no key.
    """
    return signed_conf(conf, RunId(dag_id=dag_id, run_id=run_id), settings.submission_keys())


def signed_submission(submission: Submission) -> dict[str, Any]:
    """The conf of a job's run in the queue of its account and priority.

    :raises ConfigurationError: when there is no key.
    """
    dag_id = ingest_dag_id(submission.account, submission.priority)
    return sign(submission.to_json(), dag_id=dag_id, run_id=submission.run_id)


def is_signed(conf: object, *, dag_id: str, run_id: str) -> bool:
    """Whether a run's conf was made by this package, for this very run.

    :raises ConfigurationError: when there is no key.
    """
    return has_valid_signature(conf, RunId(dag_id=dag_id, run_id=run_id), settings.submission_keys())
