"""What runs have published is looked at by those who may."""

import pytest

PAGE = "/v1/workflows/vod/runs/normal__j1/page"


def as_user(user):
    return {"Authorization": f"Bearer {user}"}


def test_the_page_shows_what_the_run_has_published_by_signed_addresses(client):
    answer = client.get(PAGE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>a film.mp4</h1>" in answer.text
    assert '<img src="https://signed.example/1.jpg?sig=1"' in answer.text


def test_nobody_keeps_the_page_or_learns_where_a_link_came_from(client):
    headers = client.get(PAGE).headers
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(("user", "page"), [("vic", PAGE), ("nil", PAGE), ("ann", "/v1/workflows/vod/runs/none/page")])
def test_whoever_may_not_look_is_told_what_is_told_where_there_is_nothing(client, user, page):
    answer = client.get(page, headers=as_user(user))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "nothing_published")
