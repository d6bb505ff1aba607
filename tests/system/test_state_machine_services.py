"""State machines that wait, start each other, ask people and answer at once, in the real Airflow."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from demo import ministack
from demo.component import wait_until
from demo.job import OUTPUTS, UPLOADS, make_buckets
from demo.stack import ROOT, Stack
from tests import media
from tests.receiver import Receiver
from tests.stacks import lay_out_project, project_stack

pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]
START = "arn:aws:states:::states:startExecution"


def task(resource: str, parameters: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True, **fields}


def one(**states: Any) -> dict[str, Any]:
    return {"StartAt": next(iter(states)), "States": states}


ASK = task(
    "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    {"QueueUrl.$": "$.queue", "MessageBody": {"token.$": "$$.Task.Token", "name.$": "$$.Execution.Name"}},
)
SUBTITLE = task("arn:aws:states:eu-west-1:123456789012:activity:subtitles", {"of.$": "$.of"}, HeartbeatSeconds=4)
CAUGHT = [{"ErrorEquals": ["States.TaskFailed"], "ResultPath": "$.error", "Next": "Caught"}]
MACHINES = {
    "ask": one(Ask=ASK),
    # A way back, so that one task drives it and asks by a run of its own.
    "ask_again": one(
        Ask={**{key: value for key, value in ASK.items() if key != "End"}, "ResultPath": "$.answer", "Next": "Enough"},
        Enough={
            "Type": "Choice",
            "Choices": [{"Variable": "$.answer.again", "BooleanEquals": True, "Next": "Ask"}],
            "Default": "Done",
        },
        Done={"Type": "Succeed"},
    ),
    "film": one(Subtitle=SUBTITLE),
    "film_again": one(
        Subtitle={
            **{key: value for key, value in SUBTITLE.items() if key != "End"},
            "ResultPath": "$.answer",
            "Next": "Enough",
        },
        Enough={
            "Type": "Choice",
            "Choices": [{"Variable": "$.answer.again", "BooleanEquals": True, "Next": "Subtitle"}],
            "Default": "Done",
        },
        Done={"Type": "Succeed"},
    ),
    "parent": one(
        Child=task(
            f"{START}.sync:2",
            {"StateMachineArn.$": "$.child", "Input.$": "$.input"},
            OutputPath="$.Output",
            Catch=CAUGHT,
        ),
        Caught={"Type": "Pass", "End": True},
    ),
    "impatient": one(
        Child=task(
            f"{START}.sync:2",
            {"StateMachineArn": "ask", "Input.$": "$"},
            TimeoutSeconds=3,
            Catch=[{"ErrorEquals": ["States.Timeout"], "Next": "Go on"}],
        ),
        **{"Go on": {"Type": "Wait", "Seconds": 600, "End": True}},
    ),
    "child": one(
        Bad={
            "Type": "Choice",
            "Choices": [{"Variable": "$.bad", "BooleanEquals": True, "Next": "Fail"}],
            "Default": "Done",
        },
        Fail={"Type": "Fail", "Error": "Bad", "Cause": "As you wished."},
        Done={"Type": "Succeed"},
    ),
    "approve": one(
        Ask=task(
            "media:approval",
            {"subject": "Publish it?", "body.$": "States.Format('The film {}', $.film)"},
            Catch=[{"ErrorEquals": ["approval_rejected"], "ResultPath": "$.error", "Next": "Rejected"}],
        ),
        Rejected={"Type": "Pass", "End": True},
    ),
    "call": one(
        Call=task(
            "arn:aws:states:::http:invoke",
            {
                "ApiEndpoint.$": "$.url",
                "Method": "POST",
                "InvocationConfig": {"ConnectionArn": "studio"},
                "RequestBody": {},
            },
            ResultSelector={"status.$": "$.StatusCode"},
        )
    ),
    "greet": one(
        Greet={"Type": "Pass", "Parameters": {"text.$": "States.Format('Good morning, {}', $.name)"}, "End": True}
    ),
}
# A Retry that is never used: around a group it is what no graph of tasks can express.
MACHINES["impatient_in_one_task"] = one(
    All={
        "Type": "Parallel",
        "Branches": [MACHINES["impatient"]],
        "Retry": [{"ErrorEquals": ["Never"]}],
        "End": True,
    }
)
SHIPPED = ("parallel_ladder", "previews", "sliced_transcode")
"""Machines that come with the project."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, sink: Receiver) -> Iterator[Stack]:
    """Airflow with these machines."""
    definitions = {f"state_machines/{name}.json": json.dumps(definition) for name, definition in MACHINES.items()}
    connections = {f"state_machines/{name}.yaml": "connection: media_s3\n" for name in MACHINES}
    express = {f"state_machines/{name}.yaml": "type: express\n" for name in ("call", "greet")}
    include = definitions | connections | express
    top = tmp_path_factory.mktemp("services")
    lay_out_project(top, "media_state_machines.py", "media_state_tasks.py", include=include)
    for name in SHIPPED:
        for file in (ROOT / "include" / "state_machines").glob(f"{name}.*"):
            shutil.copy(file, top / "include" / "state_machines")
    options = {"media.slot_poll_seconds": "0.2", "media.announce_allow": sink.address}
    with project_stack(top, options=options) as running:
        for name in [f"state_machine_{name}" for name in (*MACHINES, *SHIPPED)] + [
            "media_state_wait",
            "media_state_stop",
        ]:
            running.wait_for_dag(name)
            running.api("PATCH", f"dags/{name}", {"is_paused": False})
        yield running


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    answer = httpx.post(f"{stack.airflow_url}/auth/token", json={"username": "admin", "password": stack.password})
    headers = {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}
    with httpx.Client(base_url=f"{stack.airflow_url}/media/v1/", headers=headers, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def queue(stack: Stack) -> "Queue":
    return Queue(stack)


def service(stack: Stack, name: str) -> Any:
    """A client of the local stand-in for AWS."""
    return boto3.client(
        name, endpoint_url=stack.s3_endpoint, region_name=ministack.REGION, aws_access_key_id=ministack.KEY_ID,
        aws_secret_access_key=ministack.SECRET,
    )  # fmt: skip


class Queue:
    """The queue to which machines send their tokens."""

    def __init__(self, stack: Stack) -> None:
        self.sqs = service(stack, "sqs")
        self.url = self.sqs.create_queue(QueueName="questions")["QueueUrl"]

    def token(self, name: str) -> str:
        """The token that an execution has sent."""

        def found() -> str | None:
            for message in self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=1, VisibilityTimeout=1).get(
                "Messages", ()
            ):
                body = json.loads(message["Body"])
                if body["name"] == name:
                    self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                    return str(body["token"])
            return None

        return str(until(found))


def until(found: Callable[[], Any], seconds: float = 90) -> Any:
    return wait_until(found, what="What the test waits for", timeout_seconds=seconds, poll_seconds=0.2)


def start(client: httpx.Client, machine: str, name: str, value: dict[str, Any]) -> None:
    answer = client.post(f"state-machines/{machine}/executions", json={"name": name, "input": value})
    assert answer.status_code == 201, answer.text


def end(client: httpx.Client, machine: str, name: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        told: dict[str, Any] = client.get(f"state-machines/{machine}/executions/{name}").raise_for_status().json()
        return None if told["status"] == "RUNNING" else told

    return dict(until(ended))


def tell(client: httpx.Client, what: str, **body: Any) -> httpx.Response:
    return client.post(f"task-tokens/{what}", json=body)


def asleep(stack: Stack, name: str, task_id: str = "Ask") -> None:
    until(
        lambda: (
            stack.api("GET", f"dags/state_machine_ask/dagRuns/{name}/taskInstances/{task_id}")["state"] == "deferred"
        )
    )


def test_deferred_task_resumes_on_its_callback_and_refuses_a_second(
    stack: Stack, client: httpx.Client, queue: Queue
) -> None:
    start(client, "ask", "one", {"queue": queue.url})
    token = queue.token("one")
    asleep(stack, "one")
    assert tell(client, "heartbeat", token=token).json() == {"dag_id": "state_machine_ask"}
    began = time.monotonic()
    assert tell(client, "success", token=token, output={"approved": [True]}).status_code == 200
    told = end(client, "ask", "one")
    print(f"from answer to end: {time.monotonic() - began:.2f} s")
    assert (told["status"], told["output"]) == ("SUCCEEDED", {"approved": [True]})
    again = tell(client, "failure", token=token, error="Late")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "task_ended")


def test_a_failure_ends_the_execution_with_its_error(client: httpx.Client, queue: Queue) -> None:
    start(client, "ask", "two", {"queue": queue.url})
    assert tell(client, "failure", token=queue.token("two"), error="Rejected", cause="No.").status_code == 200
    told = end(client, "ask", "two")
    assert (told["status"], told["error"], told["cause"]) == ("FAILED", "Rejected", "No.")


def test_machine_with_loop_asks_by_new_child_run_each_time(client: httpx.Client, queue: Queue) -> None:
    start(client, "ask_again", "three", {"queue": queue.url})
    first = queue.token("three")
    assert tell(client, "success", token=first, output={"again": True}).status_code == 200
    second = queue.token("three")
    assert first != second
    assert tell(client, "success", token=second, output={"again": False}).status_code == 200
    assert end(client, "ask_again", "three")["output"]["answer"] == {"again": False}


def take(client: httpx.Client) -> dict[str, Any] | None:
    answer = client.post("activities/subtitles/tasks")
    return answer.raise_for_status().json() if answer.status_code == 200 else None


def test_workers_ask_for_tasks_of_an_activity_and_answer_them(client: httpx.Client) -> None:
    start(client, "film", "four", {"of": "four"})
    task = until(lambda: take(client))
    assert (task["input"], task["dag_id"]) == ({"of": "four"}, "state_machine_film")
    assert take(client) is None
    assert tell(client, "success", token=task["token"], output={"lines": 12}).status_code == 200
    told = end(client, "film", "four")
    assert (told["status"], told["output"]) == ("SUCCEEDED", {"lines": 12})


def test_a_worker_that_falls_silent_loses_the_task(client: httpx.Client) -> None:
    start(client, "film", "five", {"of": "five"})
    task = until(lambda: take(client))
    told = end(client, "film", "five")
    assert (told["status"], told["error"]) == ("FAILED", "States.Timeout")
    assert tell(client, "success", token=task["token"], output=1).json()["error"]["code"] == "task_ended"


def test_machine_with_loop_offers_its_activity_anew_each_time(client: httpx.Client) -> None:
    start(client, "film_again", "six", {"of": "six"})
    for again in (True, False):
        task = until(lambda: take(client))
        assert (task["input"], task["dag_id"]) == ({"of": "six"}, "state_machine_film_again")
        assert tell(client, "success", token=task["token"], output={"again": again}).status_code == 200
    assert end(client, "film_again", "six")["output"]["answer"] == {"again": False}


def test_execution_waits_for_child_execution_and_continues_with_its_output(client: httpx.Client) -> None:
    for name, value in (("good", {"bad": False}), ("bad", {"bad": True})):
        start(client, "parent", name, {"child": "child", "input": value})
    assert end(client, "parent", "good")["output"] == {"bad": False}
    error = end(client, "parent", "bad")["output"]["error"]
    cause = json.loads(error["Cause"])
    assert (error["Error"], cause["Error"], cause["Cause"], cause["Status"]) == (
        "States.TaskFailed",
        "Bad",
        "As you wished.",
        "FAILED",
    )


def test_what_an_execution_waits_for_ends_with_it(stack: Stack, client: httpx.Client, queue: Queue) -> None:
    for name in ("stopped", "failed"):
        start(client, "parent", name, {"child": "ask", "input": {"queue": queue.url, "of": name}})

    def children() -> dict[str, str]:
        runs = stack.api("GET", "dags/state_machine_ask/dagRuns?limit=100")["dag_runs"]
        return {run["conf"]["of"]: run["state"] for run in runs if "of" in run["conf"]}

    until(lambda: set(children()) == {"stopped", "failed"} and set(children().values()) == {"running"})
    stopped = client.post("state-machines/parent/executions/stopped/stop", json={"error": "Enough"}).json()
    assert (stopped["status"], stopped["error"]) == ("ABORTED", "Enough")
    stack.api("PATCH", "dags/state_machine_parent/dagRuns/failed", {"state": "failed"})
    until(lambda: set(children().values()) == {"failed"})


@pytest.mark.parametrize("machine", ["impatient", "impatient_in_one_task"])
def test_child_run_ends_after_state_timeout_while_execution_continues(
    stack: Stack, client: httpx.Client, queue: Queue, machine: str
) -> None:
    start(client, machine, "late", {"queue": queue.url, "of": machine})

    def children() -> list[str]:
        runs = stack.api("GET", "dags/state_machine_ask/dagRuns?limit=100")["dag_runs"]
        return [run["state"] for run in runs if run["conf"].get("of") == machine]

    until(lambda: children() == ["failed"])
    assert client.get(f"state-machines/{machine}/executions/late").json()["status"] == "RUNNING"
    client.post(f"state-machines/{machine}/executions/late/stop", json={})


def test_person_approves_or_rejects_on_required_actions_page(stack: Stack, client: httpx.Client) -> None:
    for name, chosen in (("yes", "Approve"), ("no", "Reject")):
        start(client, "approve", name, {"film": name})
        until(lambda name=name, chosen=chosen: choose(stack, name, chosen))
    approved = end(client, "approve", "yes")["output"]
    assert (approved["chosen"], approved["by"]) == ("Approve", "admin")
    rejected = end(client, "approve", "no")
    assert rejected["output"]["error"]["Error"] == "approval_rejected", rejected


def test_answer_is_kept_that_comes_as_soon_as_the_question(stack: Stack, client: httpx.Client) -> None:
    """Airflow may not know yet that the task sleeps, and tries it again."""
    names = [f"quick-{number}" for number in range(6)]
    for name in names:
        start(client, "approve", name, {"film": name})
        wait_until(lambda name=name: choose(stack, name, "Approve"), what="the question", timeout_seconds=90)
    assert [end(client, "approve", name)["output"]["chosen"] for name in names] == ["Approve"] * 6


def test_answer_to_lost_task_is_found_by_its_next_attempt(stack: Stack, client: httpx.Client) -> None:
    start(client, "approve", "lost", {"film": "lost"})
    ask = "dags/state_machine_approve/dagRuns/lost/taskInstances/Ask"
    until(lambda: stack.api("GET", ask)["state"] == "awaiting_input")
    lost = (Path(__file__).with_name("lose_answered_task.py"), "state_machine_approve", "lost", "Ask", "Approve")
    subprocess.run([sys.executable, *lost], env=dict(stack.environment), check=True, timeout=60)
    found = end(client, "approve", "lost")["output"]
    assert (found["chosen"], found["by"]) == ("Approve", "Ann")
    assert stack.api("GET", ask)["try_number"] == 2


def choose(stack: Stack, name: str, chosen: str) -> bool:
    """Answer the question of an execution, and return whether it was asked."""
    run = f"dags/state_machine_approve/dagRuns/{name}"
    if stack.api("GET", f"{run}/taskInstances/Ask")["state"] != "awaiting_input":
        return False
    (one,) = stack.api("GET", f"{run}/hitlDetails")["hitl_details"]
    asked = (one["subject"], one["body"], one["options"])
    assert asked == ("Publish it?", f"The film {name}", ["Approve", "Reject"])
    stack.api("PATCH", f"{run}/taskInstances/Ask/-1/hitlDetails", {"chosen_options": [chosen], "params_input": {}})
    return True


def test_an_express_machine_answers_at_once_and_as_a_run(client: httpx.Client) -> None:
    client.post("state-machines/greet/sync-executions", json={"input": {"name": "warm"}})
    began = time.monotonic()
    told = client.post("state-machines/greet/sync-executions", json={"input": {"name": "Ann"}}).json()
    print(f"an express execution by REST: {time.monotonic() - began:.3f} s")
    assert (told["status"], told["output"]) == ("SUCCEEDED", {"text": "Good morning, Ann"})
    start(client, "greet", "by-run", {"name": "Bob"})
    assert end(client, "greet", "by-run")["output"] == {"text": "Good morning, Bob"}


def test_express_machine_calls_with_secrets_of_stored_connection(
    stack: Stack, client: httpx.Client, sink: Receiver
) -> None:
    connection = {
        "connection_id": "studio",
        "conn_type": "http",
        "host": "127.0.0.1",
        "port": sink.port,
        "password": "battery-staple",
    }
    stack.api("POST", "connections", {**connection, "extra": json.dumps({"api_key_name": "X-Api-Key"})})
    told = client.post("state-machines/call/sync-executions", json={"input": {"url": sink.url("/ok")}}).json()
    assert (told["status"], told["output"]) == ("SUCCEEDED", {"status": 200})
    start(client, "call", "by-run", {"url": sink.url("/ok")})
    assert end(client, "call", "by-run")["output"] == {"status": 200}
    assert [each.headers["x-api-key"] for each in sink.at("/ok")] == ["battery-staple"] * 2
    logs = [path.read_text(errors="replace") for path in (stack.home / "logs").rglob("*.log")]
    assert logs
    assert not [log for log in logs if "battery-staple" in log]


def test_the_shipped_machines_do_what_they_say(stack: Stack, client: httpx.Client, tmp_path: Path) -> None:
    make_buckets(stack)
    clip = media.clip(tmp_path / "clip.mp4", width=320, height=180, seconds=4)
    s3 = service(stack, "s3")
    s3.upload_file(str(clip), UPLOADS, "machines/clip.mp4")
    topic = service(stack, "sns").create_topic(Name="previews")["TopicArn"]
    more = {
        "parallel_ladder": {
            "renditions": [{"height": 90, "max_bitrate": 200_000}, {"height": 180, "max_bitrate": 400_000}]
        },
        "previews": {"topic": topic},
        "sliced_transcode": {"height": 90, "slice_seconds": 1},
    }
    for name in SHIPPED:
        start(
            client,
            name,
            "clip",
            {"source": f"s3://{UPLOADS}/machines/clip.mp4", "location": f"s3://{OUTPUTS}/{name}/", **more[name]},
        )
    told = {name: end(client, name, "clip") for name in SHIPPED}
    assert {name: (one["status"], one["error"], one["cause"]) for name, one in told.items()} == dict.fromkeys(
        SHIPPED, ("SUCCEEDED", None, None)
    )
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=OUTPUTS)["Contents"]]
    assert any(key.startswith("parallel_ladder/stream/") and key.endswith(".m3u8") for key in keys), keys
    assert any(key.startswith("previews/") and key.endswith(".vtt") for key in keys), keys
    assert told["sliced_transcode"]["output"]["film"] == f"s3://{OUTPUTS}/sliced_transcode/film.mp4"
    assert told["sliced_transcode"]["output"]["slices"] == 4
