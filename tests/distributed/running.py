"""A real Airflow on a real PostgreSQL, with accounts and workflows for the tests and the benchmarks of the queues."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.job import make_buckets
from demo.stack import ROOT, Stack
from tests.distributed.postgres import installed, postgres
from tests.stacks import lay_out_project, project_stack

HERE = Path(__file__).parent
FAST = 100_000
"""Requests a second that no test makes: a limit of its own has its own tests."""
QUEUES = {
    "accounts": {
        "default": {"workflow": "vod", "requests_per_second": FAST},
        "ten": {"workflow": "vod", "requests_per_second": FAST, "limits": {"active": 5}},
        "drain": {"workflow": "quick", "requests_per_second": FAST, "limits": {"active": 3}},
        "one": {"workflow": "quick", "requests_per_second": FAST},
        "patient": {"workflow": "quick", "requests_per_second": FAST, "paused_workflows": "wait"},
        "second": {"workflow": "quick", "requests_per_second": FAST},
    }
}
OUTPUT = "output: {location: s3://media-out/, connection: media_s3}\n"
FACTS = "name: %s\noutputs:\n  facts: {kind: probe_report}\n" + OUTPUT
WORKFLOWS = {
    "hold": FACTS % "hold",
    "quick": FACTS % "quick",
    # Slow enough that it is surely still at work when it is cancelled.
    "slow": (
        "name: slow\noutputs:\n  film: {kind: transcode, container: mkv, video: {codec: av1, speed: slow, height: 1080,"
        " crf: 20}, audio: drop}\n" + OUTPUT
    ),
    "clip": (
        "name: clip\noutputs:\n  mp4: {kind: transcode, container: mp4, video: {codec: h264, height: 180}, audio:"
        " {codec: aac}}\n" + OUTPUT
    ),
}


def lay_out(top: Path) -> Path:
    """A folder like the repository: its queues for our accounts, its workflows, and some more."""
    shutil.copytree(ROOT / "include", top / "include")
    workflows = {f"workflows/{name}.yaml": text for name, text in WORKFLOWS.items()}
    include = {**workflows, "queues.yaml": json.dumps(QUEUES)}
    return lay_out_project(top, "media_ingest.py", "media_announce.py", HERE / "hold_dags.py", include=include)


@contextmanager
def running(top: Path, **options: str) -> Iterator[Stack]:
    """The stack for the length of a ``with`` block; skips where there is no PostgreSQL."""
    if not installed():
        pytest.skip("PostgreSQL is not installed")
    with (
        postgres(top / "postgres") as url,
        running_on(top, **{"database.sql_alchemy_conn": url, **options}) as stack,
    ):
        yield stack


@contextmanager
def running_on(top: Path, **options: str) -> Iterator[Stack]:
    """The same stack on the database that the options name: SQLite where they name none."""
    project = lay_out(top / "project")
    with project_stack(
        project, home=top / "home", options={"media.work_directory": str(top / "work"), **options}
    ) as stack:
        for account in ("", *(f"__{name}" for name in QUEUES["accounts"] if name != "default")):
            for priority in ("normal", "low"):
                stack.wait_for_dag(f"media_ingest_{priority}{account}", timeout_seconds=120)
        for name in ("vod", "hold", "quick", "clip", "slow", "announce"):
            stack.wait_for_dag(f"media_{name}", timeout_seconds=120)
        make_buckets(stack)
        # For its first task Airflow builds its execution API, during which the server answers nobody for seconds.
        stack.wait_for_dag("bare_chain")
        stack.api("POST", "dags/bare_chain/dagRuns", {"dag_run_id": "warm", "logical_date": None})
        stack.wait_for_run("bare_chain", "warm", timeout_seconds=180)
        yield stack
