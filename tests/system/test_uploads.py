"""Uploads that a queue tells of, in the real Airflow: nothing is lost and nothing doubled, whatever is killed on the
way.
"""

import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from airflow_provider_media.core.submission.names import job_id_of_upload
from demo import airflow_home
from demo.component import start
from demo.stack import ROOT, Stack
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.system, pytest.mark.long, pytest.mark.timeout(900)]

UPLOADS, TWICE, KILLS = 1000, 200, 10
# The slots are never given, so all jobs wait. Duplicates are received only where there is room, so there is more than
# is needed.
QUEUES = {"accounts": {"default": {"limits": {"active": 1, "waiting": {"normal": UPLOADS + 50}}}}}
WORKFLOW = """\
name: told
outputs: {poster: {preset: poster}}
output: {location: 's3://media-out/'}
trigger: {bucket: media-in, prefix: uploads/, connection: media_s3, events: sqs, queue: '%s'}
"""
POISON = ["{", '{"hello": "world"}', '{"Records": [{"eventName": "ObjectCreated:Put"}]}']
TEST = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "media-in"})
OPTIONS = {
    "triggerer.job_heartbeat_sec": "1",
    "triggerer.triggerer_health_check_threshold": "4",  # how late the triggers of a killed one are taken up
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project without workflows yet: they name a queue, whose address is known once it is there."""
    top, include = tmp_path_factory.mktemp("uploads"), {"queues.yaml": json.dumps(QUEUES)}
    return lay_out_project(top, "media_ingest.py", include=include, folders=("include/workflows",))


@pytest.fixture(scope="module")
def stack(place: Path) -> Iterator[Stack]:
    with project_stack(place, options=OPTIONS, dag_ids=["media_ingest_normal"]) as running:
        running.api("PATCH", "dags/media_ingest_normal", {"is_paused": True})
        yield running


@pytest.fixture(scope="module")
def sqs(stack: Stack) -> Any:
    import boto3

    from demo import ministack

    return boto3.client(
        "sqs", endpoint_url=stack.s3_endpoint, region_name=ministack.REGION, aws_access_key_id=ministack.KEY_ID,
        aws_secret_access_key=ministack.SECRET,
    )  # fmt: skip


def make_queue(sqs: Any, name: str, **attributes: str) -> str:
    return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]


def arn(sqs: Any, queue: str) -> str:
    return sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def left(sqs: Any, queue: str) -> int:
    told = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    return int(told["ApproximateNumberOfMessages"]) + int(told["ApproximateNumberOfMessagesNotVisible"])


def event(number: int) -> str:
    thing = {"key": f"uploads/film+{number}.mp4", "eTag": f"{number:032x}", "sequencer": f"{number:016X}"}
    record = {
        "eventName": "ObjectCreated:Put",
        "eventSource": "aws:s3",
        "s3": {"bucket": {"name": "media-in"}, "object": thing},
    }
    return json.dumps({"Records": [record]})


def job_of(number: int) -> str:
    version = f"{number:032x}-{number:016X}"
    return job_id_of_upload("default", "told", "media-in", f"uploads/film {number}.mp4", version)


def send(sqs: Any, queue: str, bodies: list[str]) -> None:
    for first in range(0, len(bodies), 10):
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies[first : first + 10])]
        assert not sqs.send_message_batch(QueueUrl=queue, Entries=entries).get("Failed")


def count_jobs(stack: Stack) -> int:
    return stack.api("GET", "dags/media_ingest_normal/dagRuns?limit=1")["total_entries"]


def jobs(stack: Stack) -> list[str]:
    pages = (
        stack.api("GET", f"dags/media_ingest_normal/dagRuns?limit=100&offset={offset}")
        for offset in range(0, UPLOADS + 200, 100)
    )
    return [run["dag_run_id"].removeprefix("normal__") for page in pages for run in page["dag_runs"]]


def is_waiting(stack: Stack) -> bool:
    """Whether the drain waits in the triggerer."""
    runs = stack.api("GET", "dags/media_uploads/dagRuns?order_by=-id&limit=1")["dag_runs"]
    tasks = (
        stack.api("GET", f"dags/media_uploads/dagRuns/{runs[0]['dag_run_id']}/taskInstances")["task_instances"]
        if runs
        else []
    )
    return [task["state"] for task in tasks] == ["deferred"]


def kill_worker(stack: Stack) -> bool:
    """Kill the process in which the drain submits and deletes; False where there is none just now."""
    scheduler = psutil.Process(stack.components["scheduler"].process.pid)
    for process in scheduler.children(recursive=True):
        try:
            if re.fullmatch(r"airflow worker -- [0-9a-f-]{36}", " ".join(process.cmdline()).strip()):
                process.kill()
                return True
        except psutil.NoSuchProcess:
            continue
    return False


def kill_triggerer(stack: Stack) -> None:
    """Kill the triggerer, and start another one."""
    killed = stack.components["triggerer"]
    psutil.Process(killed.pid()).kill()
    killed.release()
    killed.join()
    argv = airflow_home.command("triggerer", 0)
    stack.components["triggerer"] = start(
        "triggerer", argv, environment=stack.environment, logs=stack.home / "logs" / "components", directory=stack.home
    )


def test_thousand_uploads_become_thousand_jobs_despite_ten_drain_kills(stack: Stack, place: Path, sqs: Any) -> None:
    dead = make_queue(sqs, "dead")
    redrive = json.dumps({"deadLetterTargetArn": arn(sqs, dead), "maxReceiveCount": "12"})
    queue = make_queue(sqs, "told", VisibilityTimeout="5", RedrivePolicy=redrive)
    bodies = [event(number) for number in range(UPLOADS)]
    told = [*bodies, *bodies[:TWICE], *POISON, TEST]
    random.Random(7).shuffle(told)
    send(sqs, queue, told)
    (place / "include" / "workflows" / "told.yaml").write_text(WORKFLOW % queue)
    shutil.copy(ROOT / "dags" / "media_uploads.py", place / "dags")
    stack.wait_for_dag("media_uploads", 120)

    for _ in range(KILLS // 2):
        some = min(count_jobs(stack) + 40, UPLOADS - 200)
        stack.wait_until(lambda some=some: count_jobs(stack) >= some, what=f"{some} jobs", timeout_seconds=120)
        stack.wait_until(lambda: kill_worker(stack), what="a worker to be at work", timeout_seconds=120)
        stack.wait_until(lambda: is_waiting(stack), what="the drain to wait", timeout_seconds=120)
        kill_triggerer(stack)

    stack.wait_until(lambda: left(sqs, queue) == 0, what="the queue to be empty", timeout_seconds=500)
    made = jobs(stack)
    assert len(made) == len(set(made)) == UPLOADS
    assert set(made) == {job_of(number) for number in range(UPLOADS)}
    buried = [
        each["Body"]
        for _ in range(3)
        for each in sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10).get("Messages", ())
    ]
    assert sorted(buried) == sorted(POISON)
