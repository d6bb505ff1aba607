"""Cancelling a real job that is at work in S3."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, text

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


def test_cancelled_job_leaves_no_process_no_file_no_upload(
    stack: Stack, headers: dict[str, str], tmp_path: Path
) -> None:
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
    # A worker hears of the cancellation with its next heartbeat, which a busy machine delays.
    _, alive = psutil.wait_procs(mine, timeout=60)
    assert alive == []
    stack.wait_until(
        lambda: stack.api("GET", job)["state"] == "cancelled", what="the job to be cancelled", timeout_seconds=60
    )
    work = stack.api("GET", f"dags/media_slow/dagRuns/normal__{answer.body['id']}/taskInstances")["task_instances"]
    assert {task["state"] for task in work if task["task_id"] in {"encode", "package", "publish"}} <= {
        "failed",
        "skipped",
        "upstream_failed",
    }
    assert tools(stack) == set()
    assert [
        each["Key"]
        for each in s3(stack).list_objects_v2(Bucket=OUTPUTS).get("Contents", [])
        if each["Key"].endswith(".mkv")
    ] == []
    assert s3(stack).list_multipart_uploads(Bucket=OUTPUTS).get("Uploads", []) == []
    assert list((stack.home.parent / "work").rglob("*.mkv")) == []


def test_cancel_job_waits_for_scheduler_lock_on_run_without_deadlock(stack: Stack, headers: dict[str, str]) -> None:
    path, body = submission("second", 2, workflow="hold")
    (answer,) = crowd(stack.airflow_url, headers, [(path, body)], clients=1)
    job, run = f"/media/v1/accounts/second/jobs/{answer.body['id']}", f"normal__{answer.body['id']}"
    stack.wait_until(
        lambda: stack.request("GET", f"dags/media_hold/dagRuns/{run}")[0] == 200,
        what="the job's work",
        timeout_seconds=60,
    )
    database = create_engine(stack.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"])
    of_run = {"run": run}
    waiting = text("select count(*) from pg_locks where not granted")
    with ThreadPoolExecutor(1) as pool, database.connect() as scheduler:
        # As the scheduler does: the run first, then its tasks.
        scheduler.execute(
            text("select id from dag_run where dag_id = 'media_hold' and run_id = :run for update"), of_run
        )
        cancelling = pool.submit(stack.api, "POST", f"{job}/cancel")
        stack.wait_until(
            lambda: scheduler.scalar(waiting) > 0, what="the cancellation to wait for the run", timeout_seconds=30
        )
        scheduler.execute(text("update task_instance set updated_at = now() where run_id = :run"), of_run)
        scheduler.commit()
        assert cancelling.result(60)["state"] in {"running", "cancelled"}
    stack.wait_until(
        lambda: stack.api("GET", job)["state"] == "cancelled", what="the job to be cancelled", timeout_seconds=60
    )
