from types import SimpleNamespace

import pytest

from airflow_provider_media import links
from airflow_provider_media.links import ManifestLink, OutputsLink, object_url


def test_object_url_opens_aws_console_unless_another_address_is_configured(monkeypatch):
    assert object_url("s3://out/a b/m.json") == "https://console.aws.amazon.com/s3/object/out?prefix=a%20b/m.json"
    monkeypatch.setenv("AIRFLOW__MEDIA__OBJECT_URL", "http://127.0.0.1:9000/{bucket}/{key}")
    assert object_url("s3://out/m.json") == "http://127.0.0.1:9000/out/m.json"


def test_a_file_is_its_own_address():
    assert object_url("file:///srv/out/m.json") == "file:///srv/out/m.json"


@pytest.mark.parametrize(
    ("result", "address"),
    [({"manifest": "file:///srv/m.json"}, "file:///srv/m.json"), ({}, ""), (None, ""), ([1], "")],
)
def test_manifest_link_leads_to_manifest_in_task_result(monkeypatch, result, address):
    monkeypatch.setattr(links.XCom, "get_value", lambda **_: result)
    assert ManifestLink().get_link(None, ti_key=None) == address


def test_outputs_page_link_stays_on_server_it_is_opened_from(monkeypatch):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://example.org/airflow/")
    key = SimpleNamespace(dag_id="media_vod", run_id="manual__2026-11-26T09:00:00+00:00")
    address = "/airflow/media/v1/workflows/vod/runs/manual__2026-11-26T09%3A00%3A00%2B00%3A00/page"
    assert OutputsLink().get_link(None, ti_key=key) == address
