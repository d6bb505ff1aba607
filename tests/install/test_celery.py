"""The services of docker-compose.yaml from packages, with its settings and its commands: one job, and the order
of ten.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.job import s3
from demo.stack import ROOT, Stack
from tests import media
from tests.install.new_user import Installed
from tests.install.topology import is_possible, topology

pytestmark = [pytest.mark.distributed, pytest.mark.timeout(900)]
# No trigger: its sources are read by the connection of its outputs, as the file has no aws_default.
WORKFLOW = """
name: clip
outputs:
  mp4: {kind: transcode, container: mp4, video: {codec: h264, height: 90}, audio: drop}
  poster: {kind: snapshots, at: [0]}
output: {location: s3://media-out/clip/, connection: media_s3}
"""
TWO_CORES = {"WORKER_PROCESSES": "1", "WORK_SLOTS": "2"}
"""An encode at a time, and one task that waits at the worker for its turn."""
JOBS = "/media/v1/accounts/default"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("celery-project")
    for name in ("dags", "include"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "include" / "workflows" / "clip.yaml").write_text(WORKFLOW)
    return folder


@pytest.fixture(scope="module")
def stack(installed: Installed, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if not is_possible():
        pytest.skip("Redis or PostgreSQL is not installed")
    # The clip is short: its stages would go through in one task, on one worker.
    apart = {"AIRFLOW__MEDIA__ONE_TASK_SECONDS": "0"}
    top = tmp_path_factory.mktemp("celery")
    with topology(top, installed, project=project, variables=TWO_CORES, **apart) as running:
        running.wait_for_dag("media_clip", timeout_seconds=120)
        running.wait_for_dag("media_ingest_normal", timeout_seconds=120)
        yield running


def submit(stack: Stack, key: str) -> str:
    body = {"source": f"s3://media-in/{key}", "workflow": "clip"}
    return str(stack.api("POST", f"{JOBS}/ingest-requests", body)["id"])


def upload(stack: Stack, tmp_path: Path, number: int) -> str:
    """A clip that no other job has: nothing of it is found finished."""
    clip = media.clip(tmp_path / f"{number}.mp4", seconds=1 + number / 25)
    s3(stack).upload_file(str(clip), "media-in", clip.name)
    return clip.name


def job(stack: Stack, job_id: str) -> dict[str, str]:
    found: dict[str, str] = stack.api("GET", f"{JOBS}/jobs/{job_id}")
    return found


def has_ended(stack: Stack, job_id: str) -> bool:
    return job(stack, job_id)["state"] not in {"waiting", "running"}


def tasks(stack: Stack, job_id: str) -> dict[str, dict[str, str]]:
    found = stack.api("GET", f"dags/media_clip/dagRuns/normal__{job_id}/taskInstances")["task_instances"]
    return {task["task_id"]: task for task in found}


def test_job_succeeds_with_tools_and_short_tasks_on_separate_workers(stack: Stack, tmp_path: Path) -> None:
    one = submit(stack, upload(stack, tmp_path, 0))
    stack.wait_until(lambda: has_ended(stack, one), what="the job", timeout_seconds=300)
    ended = job(stack, one)
    assert (ended["state"], ended["errors"]) == ("succeeded", [])
    queues = {name: task["queue"] for name, task in tasks(stack, one).items()}
    assert queues == {"probe": "media", "plan": "default", "encode": "media", "package": "media", "publish": "default"}
    assert {task["pool"] for task in tasks(stack, one).values()} == {"media_work"}
    served = s3(stack).list_objects_v2(Bucket="media-out", Prefix="clip/")["Contents"]
    assert {".mp4", ".jpg"} <= {Path(each["Key"]).suffix for each in served}


@pytest.mark.parametrize("name", ["worker", "worker-short"])
def test_a_worker_imports_what_tasks_import_once_before_it_forks(stack: Stack, name: str) -> None:
    importing = re.findall(r"Process (\d+) has imported what tasks", stack.components[name].log.read_text())
    assert importing == [str(stack.components[name].pid())]


def doctor(stack: Stack, installed: Installed) -> tuple[int, list[dict[str, str]]]:
    done = installed.run(
        "airflow", "media", "doctor", "--json", environment=stack.environment, cwd=stack.home, check=False
    )
    return done.returncode, json.loads(done.stdout)


def test_doctor_names_a_bucket_that_is_missing_and_nothing_else(stack: Stack, installed: Installed) -> None:
    code, found = doctor(stack, installed)
    wrong = [one for one in found if one["status"] == "error"]
    assert (code, [one["check"] for one in wrong]) == (2, ["connection media_s3"]), wrong
    assert wrong[0]["message"].startswith("s3://media-archive/: There is no bucket")
    s3(stack).create_bucket(Bucket="media-archive")
    code, found = doctor(stack, installed)
    assert (code, [one for one in found if one["status"] == "error"]) == (0, [])
    assert {one["status"] for one in found if one["check"] == "celery"} == {"ok"}
