"""Attacks by somebody who may trigger the DAGs of queues, workflows and announcements with any conf and under any id of
a run.

Nothing is then read, written, signed or announced outside of the account of the DAG, and one task fails with a clear
code.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException, TaskDeferred
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_media.core.announcements.event import JobReport
from airflow_provider_media.core.announcements.outbox import announcement
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.core.dag_ids import ANNOUNCE, ingest_dag_id
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.core.submission.workflow_run_conf import WorkflowRunConf
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.hooks.signing import sign, signed_submission
from airflow_provider_media.operators import job_stages as job_operators
from airflow_provider_media.operators import slot
from airflow_provider_media.operators.announce import DeliverOperator, TargetsOperator
from airflow_provider_media.operators.job_stages import ProbeJobOperator
from airflow_provider_media.operators.slot import JobCloseOperator, JobSlotOperator
from tests.task_contexts import task_context

ACCOUNTS = """accounts:
  default: {sources: ["s3://in/"], outputs: ["s3://out/"]}
  acme: {sources: ["s3://in/acme/"], outputs: ["s3://out/acme/"], connections: [acme_hook]}
  other: {sources: ["s3://in/other/"], outputs: ["s3://out/other/"], connections: [other_hook]}
"""


def frozen(**fields):
    return freeze(build_workflow({"name": "vod", "outputs": {"facts": {"kind": "probe_report"}}, **fields}))


JOB = Submission(
    job_id="1",
    account="acme",
    priority="normal",
    source="s3://in/acme/a.mp4",
    workflow=frozen(),
    output="s3://out/acme/",
    request="hash",
    submitted_at=datetime(2026, 1, 1, tzinfo=UTC),
    notify=(Target(kind="url", address="https://host/", connection="acme_hook", mode="change"),),
)
QUEUE, RUN = ingest_dag_id("acme", "normal"), JOB.run_id
REPORT = JobReport(
    job_id="1", account="acme", workflow="vod", priority="normal", state=JobState.SUCCEEDED, source=JOB.source
)
TOLD = announcement(REPORT, JOB.notify, time=JOB.submitted_at)


class World:
    """What tasks reach outside of themselves."""

    def __init__(self):
        self.started, self.fetched = [], []

    def start_run(self, dag_id, run_id, *, conf, **_):
        self.started.append((dag_id, run_id, conf))
        return True

    def pull(self, *_):
        return None

    def is_paused(self, _):
        return False

    def fetch(self, job, engine):
        self.fetched.append((job.source, job.output))
        raise AirflowFailException("fetched: this is where the work would begin")


@pytest.fixture
def world(monkeypatch, tmp_path):
    one = World()
    (tmp_path / "queues.yaml").write_text(ACCOUNTS)
    monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(tmp_path / "queues.yaml"))
    monkeypatch.setattr(slot, "runs", one)
    monkeypatch.setattr(ProbeJobOperator, "job_engine", lambda *_: None)
    monkeypatch.setattr(job_operators.stages, "settled", one.fetch)
    return one


def ends(dag_id, run_id, conf):
    """How the tasks of a run end, each in turn: started, skipped, or failed with a message."""
    asked, told = task_context(dag_id, run_id, conf=conf), []
    for operator in OPERATORS["queue" if dag_id.startswith("media_ingest") else dag_id]:
        try:
            operator.execute(asked)
            told.append("done")
        except TaskDeferred:
            told.append("started")
        except AirflowSkipException:
            told.append("skipped")
        except AirflowFailException as failed:
            told.append(str(failed))
            if dag_id == ANNOUNCE:
                break
    return told


OPERATORS = {
    "queue": (JobSlotOperator(task_id="job"), JobCloseOperator(task_id="close")),
    "media_vod": (ProbeJobOperator(task_id="probe", workflow=frozen()),),
    ANNOUNCE: (TargetsOperator(task_id="targets"), DeliverOperator(task_id="deliver", target={"index": 0})),
}


def signed(dag_id):
    """The id of a run of a DAG, and the conf that a door has made for it."""
    if dag_id == QUEUE:
        return RUN, through_json(signed_submission(JOB))
    if dag_id == ANNOUNCE:
        return TOLD.run_id, through_json(sign(TOLD.to_json(), dag_id=dag_id, run_id=TOLD.run_id))
    return RUN, through_json(sign(WorkflowRunConf.of(JOB).to_json(), dag_id=dag_id, run_id=RUN))


def through_json(conf):
    return json.loads(json.dumps(conf))


DAGS = (QUEUE, "media_vod", ANNOUNCE)


@pytest.mark.parametrize("dag_id", DAGS)
def test_signed_conf_of_its_own_run_is_done(world, dag_id):
    told = ends(dag_id, *signed(dag_id))
    assert not any("conf_untrusted" in each for each in told)
    assert world.started or world.fetched or "started" in told


def assert_untrusted(world, told):
    assert [each.partition(":")[0] for each in told if each != "skipped"] == ["conf_untrusted"]
    assert (world.started, world.fetched) == ([], [])


@pytest.mark.parametrize("dag_id", DAGS)
@pytest.mark.parametrize("signature", [None, "", "v1=", "v1=" + "0" * 64, 3, ["v1"], "\u00e9"])
def test_forged_conf_is_refused(world, dag_id, signature):
    run_id, conf = signed(dag_id)
    assert_untrusted(world, ends(dag_id, run_id, {**conf, "signature": signature}))


@pytest.mark.parametrize("dag_id", DAGS)
def test_conf_signed_with_another_key_is_refused(world, dag_id, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setenv("AIRFLOW__MEDIA__SUBMISSION_KEYS", "key-of-an-attacker-" + "0" * 32)
        run_id, conf = signed(dag_id)
    assert_untrusted(world, ends(dag_id, run_id, conf))


@pytest.mark.parametrize("dag_id", DAGS)
@pytest.mark.parametrize("run_id", ["normal__2", "low__1", "manual__1", "normal__1 ", ""])
def test_conf_replayed_in_another_run_is_refused(world, dag_id, run_id):
    _, conf = signed(dag_id)
    assert_untrusted(world, ends(dag_id, run_id, conf))


@pytest.mark.parametrize("made_for", DAGS)
@pytest.mark.parametrize(
    "dag_id",
    [*DAGS, ingest_dag_id("other", "normal"), ingest_dag_id("acme", "low"), ingest_dag_id("default", "normal")],
)
def test_conf_replayed_in_another_dag_is_refused(world, made_for, dag_id):
    run_id, conf = signed(made_for)
    if dag_id != made_for:
        assert_untrusted(world, ends(dag_id, run_id, conf))


def leaves(value, path=()):
    """Paths of all values within a conf."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in items:
        yield (*path, name)
        yield from leaves(item, (*path, name))


def altered(conf, path, value):
    changed = through_json(conf)
    at = changed
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return changed


def without(conf, path):
    changed = through_json(conf)
    at = changed
    for name in path[:-1]:
        at = at[name]
    del at[path[-1]]
    return changed


@pytest.mark.parametrize("dag_id", DAGS)
def test_conf_that_is_altered_or_truncated_anywhere_is_refused(world, dag_id):
    run_id, conf = signed(dag_id)
    for path in leaves(conf):
        assert_untrusted(world, ends(dag_id, run_id, altered(conf, path, "s3://in/other/b.mp4")))
        assert_untrusted(world, ends(dag_id, run_id, without(conf, path)))


@pytest.mark.parametrize("dag_id", DAGS)
@pytest.mark.parametrize("name", ["account", "role", "workflow ", "Signature"])
def test_conf_that_is_extended_is_refused(world, dag_id, name):
    run_id, conf = signed(dag_id)
    assert_untrusted(world, ends(dag_id, run_id, {**conf, name: "other"}))


@pytest.mark.parametrize(
    "conf",
    [
        {"source": "s3://in/../private/a.mp4"},
        {"source": "s3://private/a.mp4"},
        {"source": "file:///etc/passwd", "output": "s3://out/"},
        {"source": "s3://in/a.mp4", "output": "s3://private/"},
        {"source": "s3://in/a.mp4", "output": "s3://out/../private/"},
    ],
)
def test_run_of_workflow_by_hand_outside_account_locations_is_refused(world, conf):
    (told,) = ends("media_vod", "manual__1", {"output": "s3://out/", **conf})
    assert told.startswith("location_forbidden: ")
    assert (world.started, world.fetched) == ([], [])


def test_run_of_workflow_by_hand_within_account_locations_is_done(world):
    ends("media_vod", "manual__1", {"source": "s3://in/a.mp4", "output": "s3://out/x", "priority": "low"})
    assert world.fetched == [("s3://in/a.mp4", "s3://out/x/")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "s3://in/other/a.mp4"}, "location_forbidden"),
        ({"output": "s3://out/other/"}, "location_forbidden"),
        ({"notify": (Target(kind="url", address="https://host/", connection="other_hook"),)}, "request_invalid"),
        ({"notify": (Target(kind="sqs", address="https://sqs/q"),)}, "request_invalid"),
    ],
)
def test_signed_job_outside_account_permissions_is_refused_in_worker(world, change, code):
    job = replace(JOB, **change)
    skipped, failed = ends(QUEUE, RUN, through_json(signed_submission(job)))
    assert (skipped, code in failed) == ("skipped", True)
    assert [dag_id for dag_id, *_ in world.started if dag_id != ANNOUNCE] == []
    assert all(target["connection"] == "acme_hook" for _, _, conf in world.started for target in conf["targets"])


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["s3://in/a.mp4", "s3://out/"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
NAMES = st.sampled_from([*through_json(JOB.to_json()), "signature", "targets", "event", "run_id"]) | st.text()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    conf=st.none() | st.dictionaries(NAMES, VALUES),
    dag_id=st.sampled_from(DAGS),
    run_id=st.sampled_from([RUN, "manual__1", ""]),
)
def test_any_conf_by_hand_fails_one_task_with_code(world, conf, dag_id, run_id):
    world.fetched.clear()
    told = ends(dag_id, run_id, conf)
    (failure,) = [each for each in told if each != "skipped"]
    codes = (
        "conf_untrusted",
        "configuration_invalid",
        "request_invalid",
        "location_forbidden",
        "priority_unknown",
        "fetched",
    )
    assert failure.startswith(tuple(f"{code}: " for code in codes))
    assert world.started == []
    assert all(source.startswith("s3://in/") and output.startswith("s3://out/") for source, output in world.fetched)


def test_huge_and_nested_confs_are_refused(world):
    nested = []
    for _ in range(50_000):
        nested = [nested]
    for conf in (
        {"source": "s3://in/" + "a" * 10_000_000},
        {"source": nested},
        {"signature": "v1=0", "job_id": nested},
    ):
        for dag_id in DAGS:
            (failure,) = [each for each in ends(dag_id, RUN, conf) if each != "skipped"]
            assert failure.startswith(("conf_untrusted: ", "request_invalid: ", "configuration_invalid: "))
            assert len(failure) < 1000
    assert (world.started, world.fetched) == ([], [])
