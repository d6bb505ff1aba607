import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.announcements.bodies import body
from airflow_provider_media.core.announcements.event import JobReport, OutputSummary, clipped, job_event, run_id
from airflow_provider_media.core.job_states import JobState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def report(**fields):
    known = {
        "job_id": "9f2c",
        "account": "acme",
        "workflow": "vod",
        "priority": "low",
        "state": "succeeded",
        "source": "s3://in/a.mp4",
        "output": "s3://out/",
        "manifest": "s3://out/.media/jobs/9f2c/manifest.json",
        "outputs": (OutputSummary(name="mp4", files=1, bytes=1234),),
        "submitted_at": NOON,
    }
    merged = {**known, **fields}
    return JobReport(**{**merged, "state": JobState(merged["state"])})


def told(shape="standard", **fields):
    return json.loads(body(job_event(report(**fields), time=NOON), shape))


def test_a_body_says_what_happened_when_and_to_which_job():
    assert told() == {
        "type": "job.succeeded",
        "timestamp": "2026-11-22T12:00:00+00:00",
        "data": {
            "job_id": "9f2c",
            "account": "acme",
            "workflow": "vod",
            "priority": "low",
            "state": "succeeded",
            "redrive": 0,
            "video_id": None,
            "source": "s3://in/a.mp4",
            "output": "s3://out/",
            "manifest": "s3://out/.media/jobs/9f2c/manifest.json",
            "outputs": [{"name": "mp4", "files": 1, "bytes": 1234}],
            "failed_outputs": [],
            "error": None,
            "submitted_at": "2026-11-22T12:00:00Z",
            "started_at": None,
            "ended_at": None,
        },
    }


def test_the_type_says_what_happened():
    types = [told(state=state)["type"] for state in JobState]
    assert types == ["job.queued", "job.started", "job.succeeded", "job.failed", "job.cancelled", "job.timed_out"]


def test_event_id_depends_only_on_job_state_and_redrive():
    ids = [
        job_event(report(**fields), time=NOON).id
        for fields in ({}, {"state": "failed"}, {"redrive": 1}, {"job_id": "other"})
    ]
    assert len(set(ids)) == 4
    assert job_event(report(manifest=None, submitted_at=None), time=datetime.now(UTC)).id == ids[0]
    assert ids[0] == "evt_1a61f5c5736252f0af9900f10563df0c"


def test_the_run_is_named_for_job_and_state():
    assert run_id(report()) == "9f2c__succeeded"
    assert run_id(report(state="failed", redrive=2)) == "9f2c__failed__redrive-2"


def test_signed_urls_and_credentials_are_not_told():
    text = body(
        job_event(report(source="https://user:pass@cdn.example/a.mp4?X-Amz-Signature=abc"), time=NOON), "standard"
    )
    assert '"source":"https://cdn.example/a.mp4"' in text


names = st.text(max_size=64)
texts = st.text(max_size=5000)


@given(source=texts, message=texts, outputs=st.lists(names, max_size=80), failed=st.lists(names, max_size=80))
def test_a_body_is_below_20_kb_whatever_the_job_was(source, message, outputs, failed):
    event = job_event(
        report(
            state="failed",
            source="s3://in/" + source,
            output="s3://out/" + source,
            manifest="s3://out/" + source,
            error={"code": "encode_failed", "message": message * 10},
            outputs=tuple(OutputSummary(name="n" * 64, files=10**6, bytes=10**15) for _ in outputs),
            failed_outputs=tuple("f" * 64 for _ in failed),
        ),
        time=NOON,
    )
    assert len(body(event, "standard").encode()) < 20_000
    assert len(body(event, "brightcove").encode()) < 20_000


@given(texts, st.integers(4, 100))
def test_a_clipped_text_fits_and_has_no_control_characters(text, size):
    short = clipped(text, size)
    assert len(short.encode()) <= size
    assert "\n" not in short
    assert "\0" not in short


def test_brightcoves_body_tells_that_the_title_is_complete():
    assert told("brightcove", video_id="5660367449001") == {
        "entity": "5660367449001",
        "entityType": "TITLE",
        "version": "1",
        "action": "CREATE",
        "jobId": "9f2c",
        "videoId": "5660367449001",
        "accountId": "acme",
        "status": "SUCCESS",
    }


@pytest.mark.parametrize("state", ["failed", "timed_out", "cancelled"])
def test_brightcoves_body_knows_one_kind_of_failure(state):
    failed = told("brightcove", state=state, error={"code": "encode_failed", "message": "ffmpeg failed"})
    assert (failed["status"], failed["errorMessage"], failed["videoId"]) == ("FAILED", "ffmpeg failed", "9f2c")
