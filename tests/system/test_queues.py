"""The ingest queues in the real Airflow: order, slots, ends."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from demo.component import StackError
from demo.stack import Stack
from tests import media
from tests.stacks import lay_out_project, project_stack

HERE = Path(__file__).parent
pytestmark = [pytest.mark.system, pytest.mark.timeout(420)]

QUEUES = {
    "accounts": {
        "default": {"limits": {"active": 2}},
        "acme": {"limits": {"active": 1}},
        "patient": {"limits": {"active": 1}, "paused_workflows": "wait"},
    }
}
HOLD = "name: %s\noutputs:\n  facts: {kind: probe_report}\noutput: {location: 'file://%s/out/'}\n"
# Slow enough that it is surely still at work when it is cancelled.
SLOW = (
    "name: slow\noutputs:\n"
    "  film: {kind: transcode, container: mkv, video: {codec: av1, speed: slow, height: 1080, crf: 20}, audio: drop}\n"
    "output: {location: 'file://%s/out/'}\n"
)

SLOW_DAG = """
from pathlib import Path
from airflow_provider_media.factory.workflow import workflow_dag
from airflow_provider_media.hooks.catalogue import load_workflows
dag = workflow_dag(load_workflows().workflows["slow"])
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own: two accounts of few slots, a workflow whose jobs last until they are let go, and one that
    is slow.
    """
    top = tmp_path_factory.mktemp("queues")
    include = {
        "workflows/hold.yaml": HOLD % ("hold", top),
        "workflows/other.yaml": HOLD % ("other", top),
        "workflows/slow.yaml": SLOW % top,
        "queues.yaml": json.dumps(QUEUES),
    }
    lay_out_project(top, "media_ingest.py", HERE / "queue_dags.py", include=include, folders=("media", "out"))
    (top / "dags" / "media_slow.py").write_text(SLOW_DAG)
    return top


@pytest.fixture(scope="module")
def stack(place: Path) -> Iterator[Stack]:
    options = {
        "media.local_folders": str(place),
        "media.work_directory": str(place / "work"),
        "media.retries": "0",
        # As in an Airflow whose people look at each new DAG first: workflows are paused, and the queues are not.
        "core.dags_are_paused_at_creation": "True",
    }
    dag_ids = ("media_hold", "media_slow", "media_ingest_normal", "media_ingest_low", "media_ingest_normal__acme")
    with project_stack(place, options=options, dag_ids=dag_ids) as running:
        for dag_id in ("media_hold", "media_other", "media_slow", "submit_and_wait"):
            assert running.wait_for_dag(dag_id)["is_paused"]
            pause(running, dag_id, paused=False)
        yield running


def pause(stack: Stack, dag_id: str, *, paused: bool = True) -> None:
    """Pause a DAG, or unpause it, as Airflow's UI does."""
    stack.api("PATCH", f"dags/{dag_id}", {"is_paused": paused})


def submit(stack: Stack, bodies: list[dict[str, str]]) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, HERE / "submit_jobs.py"], env=dict(stack.environment), cwd=stack.home, check=False,
        input="\n".join(map(json.dumps, bodies)), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return [
        json.loads(line.removeprefix("receipt ")) for line in done.stdout.splitlines() if line.startswith("receipt ")
    ]


def run_of(receipt: dict[str, str]) -> str:
    return f"{receipt['priority']}__{receipt['id']}"


def queue_of(receipt: dict[str, str]) -> str:
    return f"media_ingest_{receipt['priority']}" + (
        "" if receipt["account"] == "default" else f"__{receipt['account']}"
    )


def slot_task(stack: Stack, receipt: dict[str, str]) -> dict[str, str]:
    return stack.api("GET", f"dags/{queue_of(receipt)}/dagRuns/{run_of(receipt)}/taskInstances/job")


def began(place: Path) -> set[str]:
    return {path.stem for path in (place / "media").glob("*.began")}


def let_go(place: Path, run_id: str, how: str = "") -> None:
    (place / "media" / f"{run_id}.go").write_text(how)


def hold(place: Path, number: int, priority: str, **more: str) -> dict[str, str]:
    return {"source": f"file://{place}/media/{number}.mp4", "workflow": "hold", "priority": priority, **more}


def test_slots_go_to_oldest_normal_then_low_job_until_end(stack: Stack, place: Path) -> None:
    holders = submit(stack, [hold(place, number, "low") for number in (1, 2)])
    stack.wait_until(lambda: began(place) >= set(map(run_of, holders)), what="two jobs to begin", timeout_seconds=60)
    waiting = submit(
        stack, [hold(place, 10 + number, priority) for number, priority in enumerate(["low"] * 3 + ["normal"] * 3)]
    )
    assert [receipt["state"] for receipt in waiting] == ["waiting"] * 6
    (other,) = submit(stack, [hold(place, 50, "normal", account="acme")])
    stack.wait_until(
        lambda: run_of(other) in began(place), what="the job of another account to begin", timeout_seconds=10
    )
    order, running = [*waiting[3:], *waiting[:3]], list(holders)
    for following in order:
        let_go(place, run_of(running.pop(0)))
        stack.wait_until(
            lambda one=following: run_of(one) in began(place), what=f"{following} to begin", timeout_seconds=30
        )
        running.append(following)
        assert len(began(place)) == 1 + 2 + order.index(following) + 1
    for last in [*running, other]:
        let_go(place, run_of(last))
    for receipt in [*holders, *waiting, other]:
        assert stack.wait_for_run(queue_of(receipt), run_of(receipt), timeout_seconds=60)["state"] == "success"
    starts = [slot_task(stack, receipt)["start_date"] for receipt in order]
    assert starts == sorted(starts)
    for receipt in [*holders, *waiting]:
        inner = stack.api("GET", f"dags/media_hold/dagRuns/{run_of(receipt)}")
        slot = slot_task(stack, receipt)
        assert slot["state"] == "success"
        assert slot["start_date"] <= inner["start_date"] <= inner["end_date"] <= slot["end_date"]
    print("idle seconds of slots:", idle(stack, [*holders, *order]))


def idle(stack: Stack, receipts: list[dict[str, str]]) -> list[float]:
    """Seconds from the end of each job's work to the start of the job that took its slot."""
    runs = [stack.api("GET", f"dags/media_hold/dagRuns/{run_of(receipt)}") for receipt in receipts]
    ends = [datetime.fromisoformat(run["end_date"]) for run in runs]
    starts = [datetime.fromisoformat(slot_task(stack, receipt)["start_date"]) for receipt in receipts[2:]]
    return [round((start - end).total_seconds(), 2) for end, start in zip(ends, starts, strict=False)]


def test_failed_job_fails_its_run_and_can_be_retried(stack: Stack, place: Path) -> None:
    (receipt,) = submit(stack, [hold(place, 60, "normal")])
    stack.wait_until(lambda: run_of(receipt) in began(place), what="the job to begin", timeout_seconds=60)
    let_go(place, run_of(receipt), "fail")
    assert stack.wait_for_run(queue_of(receipt), run_of(receipt), timeout_seconds=60)["state"] == "failed"
    assert slot_task(stack, receipt)["state"] == "skipped"
    status = json.loads(stack.airflow("media", "status", receipt["id"], "--json"))
    assert (status["state"], status["errors"][0]["task"]) == ("failed", "probe")
    for path in (place / "media").glob(f"{run_of(receipt)}.*"):
        path.unlink()
    stack.airflow("media", "retry", receipt["id"])
    stack.wait_until(lambda: run_of(receipt) in began(place), what="the job to begin again", timeout_seconds=60)
    let_go(place, run_of(receipt))
    assert stack.wait_for_run(queue_of(receipt), run_of(receipt), timeout_seconds=60)["state"] == "success"
    status = json.loads(stack.airflow("media", "status", receipt["id"], "--json"))
    assert (status["state"], status["errors"], status["retries"]) == ("succeeded", [], 1)


def xcom(stack: Stack, run_id: str, task: str, key: str = "return_value") -> dict[str, str]:
    path = f"dags/submit_and_wait/dagRuns/{run_id}/taskInstances/{task}/xcomEntries/{key}?deserialize=true"
    value = stack.api("GET", path)["value"]
    return json.loads(value) if isinstance(value, str) else value


@pytest.mark.parametrize(("how", "ended", "code"), [("", "success", None), ("fail", "failed", "task_failed")])
def test_dag_submits_job_and_ends_with_state_of_job(
    stack: Stack, place: Path, how: str, ended: str, code: str | None
) -> None:
    run_id = f"caller-{ended}"
    conf = {"source": f"file://{place}/media/{run_id}.mp4"}
    stack.wait_for_dag("submit_and_wait")
    stack.api("POST", "dags/submit_and_wait/dagRuns", {"dag_run_id": run_id, "logical_date": None, "conf": conf})
    waiting = f"dags/submit_and_wait/dagRuns/{run_id}/taskInstances/wait"
    stack.wait_until(
        lambda: stack.api("GET", waiting)["state"] == "deferred", what="the sensor to wait", timeout_seconds=60
    )
    receipt = xcom(stack, run_id, "submit")
    stack.wait_until(lambda: run_of(receipt) in began(place), what="the job to begin", timeout_seconds=60)
    let_go(place, run_of(receipt), how)
    assert stack.wait_for_run("submit_and_wait", run_id, timeout_seconds=60)["state"] == ended
    if code:
        assert xcom(stack, run_id, "wait", "error")["code"] == code
    else:
        assert xcom(stack, run_id, "wait")["state"] == "succeeded"


def tools() -> list[psutil.Process]:
    return [process for process in psutil.process_iter(["name", "cmdline"]) if "ffmpeg" in (process.info["name"] or "")]


def progress(stack: Stack, receipt: dict[str, str]) -> dict[str, float] | None:
    return json.loads(stack.airflow("media", "status", receipt["id"], "--json"))["progress"]


def test_cancelling_a_running_job_stops_ffmpeg_and_leaves_nothing(stack: Stack, place: Path) -> None:
    media.clip(place / "media" / "film.mp4", width=320, height=180, seconds=150)
    before = {process.pid for process in tools()}
    (receipt,) = submit(stack, [{"source": f"file://{place}/media/film.mp4", "workflow": "slow"}])
    stack.wait_until(lambda: {process.pid for process in tools()} - before, what="ffmpeg to start", timeout_seconds=90)
    mine = [process for process in tools() if process.pid not in before]
    stack.wait_until(
        lambda: progress(stack, receipt) is not None, what="the job to tell its progress", timeout_seconds=30
    )
    assert progress(stack, receipt)["stage"] == "encode"
    stack.airflow("media", "cancel", receipt["id"])
    _, alive = psutil.wait_procs(mine, timeout=10)
    assert alive == []
    assert stack.wait_for_run(queue_of(receipt), run_of(receipt), timeout_seconds=60)["state"] == "failed"
    assert json.loads(stack.airflow("media", "status", receipt["id"], "--json"))["state"] == "cancelled"
    assert [path for path in (place / "out").rglob("*") if path.is_file() and path.suffix == ".mkv"] == []
    assert list((place / "work").rglob("*.mkv")) == []


def ask(stack: Stack, receipt: dict[str, str]) -> dict[str, object]:
    return stack.api("GET", f"/media/v1/accounts/{receipt['account']}/jobs/{receipt['id']}")


def wait_to_begin(stack: Stack, place: Path, receipt: dict[str, str]) -> None:
    stack.wait_until(lambda: run_of(receipt) in began(place), what=f"{receipt} to begin", timeout_seconds=30)


def finish(stack: Stack, place: Path, receipt: dict[str, str]) -> None:
    let_go(place, run_of(receipt))
    assert stack.wait_for_run(queue_of(receipt), run_of(receipt), timeout_seconds=60)["state"] == "success"


def test_submission_to_paused_workflow_is_refused_by_every_door(stack: Stack, place: Path) -> None:
    pause(stack, "media_hold")
    status, answer = stack.request("POST", "/media/v1/accounts/default/ingest-requests", hold(place, 70, "normal"))
    assert (status, answer["error"]["code"]) == (409, "workflow_paused")
    with pytest.raises(StackError, match=r"ended with 6(.|\n)*workflow_paused: The workflow 'hold' is paused"):
        stack.airflow("media", "submit", f"file://{place}/media/70.mp4", "--workflow", "hold")
    pause(stack, "media_hold", paused=False)


def test_paused_workflow_jobs_block_no_others_and_start_in_order(stack: Stack, place: Path) -> None:
    pause(stack, "media_hold")
    held = submit(stack, [hold(place, 71 + number, "normal", account="patient") for number in range(3)])
    assert {(receipt["state"], receipt["hold"]["code"]) for receipt in held} == {("waiting", "workflow_paused")}
    (other,) = submit(stack, [{**hold(place, 75, "low", account="patient"), "workflow": "other"}])
    wait_to_begin(stack, place, other)
    assert "workflow_paused" in stack.airflow("media", "status", held[0]["id"], "--account", "patient")
    pause(stack, "media_hold", paused=False)
    stack.wait_until(lambda: ask(stack, held[2])["position"] == 3, what="the jobs to queue", timeout_seconds=15)
    finish(stack, place, other)
    for receipt in held:
        wait_to_begin(stack, place, receipt)
        finish(stack, place, receipt)
    starts = [slot_task(stack, receipt)["start_date"] for receipt in held]
    assert starts == sorted(starts)


def test_jobs_of_workflow_paused_later_are_skipped_and_release_slot(stack: Stack, place: Path) -> None:
    first, second, third = submit(stack, [hold(place, 80 + number, "normal", account="patient") for number in range(3)])
    wait_to_begin(stack, place, first)
    (other,) = submit(stack, [{**hold(place, 85, "low", account="patient"), "workflow": "other"}])
    pause(stack, "media_hold")
    # Airflow does not even end the run of a paused DAG whose last task has ended.
    let_go(place, run_of(first))
    wait_to_begin(stack, place, other)
    assert [ask(stack, receipt)["hold"]["code"] for receipt in (first, second, third)] == ["workflow_paused"] * 3
    assert run_of(second) not in began(place)
    pause(stack, "media_hold", paused=False)
    stack.wait_until(lambda: ask(stack, third)["position"] == 3, what="the jobs to queue", timeout_seconds=15)
    finish(stack, place, other)
    for receipt in (first, second, third):
        wait_to_begin(stack, place, receipt)
        finish(stack, place, receipt)


def test_deleted_pool_is_recreated_and_shrunk_pool_is_reported(stack: Stack, place: Path) -> None:
    stack.api("DELETE", "pools/media_jobs_patient")
    (receipt,) = submit(stack, [hold(place, 90, "normal", account="patient")])
    wait_to_begin(stack, place, receipt)
    finish(stack, place, receipt)
    stack.api("DELETE", "pools/media_jobs_patient")
    stack.wait_until(
        lambda: stack.request("GET", "pools/media_jobs_patient")[0] == 200, what="the pool", timeout_seconds=15
    )
    shrunk = {"pool": "media_jobs_patient", "slots": 0, "description": "", "include_deferred": False}
    stack.api("PATCH", "pools/media_jobs_patient", shrunk)
    warnings = stack.api("GET", "/media/v1/accounts/patient/queues")["warnings"]
    assert [warning["code"] for warning in warnings] == ["pool_too_small"]
    (receipt,) = submit(stack, [hold(place, 91, "normal", account="patient")])
    assert receipt["hold"]["code"] == "pool_empty"
    stack.airflow("media", "queues", "sync", "--reset")
    wait_to_begin(stack, place, receipt)
    finish(stack, place, receipt)


def test_account_added_to_queues_yaml_works_within_seconds(stack: Stack, place: Path) -> None:
    accounts = {**QUEUES["accounts"], "fresh": {"limits": {"active": 1}}}
    (place / "include" / "queues.yaml").write_text(json.dumps({"accounts": accounts}))
    receipt: dict[str, str] = {}

    def submitted() -> bool:
        status, answer = stack.request("POST", "/media/v1/accounts/fresh/ingest-requests", hold(place, 95, "normal"))
        receipt.update(answer if status == 201 else {})
        return status == 201

    began_at = time.monotonic()
    stack.wait_until(submitted, what="a job of the new account", timeout_seconds=15)
    print(f"a new account took a job after {time.monotonic() - began_at:.1f} s")
    wait_to_begin(stack, place, receipt)
    finish(stack, place, receipt)
