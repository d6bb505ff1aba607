"""Airflow's own buttons for tests: what they ask, and a stack on which they are pressed on jobs and executions at
chosen moments.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo import ministack
from demo.stack import Stack
from tests import media
from tests.distributed.postgres import postgres
from tests.stacks import lay_out_project, project_stack

HERE = Path(__file__).parent
STAGES = ("probe", "plan", "encode", "package", "publish")
WORKFLOW = """\
name: held
notifications: [{sqs: '%s', connection: media_s3, mode: change}]
output: {location: 'file://%s/out/'}
outputs:
  facts: {kind: probe_report}
  poster: {kind: snapshots, at: [0s], width: 32}
"""
CHOICE = {
    "Type": "Choice",
    "Choices": [{"Variable": "$.fail", "BooleanEquals": True, "Next": "Bad"}],
    "Default": "Good",
}
STATES = {
    "Hold": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Which"},
    "Which": CHOICE,
    "Bad": {"Type": "Fail", "Error": "Wanted", "Cause": "It was asked to."},
    "Good": {"Type": "Pass", "End": True},
}
AGAIN = {
    "Type": "Choice",
    "Choices": [{"Variable": "$.again", "BooleanEquals": True, "Next": "Hold"}],
    "Default": "Which",
}
MACHINES = {
    "native": {"StartAt": "Hold", "States": STATES},
    # A way back makes it durable.
    "durable": {"StartAt": "Hold", "States": {**STATES, "Hold": {**STATES["Hold"], "Next": "Again"}, "Again": AGAIN}},
    "express": {"StartAt": "Hold", "States": STATES},
}
"""One machine of each kind: it waits for the seconds of its input, and then succeeds or fails as that says."""


@dataclass(frozen=True, kw_only=True)
class Button:
    """A request of Airflow's pages about one run of a job."""

    name: str
    target: str
    """Which of the job's runs: ``queue`` or ``work``."""
    method: str
    path: str
    body: Mapping[str, Any] | None = None


RUN = "dags/{dag}/dagRuns/{run}"


def buttons_of(target: str, tasks: Iterable[str]) -> Iterator[Button]:
    """All buttons of a run, and of some of its tasks."""
    for state in ("success", "failed", "queued"):
        yield Button(name=f"mark run {state}", target=target, method="PATCH", path=RUN, body={"state": state})
    for task in tasks:
        for state in ("success", "failed", "skipped"):
            path = f"{RUN}/taskInstances/{task}"
            yield Button(
                name=f"mark {task} {state}", target=target, method="PATCH", path=path, body={"new_state": state}
            )
    for task in tasks:
        body = {
            "dry_run": False,
            "dag_run_id": "{run}",
            "task_ids": [task],
            "only_failed": False,
            "include_downstream": True,
        }
        yield Button(
            name=f"clear {task}", target=target, method="POST", path="dags/{dag}/clearTaskInstances", body=body
        )
    for which, only_failed in (("failed tasks", True), ("run", False)):
        body = {"dry_run": False, "only_failed": only_failed}
        yield Button(name=f"clear {which}", target=target, method="POST", path=f"{RUN}/clear", body=body)
    yield Button(name="delete run", target=target, method="DELETE", path=RUN)


@dataclass(kw_only=True)
class Pressed:
    """A job on which buttons were pressed."""

    name: str
    """Of its source."""
    id: str
    moment: str
    tried: list[tuple[Button, int, str]] = field(default_factory=list)
    """What was pressed, and with which status and words it was answered."""
    problems: list[str] = field(default_factory=list)

    @property
    def run(self) -> str:
        return f"normal__{self.id}"


@dataclass(kw_only=True)
class Bench:
    """The stack with its accounts: jobs of ``late`` wait for a slot until the test lets them have one."""

    stack: Stack
    queue_url: str
    top: Path
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What was announced, by the ids of the messages in which it was told first."""

    def account(self, moment: str) -> str:
        return "late" if moment == "waiting" else "default"

    def queue(self, moment: str) -> str:
        return "media_ingest_normal" + ("__late" if moment == "waiting" else "")

    def rest(self, path: str, moment: str) -> str:
        return f"/media/v1/accounts/{self.account(moment)}/{path}"

    def submit(self, name: str, moment: str) -> Pressed:
        source = self.top / "media" / f"{name}.mp4"
        if moment == "failed":
            source.write_text("no film")
        else:
            shutil.copy(self.top / "media" / "clip.mp4", source)
        if moment in STAGES or moment == "cancelled":
            self.hold(name, "probe" if moment == "cancelled" else moment)
        body = {"source": f"file://{source}", "workflow": "held", "output": f"file://{self.top}/out/{name}/"}
        answer = self.stack.api("POST", self.rest("ingest-requests", moment), body)
        return Pressed(name=name, id=answer["id"], moment=moment)

    def hold(self, name: str, stage: str) -> None:
        (self.top / "media" / "held" / f"{name}.{stage}").touch()

    def release(self, job: Pressed) -> None:
        for path in (self.top / "media" / "held").glob(f"{job.name}.*"):
            path.unlink()

    def state(self, job: Pressed) -> dict[str, Any] | None:
        status, answer = self.stack.request("GET", self.rest(f"jobs/{job.id}", job.moment))
        return answer if status == 200 else None

    def run(self, dag_id: str, run_id: str) -> dict[str, Any] | None:
        status, answer = self.stack.request("GET", f"dags/{dag_id}/dagRuns/{run_id}")
        return answer if status == 200 else None

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """The tasks of a run; none where there is no such run."""
        status, answer = self.stack.request("GET", f"dags/{dag_id}/dagRuns/{run_id}/taskInstances")
        return list(answer["task_instances"]) if status == 200 else []

    def is_there(self, job: Pressed) -> bool:
        """Whether a job has come to its moment."""
        now = self.state(job)
        if now is None:
            return False
        if job.moment in STAGES:
            states = (
                {task["task_id"]: task["state"] for task in self.tasks("media_held", job.run)}
                if now["state"] == "running"
                else {}
            )
            return states.get(job.moment) == "running"
        return now["state"] == job.moment and (job.moment == "waiting" or self.is_closed(job))

    def is_closed(self, job: Pressed) -> bool:
        run = self.run(self.queue(job.moment), job.run)
        return run is not None and run["state"] in {"success", "failed"}

    def press(self, button: Button, job: Pressed) -> int:
        dag = self.queue(job.moment) if button.target == "queue" else "media_held"
        status, words = self.ask(button, dag, job.run)
        job.tried.append((button, status, words))
        return status

    def ask(self, button: Button, dag_id: str, run_id: str) -> tuple[int, str]:
        """The status and the words with which a button on a run is answered."""
        body = json.loads(json.dumps(button.body).replace("{run}", run_id)) if button.body is not None else None
        status, answer = self.stack.request(button.method, button.path.format(dag=dag_id, run=run_id), body)
        return status, answer if isinstance(answer, str) else str((answer or {}).get("detail", ""))


@contextmanager
def running_bench(top: Path) -> Iterator[Bench]:
    """The stack for the length of a ``with`` block."""
    limits = {"limits": {"active": 100}, "connections": ["media_s3"]}
    machines = {f"state_machines/{name}.json": json.dumps(definition) for name, definition in MACHINES.items()}
    lay_out_project(
        top,
        "media_ingest.py",
        "media_announce.py",
        "media_state_machines.py",
        "media_state_tasks.py",
        HERE / "held_workflows.py",
        include={
            **machines,
            "state_machines/express.yaml": "type: express",
            "queues.yaml": json.dumps({"accounts": {"default": limits, "late": limits}}),
        },
        folders=("include/workflows", "media/held", "out"),
    )
    media.clip(top / "media" / "clip.mp4", width=64, height=36, seconds=0.4)
    options = {
        "media.local_folders": str(top),
        "media.work_directory": str(top / "work"),
        "media.retries": "0",
        "media.one_task_seconds": "0",  # each stage is held back in a task of its own
        "core.parallelism": "10",  # those that are held take no CPU
    }
    with (
        postgres(top / "postgres") as url,
        project_stack(top, options={**options, "database.sql_alchemy_conn": url}) as running,
    ):
        queue = sqs(running).create_queue(QueueName="told")["QueueUrl"]
        (top / "include" / "workflows" / "held.yaml").write_text(WORKFLOW % (queue, top))
        for dag_id in ("media_ingest_normal", "media_ingest_normal__late", "media_announce", "media_held"):
            running.wait_for_dag(dag_id)
        running.api(
            "PATCH",
            "pools/media_jobs_late?update_mask=slots",
            {"name": "media_jobs_late", "slots": 0, "include_deferred": True},
        )
        for name in MACHINES:
            running.wait_for_dag(f"state_machine_{name}")
        yield Bench(stack=running, queue_url=queue, top=top)


def sqs(stack: Stack) -> Any:
    import boto3

    session = boto3.session.Session(
        aws_access_key_id=ministack.KEY_ID, aws_secret_access_key=ministack.SECRET, region_name=ministack.REGION
    )
    return session.client("sqs", endpoint_url=stack.s3_endpoint)
