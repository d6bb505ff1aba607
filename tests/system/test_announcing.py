"""Announcements in the real Airflow: each target on its own clock, copies under one id, and DAGs that follow on
jobs.
"""

import base64
import json
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from airflow_provider_media.core.announcements.event import JobReport
from airflow_provider_media.core.announcements.outbox import announcement
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.dag_ids import ANNOUNCE
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.hooks.signing import sign, signed_submission
from demo import ministack
from demo.stack import ROOT, local_stack

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]

SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
KEY = "key-of-the-tests-" + "0" * 32
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = Path(__file__).parent
EXAMPLE = ROOT / "provider" / "src" / "airflow_provider_media" / "example_dags" / "example_after_job.py"


@pytest.fixture(scope="module")
def announcing(tmp_path_factory, sink):
    """A stack that may call the receiver and has the secret it is signed with."""
    top = tmp_path_factory.mktemp("announcing")
    (top / "dags").mkdir()
    for path in (
        ROOT / "dags" / "media_announce.py",
        ROOT / "dags" / "media_ingest.py",
        EXAMPLE,
        *HERE.glob("announcing/*.py"),
    ):
        shutil.copy(path, top / "dags")
    (top / "queues.yaml").write_text("accounts: {default: {connections: [hook, media_s3]}}")
    options = {
        "media.announce_allow": sink.address,
        "media.submission_keys": KEY,
        "media.queues_file": str(top / "queues.yaml"),
    }
    with local_stack(top / "home", dags=top / "dags", options=options) as stack:
        stack.airflow("connections", "add", "hook", "--conn-type", "generic", "--conn-password", SECRET)
        stack.wait_for_dag(ANNOUNCE)
        yield stack


@pytest.fixture(autouse=True)
def submission_key(monkeypatch):
    """This process signs as the stack does."""
    monkeypatch.setenv("AIRFLOW__MEDIA__SUBMISSION_KEYS", KEY)


def clients(stack):
    import boto3

    session = boto3.session.Session(
        aws_access_key_id=ministack.KEY_ID, aws_secret_access_key=ministack.SECRET, region_name=ministack.REGION
    )
    return session.client("sqs", endpoint_url=stack.s3_endpoint), session.client("sns", endpoint_url=stack.s3_endpoint)


def announce(stack, job, *targets):
    """Start the run that announces the success of a job, and return its id."""
    report = JobReport(
        job_id=job,
        account="default",
        workflow="vod",
        priority="normal",
        state=JobState.SUCCEEDED,
        source="s3://in/a.mp4",
    )
    told = announcement(report, targets, time=NOON)
    body = {
        "dag_run_id": told.run_id,
        "logical_date": None,
        "conf": sign(told.to_json(), dag_id=ANNOUNCE, run_id=told.run_id),
    }
    status, answer = stack.request("POST", f"dags/{ANNOUNCE}/dagRuns", body)
    assert status in {200, 409}, answer
    return told.run_id, status


def deliveries(stack, run_id):
    """State and number of the try of each delivery by its name; between two tries Airflow has none."""
    tasks = stack.api("GET", f"dags/{ANNOUNCE}/dagRuns/{run_id}/taskInstances")["task_instances"]
    return {
        task["rendered_map_index"] or task["map_index"]: (task["state"], task["try_number"])
        for task in tasks
        if task["task_id"] == "deliver" and task["map_index"] >= 0
    }


def wait_for_deliveries(stack, run_id, wanted, seconds=120):
    stack.wait_until(lambda: deliveries(stack, run_id) == wanted, what=f"{wanted} in {run_id}", timeout_seconds=seconds)


def told(sqs, queue):
    found = sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"], WaitTimeSeconds=1
    )
    return found.get("Messages", [])


def test_each_target_is_notified_once_and_hanging_target_delays_none(announcing, sink):
    sqs, sns = clients(announcing)
    queue, behind = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("ends", "behind-topic"))
    topic = sns.create_topic(Name="ends")["TopicArn"]
    arn = sqs.get_queue_attributes(QueueUrl=behind, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    run_id, _ = announce(
        announcing,
        "mixed",
        Target(kind="url", address=sink.url("/hang")),
        Target(kind="url", address=sink.url("/ok"), connection="hook"),
        Target(kind="url", address=sink.url("/flaky?token=secret"), connection="hook"),
        Target(kind="url", address=sink.url("/gone")),
        Target(kind="sqs", address=queue, connection="media_s3"),
        Target(kind="sns", address=topic, connection="media_s3"),
    )
    others = {
        sink.url("/ok"): ("success", 1),
        sink.url("/flaky"): ("success", 2),
        sink.url("/gone"): ("failed", 1),
        "sqs ends": ("success", 1),
        "sns ends": ("success", 1),
    }
    announcing.wait_until(
        lambda: others.items() <= deliveries(announcing, run_id).items(),
        what="all deliveries but the hanging one",
        timeout_seconds=180,
    )
    (hanging,) = deliveries(announcing, run_id).items() - others.items()
    assert hanging[1][0] in {"deferred", "scheduled", "queued", "running", "up_for_retry"}
    (ok,) = sink.at("/ok")
    assert Webhook(SECRET).verify(ok.body, ok.headers)["data"]["job_id"] == "mixed"
    ids = {got.headers["webhook-id"] for got in sink.received}
    ids |= {message["MessageAttributes"]["webhook-id"]["StringValue"] for message in told(sqs, queue)}
    (passed_on,) = told(sqs, behind)
    ids |= {json.loads(passed_on["Body"])["MessageAttributes"]["webhook-id"]["Value"]}
    assert len(ids) == 1


def test_event_is_announced_once_despite_repetition_and_again_on_replay(announcing, sink):
    before = len(sink.at("/ok"))
    target = Target(kind="url", address=sink.url("/ok"), connection="hook")
    run_id, first = announce(announcing, "again", target)
    assert (first, announce(announcing, "again", target)) == (200, (run_id, 409))
    assert announcing.wait_for_run(ANNOUNCE, run_id, 120)["state"] == "success"
    assert json.loads(announcing.airflow("media", "replay", "again", "--json").splitlines()[-1]) == {run_id: 0}
    assert json.loads(announcing.airflow("media", "replay", "again", "--all", "--json").splitlines()[-1]) == {run_id: 1}
    wait_for_deliveries(announcing, run_id, {sink.url("/ok"): ("success", 2)})
    copies = sink.at("/ok")[before:]
    assert len(copies) == 2
    assert len({(copy.headers["webhook-id"], copy.body) for copy in copies}) == 1


def test_no_secret_is_in_the_logs(announcing):
    logs = [path.read_text(errors="replace") for path in (announcing.home / "logs").rglob("*.log")]
    assert any("deliver" in log for log in logs)
    assert [log for log in logs if SECRET in log or "token=secret" in log or "must never be shown" in log] == []


def test_dag_scheduled_on_jobs_runs_once_each_despite_simultaneous_end(announcing):
    announcing.wait_for_dag("published")
    announcing.wait_for_dag("example_media_after_job")
    announcing.api("POST", "dags/published/dagRuns", {"dag_run_id": "once", "logical_date": None})
    assert announcing.wait_for_run("published", "once", 90)["state"] == "success"

    def runs():
        return announcing.api("GET", "dags/example_media_after_job/dagRuns")["dag_runs"]

    announcing.wait_until(
        lambda: [run["state"] for run in runs()] == ["success"] * 4,
        what="a run for each of four jobs",
        timeout_seconds=90,
    )
    ids = [run["dag_run_id"] for run in runs()]
    path = "dags/example_media_after_job/dagRuns/{}/taskInstances/purge/xcomEntries/return_value"
    purged = [announcing.api("GET", path.format(each.replace("+", "%2B")))["value"] for each in ids]
    assert all(len(each) == 1 for each in purged)
    assert sorted(part for each in purged for part in each[0].split() if "manifest" in part) == [
        f"s3://out/{job}/manifest.json" for job in ("four", "one", "three", "two")
    ]


CANCEL = """
import sys
from airflow_provider_media.core.accounts.accounts import parse_queues
from airflow_provider_media.job_store.job_commands import cancel_job
cancel_job(parse_queues({}).account("default"), sys.argv[1])
"""


def submit(stack, workflow, targets):
    """Put a job into the normal queue, and return its id."""
    submission = Submission(
        job_id=f"job-{workflow}",
        account="default",
        priority="normal",
        source="s3://in/a.mp4",
        workflow=freeze(build_workflow({"name": workflow, "outputs": {"facts": {"kind": "probe_report"}}})),
        output="s3://out/",
        request="hash",
        submitted_at=datetime.now(UTC),
        notify=targets,
    )
    run = {
        "dag_run_id": submission.run_id,
        "logical_date": submission.submitted_at.isoformat(),
        "conf": signed_submission(submission),
    }
    stack.api("POST", "dags/media_ingest_normal/dagRuns", run)
    return submission.job_id


def bus_with_queue(stack, sqs):
    """Make an event bus with a rule for ends of jobs; return its ARN and the URL of the queue behind the rule."""
    import boto3

    events = boto3.client(
        "events",
        endpoint_url=stack.s3_endpoint,
        aws_access_key_id=ministack.KEY_ID,
        aws_secret_access_key=ministack.SECRET,
        region_name=ministack.REGION,
    )
    queue = sqs.create_queue(QueueName="all-ends-of-bus")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = events.create_event_bus(Name="all-ends")["EventBusArn"]
    pattern = json.dumps({"source": ["airflow.media"], "detail-type": [{"prefix": "job."}]})
    events.put_rule(Name="ends", EventBusName="all-ends", EventPattern=pattern)
    events.put_targets(Rule="ends", EventBusName="all-ends", Targets=[{"Id": "queue", "Arn": arn}])
    return bus, queue


def test_every_job_end_is_one_event_for_each_target(announcing, sink):
    stack = announcing
    sqs, sns = clients(stack)
    queue, behind = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("all-ends", "all-ends-of-topic"))
    topic = sns.create_topic(Name="all-ends")["TopicArn"]
    arn = sqs.get_queue_attributes(QueueUrl=behind, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    bus, behind_bus = bus_with_queue(stack, sqs)
    hook = Target(kind="url", address=sink.url("/ends"), connection="hook", mode="change")
    aws = (
        Target(kind=kind, address=each, connection="media_s3")
        for kind, each in {"sqs": queue, "sns": topic, "eventbridge": bus}.items()
    )
    targets = (hook, *aws)
    if stack.request("GET", "pools/media_jobs")[0] == 404:
        stack.api("POST", "pools", {"name": "media_jobs", "slots": 10, "include_deferred": True})
    for dag_id in ("media_ingest_normal", "media_good", "media_bad", "media_late", "media_endless"):
        stack.wait_for_dag(dag_id)
    jobs = {workflow: submit(stack, workflow, targets) for workflow in ("good", "bad", "late", "endless")}
    stack.wait_until(
        lambda: (
            stack.request("GET", f"dags/media_endless/dagRuns/normal__{jobs['endless']}")[1].get("state") == "running"
        ),
        what="the start of the job that is cancelled",
        timeout_seconds=90,
    )
    subprocess.run([sys.executable, "-c", CANCEL, jobs["endless"]], env=dict(stack.environment), check=True, timeout=60)
    types = {"good": "job.succeeded", "bad": "job.failed", "late": "job.timed_out", "endless": "job.cancelled"}
    for workflow, job in jobs.items():
        run_id = f"{job}__{types[workflow].removeprefix('job.')}"
        stack.wait_until(
            lambda run_id=run_id: stack.request("GET", f"dags/{ANNOUNCE}/dagRuns/{run_id}")[0] == 200,
            what=f"the run {run_id}",
            timeout_seconds=120,
        )
        assert stack.wait_for_run(ANNOUNCE, run_id, 120)["state"] == "success"
    ended = Counter((jobs[workflow], type_) for workflow, type_ in types.items())
    called = [Webhook(SECRET).verify(got.body, got.headers) for got in sink.at("/ends")]
    assert Counter((each["data"]["job_id"], each["type"]) for each in called if each["type"] != "job.started") == ended
    assert {each["data"]["job_id"] for each in called if each["type"] == "job.started"} == set(jobs.values())
    queued = [json.loads(message["Body"]) for message in told(sqs, queue)]
    passed_on = [json.loads(json.loads(message["Body"])["Message"]) for message in told(sqs, behind)]
    of_bus = [json.loads(message["Body"])["detail"] for message in told(sqs, behind_bus)]
    assert Counter((each["data"]["job_id"], each["type"]) for each in queued) == ended
    assert Counter((each["data"]["job_id"], each["type"]) for each in passed_on) == ended
    assert Counter((each["data"]["job_id"], each["type"]) for each in of_bus) == ended
    content = {each["type"]: each["data"] for each in queued}
    assert content["job.failed"]["error"] == {"code": "source_not_media", "message": "It is a text."}
    assert content["job.succeeded"]["outputs"] == [{"name": "mp4", "files": 1, "bytes": 9}]
    assert (
        content["job.succeeded"]["submitted_at"]
        < content["job.succeeded"]["started_at"]
        < content["job.succeeded"]["ended_at"]
    )
