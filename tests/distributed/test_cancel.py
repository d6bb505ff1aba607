"""Cancelling a real job that is at work in S3."""

from pathlib import Path

import psutil
import pytest

from demo.job import OUTPUTS, UPLOADS, s3
from demo.stack import Stack
from tests import media
from tests.distributed.crowd import crowd, submission

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(600)]


def tools(stack: Stack) -> set[psutil.Process]:
    """The ffmpegs of this stack."""
    scheduler = psutil.Process(stack.components["scheduler"].process.pid)
    return {process for process in scheduler.children(recursive=True) if "ffmpeg" in name(process)}


def name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def test_a_cancelled_job_leaves_no_process_no_file_and_no_upload(stack: Stack, headers: dict[str, str], tmp_path: Path) -> None:
    film = media.clip(tmp_path / "film.mp4", width=320, height=180, seconds=150)
    s3(stack).upload_file(str(film), UPLOADS, "film.mp4")
    path, body = submission("second", 1, workflow="slow")
    (answer,) = crowd(stack.airflow_url, headers, [(path, {**body, "source": f"s3://{UPLOADS}/film.mp4"})], clients=1)
    job = f"/media/v1/accounts/second/jobs/{answer.body['id']}"
    stack.wait_until(
        lambda: (stack.api("GET", job)["progress"] or {}).get("stage") == "encode" and bool(tools(stack)),
        what="the encode to tell its progress",
        timeout_seconds=120,
    )
    mine = tools(stack)
    assert stack.api("POST", f"{job}/cancel")["state"] in {"running", "cancelled"}
    _, alive = psutil.wait_procs(mine, timeout=10)
    assert alive == []
    stack.wait_until(lambda: stack.api("GET", job)["state"] == "cancelled", what="the job to be cancelled", timeout_seconds=60)
    work = stack.api("GET", f"dags/media_slow/dagRuns/normal__{answer.body['id']}/taskInstances")["task_instances"]
    assert {task["state"] for task in work if task["task_id"] in {"encode", "package", "publish"}} <= {
        "failed",
        "skipped",
        "upstream_failed",
    }
    assert tools(stack) == set()
    assert [each["Key"] for each in s3(stack).list_objects_v2(Bucket=OUTPUTS).get("Contents", []) if each["Key"].endswith(".mkv")] == []
    assert s3(stack).list_multipart_uploads(Bucket=OUTPUTS).get("Uploads", []) == []
    assert list((stack.home.parent / "work").rglob("*.mkv")) == []
