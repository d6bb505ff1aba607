"""What runs have published is looked at by those who may."""

import pytest

PAGE = "/v1/workflows/vod/runs/normal__j1/page"


def as_user(user):
    return {"Authorization": f"Bearer {user}"}


def test_publication_page_shows_outputs_of_run_by_signed_urls(client):
    answer = client.get(PAGE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>a film.mp4</h1>" in answer.text
    assert '<img src="https://signed.example/1.jpg?sig=1"' in answer.text


def test_publication_page_is_not_cached_and_sends_no_referrer(client):
    headers = client.get(PAGE).headers
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(("user", "page"), [("vic", PAGE), ("nil", PAGE), ("ann", "/v1/workflows/vod/runs/none/page")])
def test_publication_page_hidden_from_user_answered_like_nothing_published(client, user, page):
    answer = client.get(page, headers=as_user(user))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "nothing_published")
