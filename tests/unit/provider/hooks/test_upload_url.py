import json
from urllib.parse import parse_qs, urlsplit

import pytest

from airflow_provider_media.hooks.media import MediaHook

EXTRA = {
    "endpoint_url": "http://127.0.0.1:9",
    "region_name": "us-east-1",
    "config_kwargs": {"s3": {"addressing_style": "path"}},
}


@pytest.fixture
def connection(monkeypatch):
    told = {"conn_type": "aws", "login": "AKIDEXAMPLE", "password": "hunter2", "extra": EXTRA}
    monkeypatch.setenv("AIRFLOW_CONN_PLACE", json.dumps(told))
    return "place"


def test_upload_url_signed_v4_for_every_region_keeps_connection_settings(connection):
    url = MediaHook(connection).storage("s3://media-in/").upload_url("s3://media-in/uploads/my clip.mp4", seconds=60)
    asked = parse_qs(urlsplit(url).query)
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert asked["X-Amz-Expires"] == ["60"]
    assert url.startswith("http://127.0.0.1:9/media-in/uploads/my%20clip.mp4?")
    assert "hunter2" not in url
