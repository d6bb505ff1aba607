"""Published files in a private bucket, by the whole API."""

import json
import urllib.request

import pytest

from airflow_provider_media.core.publication.published_files import FileAnswer
from tests.unit.provider.job_store.conftest import dags, queues, tables  # noqa: F401 - fixtures

pytestmark = pytest.mark.integration
FILES = {"hls/master.m3u8": b"#EXTM3U", "hls/1.m4s": b"segment", "film.mp4": b"film"}


@pytest.fixture
def job(queues, s3_server, monkeypatch):  # noqa: F811 - a fixture
    from airflow.models import TaskInstance
    from sqlalchemy import select

    from airflow_provider_media.hooks import media
    from airflow_provider_media.job_store.dag_runs import push_xcom

    extra = {"endpoint_url": s3_server.endpoint, "region_name": "us-east-1"}
    connection = {"conn_type": "aws", "login": "test", "password": "test", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(connection))
    monkeypatch.setenv("AIRFLOW__API__SECRET_KEY", "a secret of this test")
    media._kept_hook.cache_clear()
    job_id = queues.submit(output="s3://private/out/").id
    client = s3_server.client()
    client.create_bucket(Bucket="private")
    for name, content in FILES.items():
        client.put_object(Bucket="private", Key=f"out/{name}", Body=content)
    outputs = [
        {"output": "hls", "file": name, "uri": f"s3://private/out/{name}", "size": 1, "sha256": "", "media_type": "x/y"}
        for name in FILES
    ]
    key = f"out/.media/jobs/{job_id}/manifest.json"
    manifest = {"job_id": job_id, "workflow": "clip", "workflow_hash": "h", "source": {}, "uri": f"s3://private/{key}"}
    client.put_object(Bucket="private", Key=key, Body=json.dumps({**manifest, "outputs": outputs}).encode())
    queues.admit()
    run_id = queues.work(job_id, "success")
    with queues.session() as session:
        ours = (TaskInstance.run_id == run_id, TaskInstance.task_id == "publish")
        task = session.scalar(select(TaskInstance).where(*ours))
        push_xcom(task, "return_value", value={"manifest": manifest["uri"]}, session=session)
    queues.end(job_id)
    yield job_id
    media._kept_hook.cache_clear()


def read(queues, job_id, path) -> FileAnswer:  # noqa: F811 - a fixture
    from airflow_provider_media.job_store.published_files import read_file

    return read_file(queues.account(), job_id, path)


@pytest.mark.parametrize(("path", "content"), [("hls/master.m3u8", b"#EXTM3U"), ("hls/1.m4s", b"segment")])
def test_package_in_private_bucket_answered_by_bytes(queues, job, path, content):  # noqa: F811
    answer = read(queues, job, path)
    assert (answer.content, answer.url) == (content, None)


def test_film_in_private_bucket_answered_by_working_signed_url(queues, job):  # noqa: F811 - a fixture
    answer = read(queues, job, "film.mp4")
    assert answer.content is None
    assert "Signature=" in answer.url
    with urllib.request.urlopen(answer.url) as response:
        assert response.read() == b"film"
