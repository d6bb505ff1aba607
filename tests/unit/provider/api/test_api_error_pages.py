"""Errors of pages are pages for browsers, and JSON for other clients."""

import re

import pytest

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
PUBLICATION = "/v1/workflows/vod/runs/{}/page"
EXECUTION = "/v1/state-machines/review/executions/{}/page"
PAGES = [
    (PUBLICATION, "nothing_published", "Wait until the run has published, then ask again."),
    (EXECUTION, "execution_unknown", "Check the execution&#39;s id and the state machine&#39;s name."),
]


def opened(client, address, **headers):
    return client.get(address, headers={"Accept": BROWSER, **headers})


def links(answer):
    return re.findall(r'<a href="([^"]*)">([^<]*)</a>', answer.text)


@pytest.mark.parametrize(("address", "code", "advice"), PAGES)
def test_error_of_page_is_a_page_for_browsers(client, address, code, advice):
    answer = opened(client, address.format("none"))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert f"<code>{code}</code>" in answer.text
    assert advice in answer.text
    assert ("/plugin/media", "Open the media console") in links(answer)


@pytest.mark.parametrize(("address", "code", "advice"), PAGES)
@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html;q=0", "text/html; q=0.000", "text/htmlx", ""])
def test_error_of_page_stays_json_for_other_clients(client, address, code, advice, accept):
    answer = opened(client, address.format("none"), Accept=accept)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, code)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("address", ["/v1/accounts/nowhere/jobs", EXECUTION.replace("/page", "/states"), "/v2/page"])
def test_errors_of_other_routes_stay_json_for_browsers(client, address):
    assert opened(client, address.format("none")).json()["error"]["code"]


def test_error_pages_lead_to_executions_and_to_the_run(client):
    publication = links(opened(client, "/v1/workflows/vod/runs/manual__2026-12-01T00:00:00+00:00/page"))
    assert ("/dags/media_vod/runs/manual__2026-12-01T00%3A00%3A00%2B00%3A00", "The run in Airflow") in publication
    assert ("/plugin/media/machines/review", "Executions of review") in links(opened(client, EXECUTION.format("none")))


def test_error_page_keeps_base_path_of_airflow(app):
    from fastapi.testclient import TestClient

    client = TestClient(app, root_path="/team/airflow/media", headers={"Authorization": "Bearer ann"})
    hrefs = [href for href, _ in links(opened(client, EXECUTION.format("none")))]
    assert "/team/airflow/plugin/media" in hrefs
    assert all(href.startswith("/team/airflow/") for href in hrefs)


def test_error_page_leads_anonymous_browser_to_sign_in_and_back(client):
    answer = opened(client, EXECUTION.format("none"), Authorization="")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    ((href, text),) = links(answer)
    assert (text, href.partition("?")[0]) == ("Sign in", "/api/v2/auth/login")
    assert href.endswith("?next=%2Fmedia%2Fv1%2Fstate-machines%2Freview%2Fexecutions%2Fnone%2Fpage")
    assert "Bearer" not in answer.text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"])
@pytest.mark.parametrize("address", ["/v1/workflows/{}/runs/none/page", "/v1/state-machines/{}/executions/none/page"])
def test_error_page_escapes_what_stands_in_the_address(client, address, name):
    from urllib.parse import quote

    answer = opened(client, address.format(quote(name, safe="")))
    assert answer.status_code == 404
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert all(href.startswith("/") and not href.startswith("//") for href, _ in links(answer))


def test_error_page_loads_nothing_and_is_not_kept(client):
    answer = opened(client, EXECUTION.format("none"))
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "prefers-color-scheme: dark" in answer.text
    assert not re.search(r"""(src|url)\s*[=(]|https?:""", answer.text)


def test_surprise_on_a_page_is_a_page_without_its_words(app, backend, monkeypatch):
    from fastapi.testclient import TestClient

    def broken(*_):
        raise RuntimeError("hunter2")

    monkeypatch.setattr(backend, "read_publication", broken)
    client = TestClient(app, raise_server_exceptions=False, headers={"Authorization": "Bearer ann"}, root_path="/media")
    answer = opened(client, PUBLICATION.format("normal__j1"))
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert "hunter2" not in answer.text
