"""How soon a clip of one second is announced after its submission, on an idle stack, beside a bare chain of tasks."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from demo.job import s3
from demo.stack import Stack
from tests import media
from tests.distributed.crowd import crowd, sign_in, submission
from tests.distributed.running import running, running_on
from tests.receiver import Receiver, receiver

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]
ROUNDS = 7
BASES = {"PostgreSQL": running, "SQLite": running_on}


@pytest.fixture(scope="module")
def sink() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


@pytest.mark.parametrize("seconds", ["5", "0"], ids=["one task", "a task for each stage"])
@pytest.mark.parametrize("base", BASES)
def test_clip_of_one_second_is_announced_soon(
    base: str, seconds: str, sink: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = {"media.announce_allow": sink.address, "media.one_task_seconds": seconds}
    stack: AbstractContextManager[Stack] = BASES[base](tmp_path, **options)
    with stack as started:
        headers, clip = sign_in(started), media.clip(tmp_path / "clip.mp4", seconds=1)
        told = [announced_after(started, headers, clip, sink, number) for number in range(ROUNDS)]
        bare = bare_chain(started)
    with capsys.disabled():
        print(
            f"\n\n{base}, one_task_seconds {seconds}: submission to announcement of a clip of one second: median"
            f" {median(told):.1f} s, {min(told):.1f} to {max(told):.1f} s; a bare chain of seven tasks that do nothing:"
            f" {bare:.1f} s"
        )


def announced_after(stack: Stack, headers: dict[str, str], clip: Path, sink: Receiver, number: int) -> float:
    """Seconds from the submission of a clip to the arrival of its announcement; all is idle before and after."""
    s3(stack).upload_file(str(clip), "media-in", f"{number}.mp4")
    path, body = submission("second", number, workflow="clip")
    before, began = len(sink.received), time.time()
    (answer,) = crowd(stack.airflow_url, headers, [(path, {**body, "notify": [{"url": sink.url("/ok")}]})], clients=1)
    stack.wait_until(lambda: len(sink.received) > before, what="the announcement", timeout_seconds=120)
    job = stack.api("GET", f"/media/v1/accounts/second/jobs/{answer.body['id']}")
    assert job["state"] == "succeeded", job
    stack.wait_for_run("media_announce", f"{answer.body['id']}__succeeded", 60)
    return sink.received[before].came - began


def bare_chain(stack: Stack) -> float:
    """Seconds that seven tasks take which do nothing, one after the other."""
    stack.api("POST", "dags/bare_chain/dagRuns", {"dag_run_id": "chain", "logical_date": None})
    chain: dict[str, Any] = stack.wait_for_run("bare_chain", "chain", 120)
    return (datetime.fromisoformat(chain["end_date"]) - datetime.fromisoformat(chain["queued_at"])).total_seconds()
