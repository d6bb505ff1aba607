"""Confs of jobs: what they hold of a request's secrets, and what stays as it was written."""

import json
from datetime import UTC, datetime

from airflow_provider_media.core.announcements.target import Target, subscribers_of
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.hooks.signing import signed_submission, unseal

OWN = "https://hook.example/told?of=workflow"
ASKED = "https://hook.example/told?token=secret"


def submission(*notify):
    workflow = {"name": "vod", "outputs": {"facts": {"kind": "probe_report"}}, "notifications": [{"url": OWN}]}
    return Submission(
        job_id="1",
        account="default",
        priority="normal",
        source="https://films.example/a.mp4?X-Amz-Signature=secret",
        workflow=freeze(build_workflow(workflow)),
        output="s3://out/",
        request="hash",
        submitted_at=datetime(2026, 1, 1, tzinfo=UTC),
        notify=(Target(kind="url", address=OWN), *notify),
    )


def test_signed_submission_conf_holds_no_secret_and_job_unseals_it():
    conf = signed_submission(
        submission(Target(kind="url", address=ASKED), Target(kind="sqs", address="https://sqs.example/1/queue"))
    )
    assert "secret" not in json.dumps(conf)
    held = Submission.from_json({name: value for name, value in conf.items() if name != "signature"})
    assert unseal(held.source, job="1") == "https://films.example/a.mp4?X-Amz-Signature=secret"
    assert [unseal(target.address, job="1") for target in held.notify if target.kind == "url"] == [OWN, ASKED]


def test_target_that_is_named_twice_is_told_once():
    conf = signed_submission(
        submission(
            Target(kind="url", address=ASKED), Target(kind="url", address=OWN), Target(kind="url", address=ASKED)
        )
    )
    held = Submission.from_json({name: value for name, value in conf.items() if name != "signature"})
    assert len(subscribers_of(held.notify, JobState.SUCCEEDED)) == 2
