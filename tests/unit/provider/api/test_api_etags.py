"""ETags of JSON answers."""

import pytest

from airflow_provider_media.core.submission.views import JobFilter

JOBS = "/v1/accounts/default/jobs"


def submit(client, number=1):
    return client.post("/v1/accounts/default/ingest-requests", json={"source": f"s3://media-in/uploads/{number}.mp4"})


@pytest.mark.parametrize("address", [JOBS, "/v1/accounts/default/queues", "/v1/accounts/default/workflows"])
def test_etag_of_unchanged_answer_gives_304_without_body(client, address):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert "content-type" not in again.headers
    for answer in (first, again):
        assert answer.headers["etag"].startswith('W/"')
        assert answer.headers["cache-control"] == "no-cache, private"
        assert answer.headers["vary"] == "Authorization, Cookie"
    assert again.headers["etag"] == first.headers["etag"]


def test_etag_of_changed_answer_gives_200_with_new_etag(client):
    before = client.get(JOBS).headers["etag"]
    submit(client)
    after = client.get(JOBS, headers={"If-None-Match": before})
    assert (after.status_code, len(after.json()["jobs"])) == (200, 1)
    assert after.headers["etag"] != before


def test_etags_of_other_filters_differ(client):
    submit(client)
    etags = {client.get(JOBS, params=params).headers["etag"] for params in ({}, {"limit": 7}, {"details": True})}
    assert len(etags) == 3


def test_known_list_answered_before_its_page_is_made(client, backend, monkeypatch):
    etag = client.get(JOBS).headers["etag"]
    found = backend.find_jobs(backend.queues.account("default"), JobFilter())

    def unmade():
        raise AssertionError("the page was made")

    monkeypatch.setattr(found, "page", unmade)
    monkeypatch.setattr(backend, "find_jobs", lambda *_: found)
    assert client.get(JOBS, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("form", ["{strong}", 'W/"other", {weak}', "*", " {weak} "])
def test_if_none_match_compared_weakly_in_lists(client, form):
    weak = client.get(JOBS).headers["etag"]
    known = form.format(weak=weak, strong=weak.removeprefix("W/"))
    assert client.get(JOBS, headers={"If-None-Match": known}).status_code == 304


def test_if_none_match_of_other_tag_gives_200(client):
    assert client.get(JOBS, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_if_none_match_without_rights_gets_the_error(client):
    known = {"If-None-Match": "*"}
    assert client.get(JOBS, headers={"Authorization": "Bearer nil", **known}).status_code == 404
    assert client.get(JOBS, headers={"Authorization": "", **known}).status_code == 401


def test_error_page_upload_url_and_post_have_no_etag(client):
    page = client.get("/v1/workflows/vod/runs/normal__j1/page")
    upload = client.get("/v1/accounts/default/upload-urls/a.mp4")
    missing = client.get(f"{JOBS}/{'0' * 32}")
    assert [answer.status_code for answer in (page, upload, missing)] == [200, 200, 404]
    assert all("etag" not in answer.headers for answer in (page, upload, missing, submit(client)))
    assert upload.headers["cache-control"] == "no-store"
