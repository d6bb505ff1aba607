"""Whoever waits for the queues waits apart, so that Airflow's own tasks are served meanwhile."""

import threading

import pytest

from airflow_provider_media.api.examples import S3_EVENT

ACCOUNT = "/v1/accounts/default"


@pytest.fixture
def narrow(client):
    """A server with one of the threads that all of Airflow shares."""
    from anyio import to_thread

    def resize(tokens):
        limiter = to_thread.current_default_thread_limiter()
        before, limiter.total_tokens = limiter.total_tokens, tokens
        return before

    before = client.portal.call(resize, 1)
    yield client
    client.portal.call(resize, before)


@pytest.mark.parametrize(
    ("door", "address", "body"),
    [
        ("record", "ingest-requests", {"source": "s3://media-in/a.mp4", "workflow": "vod"}),
        ("record", "videos/17/ingest-requests", {"master": {"url": "https://host/a.mp4"}, "profile": "vod"}),
        ("record", "events/s3", S3_EVENT),
        ("cancel_job", f"jobs/{'0' * 32}/cancel", None),
        ("retry_job", f"jobs/{'0' * 32}/retry", None),
        ("change_priority", f"jobs/{'0' * 32}/priority", {"priority": "low"}),
        ("find_request", f"jobs/{'0' * 32}/resubmit", None),
    ],
)
def test_queue_wait_takes_no_thread_of_airflow_api_server(narrow, backend, monkeypatch, door, address, body):
    inside, go_on = threading.Event(), threading.Event()
    real = getattr(backend, door)

    def slow(*arguments):
        inside.set()
        assert go_on.wait(10)
        return real(*arguments)

    monkeypatch.setattr(backend, door, slow)
    waiting = threading.Thread(target=narrow.post, args=(f"{ACCOUNT}/{address}",), kwargs={"json": body})
    waiting.start()
    try:
        assert inside.wait(10)
        answered = []
        asking = threading.Thread(target=lambda: answered.append(narrow.get(f"{ACCOUNT}/queues").status_code))
        asking.start()
        asking.join(5)
        assert answered == [200]
    finally:
        go_on.set()
        waiting.join()
        asking.join()
