from datetime import UTC, datetime

import pytest

from airflow_provider_media.core.announcements.outbox import Announcement
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.execution.job_announcement import announcement_of
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOOK = Target(kind="url", address="https://hooks.example/in")
SUBMISSION = Submission(
    job_id="9f2c",
    account="acme",
    priority="low",
    source="https://cdn.example/a.mp4?X-Amz-Signature=abc",
    workflow=freeze(build_workflow({"name": "vod", "outputs": {"mp4": {"kind": "transcode"}}})),
    output="s3://out/",
    request="hash",
    submitted_at=NOON,
    notify=(HOOK,),
    video="5660367449001",
)


def test_announcement_of_success_names_manifest_and_outputs():
    result = {
        "manifest": "s3://out/.media/jobs/9f2c/manifest.json",
        "outputs": [{"name": "mp4", "files": 1, "bytes": 9}],
        "failed": [{"output": "gif"}],
    }
    told = announcement_of(SUBMISSION, JobState.SUCCEEDED, at=NOON, result=result)
    assert told.run_id == "9f2c__succeeded"
    assert told.targets == (HOOK,)
    content = told.event.content
    assert (content["manifest"], content["failed_outputs"], content["video_id"]) == (
        result["manifest"],
        ["gif"],
        "5660367449001",
    )
    assert content["outputs"] == result["outputs"]
    assert content["source"] == "https://cdn.example/a.mp4"


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.TIMED_OUT, JobState.CANCELLED])
def test_every_bad_end_tells_why(state):
    told = announcement_of(
        SUBMISSION, state, at=NOON, error={"code": "encode_failed", "message": "ffmpeg failed", "detail": {"secret": 1}}
    )
    assert told.event.content["error"] == {"code": "encode_failed", "message": "ffmpeg failed"}
    assert told.event.type == f"job.{state}"


def test_announcement_of_retried_job_end_is_separate_event():
    first, again = (announcement_of(SUBMISSION, JobState.FAILED, at=NOON, redrive=redrive) for redrive in (0, 1))
    assert first.event.id != again.event.id
    assert again.run_id == "9f2c__failed__redrive-1"


def test_nobody_is_told_of_what_nobody_wants_to_hear():
    assert announcement_of(SUBMISSION, JobState.RUNNING, at=NOON) is None


def test_announcement_survives_json_round_trip_through_run_conf():
    told = announcement_of(SUBMISSION, JobState.SUCCEEDED, at=NOON)
    assert Announcement.from_json(told.to_json()) == told
