"""Requests of jobs that are submitted again, from the confs of their runs."""

import pytest

from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.submission.errors import ConfUntrusted

PRESIGNED = "https://host/film.mp4?X-Amz-Signature=secret"


def request_of(queues, job_id):
    from airflow_provider_media.job_store.job_requests import find_request

    return find_request(queues.account(), job_id)


def test_request_has_the_secrets_of_the_submission(queues):
    target = Target(kind="url", address="https://host/hook?token=secret")
    job = queues.submit(source=PRESIGNED, output="s3://elsewhere/", priority="low", video="v", notify=(target,))
    found = request_of(queues, job.id)
    assert (found.source, found.notify) == (PRESIGNED, (target,))
    assert (found.output, found.priority, found.video, found.workflow) == ("s3://elsewhere/", "low", "v", "clip")
    assert (found.job_id, found.idempotency_key, found.source_version) == (None, None, None)


def test_output_location_of_workflow_is_decided_again(queues):
    assert request_of(queues, queues.submit().id).output is None


def test_request_of_job_made_by_hand_is_not_trusted(queues):
    from airflow_provider_media.job_store.job_queries import find_run

    job = queues.submit()
    with queues.session() as session:
        run, _ = find_run(queues.account(), job.id, session)
        run.conf = {**run.conf, "output": "s3://elsewhere/"}
    with pytest.raises(ConfUntrusted):
        request_of(queues, job.id)
