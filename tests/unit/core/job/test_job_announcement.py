from datetime import UTC, datetime

import pytest

from airflow_provider_media.core.announce.outbox import Announcement
from airflow_provider_media.core.announce.target import Target
from airflow_provider_media.core.ingest.states import JobState
from airflow_provider_media.core.job.job_announcement import announcement_of
from airflow_provider_media.core.job.submission import Submission
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOOK = Target(url="https://hooks.example/in")
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


def test_a_success_tells_where_the_manifest_is_and_what_was_made():
    result = {
        "manifest": "s3://out/.media/jobs/9f2c/manifest.json",
        "outputs": [{"name": "mp4", "files": 1, "bytes": 9}],
        "failed": [{"output": "gif"}],
    }
    told = announcement_of(SUBMISSION, JobState.SUCCEEDED, at=NOON, result=result)
    assert told.run_id == "9f2c__succeeded"
    assert told.targets == (HOOK,)
    content = told.event.content
    assert (content["manifest"], content["failed_outputs"], content["video_id"]) == (result["manifest"], ["gif"], "5660367449001")
    assert content["outputs"] == result["outputs"]
    assert content["source"] == "https://cdn.example/a.mp4"


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.TIMED_OUT, JobState.CANCELLED])
def test_every_bad_end_tells_why(state):
    told = announcement_of(SUBMISSION, state, at=NOON, error={"code": "encode_failed", "message": "ffmpeg failed", "detail": {"secret": 1}})
    assert told.event.content["error"] == {"code": "encode_failed", "message": "ffmpeg failed"}
    assert told.event.type == f"job.{state}"


def test_a_job_that_is_tried_again_ends_again_as_an_event_of_its_own():
    first, again = (announcement_of(SUBMISSION, JobState.FAILED, at=NOON, redrive=redrive) for redrive in (0, 1))
    assert first.event.id != again.event.id
    assert again.run_id == "9f2c__failed__redrive-1"


def test_nobody_is_told_of_what_nobody_wants_to_hear():
    assert announcement_of(SUBMISSION, JobState.RUNNING, at=NOON) is None


def test_an_announcement_survives_its_way_through_the_conf_of_a_run():
    told = announcement_of(SUBMISSION, JobState.SUCCEEDED, at=NOON)
    assert Announcement.from_json(told.to_json()) == told
