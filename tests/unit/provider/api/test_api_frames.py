"""Frames of a job's source and files: who gets them, and how many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def job(client):
    body = {"source": "s3://media-in/uploads/1.mp4"}
    return client.post("/v1/accounts/default/ingest-requests", json=body).json()["id"]


def frames(job, account="default", **query):
    return f"/v1/accounts/{account}/jobs/{job}/frames?" + "&".join(f"{name}={each}" for name, each in query.items())


def test_frame_answered_as_jpeg_for_its_viewer_alone(client, job):
    answer = client.get(frames(job, of="source", at=1.5), headers={"Authorization": "", "Cookie": "_token=vic"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"].startswith("private")
    assert answer.content == b"source at 1.5"


def test_frame_of_other_or_hidden_account_is_unknown(client, job):
    other = client.get(frames(job, account="tiny", of="source", at=0))
    assert (other.status_code, other.json()["error"]["code"]) == (404, "job_unknown")
    hidden = client.get(frames(job, of="source", at=0), headers={"Authorization": "Bearer nil"})
    assert (hidden.status_code, hidden.json()["error"]["code"]) == (404, "account_unknown")


@pytest.mark.parametrize("at", ["-1", "nan", "inf", "x"])
def test_frame_at_impossible_time_is_invalid(client, job, at):
    answer = client.get(frames(job, of="source", at=at))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "request_invalid")


@pytest.fixture
def one_frame_at_once(app):
    """The app with a limit of one frame."""
    from airflow_provider_media.api.concurrency_limit import NiceThreads
    from airflow_provider_media.api.errors import PreviewsBusy

    before, app.state.preview_threads = app.state.preview_threads, NiceThreads(1, PreviewsBusy)
    yield
    app.state.preview_threads = before


@pytest.mark.usefixtures("one_frame_at_once")
def test_frames_over_the_concurrency_limit_are_refused_with_retry_after(client, backend, job, monkeypatch):
    inside, go = threading.Event(), threading.Event()

    def slow(*_):
        inside.set()
        assert go.wait(30)
        return b"jpeg"

    monkeypatch.setattr(backend, "read_frame", slow, raising=False)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.get, frames(job, of="source", at=0))
        assert inside.wait(30)
        second = client.get(frames(job, of="source", at=0))
        go.set()
        assert first.result().status_code == 200
    assert (second.status_code, second.json()["error"]["code"]) == (429, "previews_busy")
    assert second.headers["retry-after"] == "2"
