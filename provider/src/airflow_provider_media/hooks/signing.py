"""Signatures and seals for the confs of runs, with the keys of Airflow's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from typing import Any, TypeGuard

from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.submission.conf_signature import RunId, has_valid_signature, signed_conf
from airflow_provider_media.core.submission.sealed_urls import seal_url, unseal_url
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.hooks import settings


def sign(conf: Mapping[str, Any], *, dag_id: str, run_id: str) -> dict[str, Any]:
    """Return a conf with the signature that the run started with it must carry.

    :raises ConfigurationError: when there is no key.
    """
    return signed_conf(conf, RunId(dag_id=dag_id, run_id=run_id), settings.submission_keys())


def signed_submission(submission: Submission) -> dict[str, Any]:
    """Return the signed conf of a job's run in the queue of its account and priority.

    :raises ConfigurationError: when there is no key.
    """
    dag_id = ingest_dag_id(submission.account, submission.priority)
    return sign(_sealed(submission).to_json(), dag_id=dag_id, run_id=submission.run_id)


def _sealed(submission: Submission) -> Submission:
    """Return a submission with the secrets of its request sealed.

    Targets of the workflow itself stay as its file has them.
    """
    job, own = submission.job_id, len(submission.workflow.workflow.notifications)
    of_workflow, of_request = submission.notify[:own], submission.notify[own:]

    # Two seals of one URL differ. With the cache, a target that is named twice gets each event once.
    @cache
    def sealed(target: Target) -> Target:
        return target if target in of_workflow else replace(target, address=seal(target.address, job=job))

    return replace(submission, source=seal(submission.source, job=job), notify=(*of_workflow, *map(sealed, of_request)))


def seal(url: str, *, job: str) -> str:
    """Return a URL for confs and results of tasks: its secrets are sealed, and tasks of the job can open them.

    :param job: the job's id.
    :raises ConfigurationError: when there is something to seal, and no key.
    """
    return seal_url(url, job=job, keys=settings.submission_keys)


def unseal(url: str, *, job: str) -> str:
    """Return the URL with which a job was submitted.

    :param job: the job's id.
    :raises ConfUntrusted: when the URL was sealed for another job, or under no key that is configured.
    :raises ConfigurationError: when the URL is sealed, and there is no key.
    """
    return unseal_url(url, job=job, keys=settings.submission_keys)


def is_signed(conf: object, *, dag_id: str, run_id: str) -> TypeGuard[dict[str, Any]]:
    """Return whether this package made a run's conf, for this very run.

    :raises ConfigurationError: when there is no key.
    """
    return has_valid_signature(conf, RunId(dag_id=dag_id, run_id=run_id), settings.submission_keys())


def keys_fingerprint() -> str:
    """Return a text that changes with the keys, and does not say what they are; empty when there is no key."""
    try:
        return blake2b(b"".join(settings.submission_keys()), digest_size=16).hexdigest()
    except ConfigurationError:
        return ""
