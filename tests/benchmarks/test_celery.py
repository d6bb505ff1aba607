"""Ten jobs on the Celery topology from packages: in which order they end, and what a task costs with and without
preloading.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median

import pytest

from demo.stack import ROOT, Stack
from tests.install.new_user import Installed, install
from tests.install.test_celery import TWO_CORES, has_ended, job, submit, upload
from tests.install.topology import is_possible, topology

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(2400)]
JOBS = 10
WORKFLOW = """
name: clip
outputs:
  mp4: {kind: transcode, container: mp4, video: {codec: h264, height: 180}, audio: {codec: aac}}
  poster: {kind: snapshots, at: [0]}
  ladder:
    kind: ladder
    renditions: [{short_side: 180, max_bitrate: 400_000}, {short_side: 90, max_bitrate: 150_000}]
    segment_seconds: 1
    speed: fastest
output: {location: s3://media-out/clip/, connection: media_s3}
"""
PARSED = re.compile(r'"dag_file_parse_ms":(\d+)')


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("new-user"), "airflow", "celery")


@contextmanager
def running(top: Path, installed: Installed, **options: str) -> Iterator[Stack]:
    if not is_possible():
        pytest.skip("Redis or PostgreSQL is not installed")
    project = top / "project"
    for name in ("dags", "include"):
        shutil.copytree(ROOT / name, project / name)
    (project / "include" / "workflows" / "clip.yaml").write_text(WORKFLOW)
    (top / "run").mkdir()
    with topology(top / "run", installed, project=project, variables=TWO_CORES, **options) as stack:
        for dag in ("media_clip", "media_ingest_normal"):
            stack.wait_for_dag(dag, timeout_seconds=180)
        yield stack


def done(stack: Stack, tmp_path: Path, numbers: range) -> list[float]:
    """Seconds after which each of some jobs, submitted together, has ended well."""
    keys = [upload(stack, tmp_path, number) for number in numbers]
    began = time.time()
    jobs = [submit(stack, key) for key in keys]
    stack.wait_until(lambda: all(has_ended(stack, one) for one in jobs), what="all jobs", timeout_seconds=1200)
    assert {job(stack, one)["state"] for one in jobs} == {"succeeded"}
    return sorted(datetime.fromisoformat(job(stack, one)["ended_at"]).timestamp() - began for one in jobs)


def parse_seconds(stack: Stack) -> float:
    """What a task of a job spends on its DAG file, at the median."""
    logs = (path.read_text() for path in (stack.home / "logs" / "dag_id=media_clip").rglob("*.log"))
    return median(int(found) for text in logs for found in PARSED.findall(text)) / 1000


def test_first_of_ten_jobs_ends_within_quarter_of_total_time(installed: Installed, tmp_path: Path) -> None:
    with running(tmp_path, installed) as stack:
        done(stack, tmp_path, range(1))  # the first task of all pays for what no other one does
        ends = done(stack, tmp_path, range(1, JOBS + 1))
        print(
            f"\nends: {' '.join(f'{seconds:.0f}' for seconds in ends)} s; DAG file of a task:"
            f" {parse_seconds(stack):.2f} s"
        )
    assert ends[0] < ends[-1] / 4


def test_preloading_removes_most_of_dag_file_time_from_task(installed: Installed, tmp_path: Path) -> None:
    seconds = {}
    for name, options in {"without": {"AIRFLOW__CELERY__EXTRA_CELERY_CONFIG": "{}"}, "with": {}}.items():
        top = tmp_path / name
        top.mkdir()
        with running(top, installed, **options) as stack:
            done(stack, top, range(2))
            seconds[name] = parse_seconds(stack)
    print(f"\nDAG file of a task: {seconds['without']:.2f} s without preloading, {seconds['with']:.2f} s with it")
    assert seconds["with"] < seconds["without"] / 2
