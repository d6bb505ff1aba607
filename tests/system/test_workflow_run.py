"""The main job in the real Airflow: an upload starts its workflow, and what it published is there."""

import json
from pathlib import Path

import pytest

from airflow_provider_media.assets import workflow_assets
from demo.job import DAG, OUTPUTS, UPLOADS, make_buckets, manifest_of, read, s3
from demo.stack import Stack
from tests import media

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def watching(stack: Stack) -> Stack:
    make_buckets(stack)
    stack.wait_for_dag(DAG)
    stack.wait_for_dag("media_arrivals")
    return stack


def upload(stack: Stack, path: Path, key: str) -> str:
    s3(stack).upload_file(str(path), UPLOADS, key)
    return f"s3://{UPLOADS}/{key}"


def runs_of(stack: Stack, source: str, dag: str = DAG) -> list[dict[str, object]]:
    return [
        run
        for run in stack.api("GET", f"dags/{dag}/dagRuns?limit=100")["dag_runs"]
        if (run["conf"] or {}).get("source") == source
    ]


def wait_for_run_of(stack: Stack, source: str, dag: str = DAG) -> dict[str, object]:
    stack.wait_until(lambda: runs_of(stack, source, dag), what=f"the start of the run of {source}", timeout_seconds=90)
    (run,) = runs_of(stack, source, dag)
    return stack.wait_for_run(dag, run["dag_run_id"], timeout_seconds=150)


def looks(stack: Stack) -> set[str]:
    """The runs that have looked for uploads and come to an end."""
    return {
        run["dag_run_id"] for run in stack.api("GET", "dags/media_arrivals/dagRuns?limit=100&state=success")["dag_runs"]
    }


def is_looking(stack: Stack) -> bool:
    """Whether the latest run waits for uploads."""
    (run,) = stack.api("GET", "dags/media_arrivals/dagRuns?order_by=-id&limit=1")["dag_runs"]
    path = f"dags/media_arrivals/dagRuns/{run['dag_run_id'].replace('+', '%2B')}/taskInstances/wait"
    return stack.api("GET", path)["state"] == "deferred"


def keys(stack: Stack, prefix: str) -> list[str]:
    return [entry["Key"] for entry in s3(stack).list_objects_v2(Bucket=OUTPUTS, Prefix=prefix).get("Contents", ())]


def test_two_close_uploads_both_become_verified_outputs_exactly_once(watching: Stack, tmp_path: Path) -> None:
    sources = [
        upload(watching, media.clip(tmp_path / f"{name}.mp4", seconds=2), f"uploads/{name}.MP4")
        for name in ("one", "two")
    ]
    for source in sources:
        run = wait_for_run_of(watching, source)
        assert run["state"] == "success"
        assert run["conf"]["workflow"]["workflow"]["name"] == "vod"
        manifest = manifest_of(watching, run)
        assert manifest.source["uri"] == source
        assert {"mp4", "stream", "poster", "sprite"} <= {made.output for made in manifest.outputs}
        assert all(len(read(watching, made.uri)) == made.size for made in manifest.outputs)
    # The sensor has looked again since the first run was started, for it has found the second upload or the one below.
    later = upload(watching, media.clip(tmp_path / "three.mp4", seconds=1), "uploads/three.mp4")
    assert wait_for_run_of(watching, later)["state"] == "success"
    assert [len(runs_of(watching, source)) for source in sources] == [1, 1]


def test_workflow_run_text_file_named_mp4_fails_and_publishes_nothing(watching: Stack, tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("these are no moving pictures")
    run = wait_for_run_of(watching, upload(watching, tmp_path / "notes.mp4", "uploads/notes.mp4"))
    assert run["state"] == "failed"
    states = watching.api("GET", f"dags/{DAG}/dagRuns/{run['dag_run_id']}/taskInstances")["task_instances"]
    assert next(task["try_number"] for task in states if task["task_id"] == "probe") == 1
    assert keys(watching, "vod/notes/") == []


def test_manual_run_takes_source_and_is_refused_without_source(watching: Stack, tmp_path: Path) -> None:
    source = upload(watching, media.clip(tmp_path / "hand.mp4", seconds=1), "by-hand/hand.mp4")
    status, _ = watching.request(
        "POST", "dags/media_thumbnails/dagRuns", {"dag_run_id": "nothing", "logical_date": None}
    )
    assert status == 400
    conf = {"source": source, "output": f"s3://{OUTPUTS}/by-hand"}
    watching.api("POST", "dags/media_thumbnails/dagRuns", {"dag_run_id": "by-hand", "logical_date": None, "conf": conf})
    assert watching.wait_for_run("media_thumbnails", "by-hand", timeout_seconds=120)["state"] == "success"
    links = watching.api("GET", "dags/media_thumbnails/dagRuns/by-hand/taskInstances/publish/links")["extra_links"]
    manifest = json.loads(read(watching, f"{conf['output']}/.media/jobs/thumbnails-by-hand/manifest.json"))
    assert links["Manifest"].endswith("by-hand/.media/jobs/thumbnails-by-hand/manifest.json")
    assert all(made["uri"].startswith(conf["output"]) for made in manifest["outputs"])


def states(stack: Stack, dag: str, run: str) -> dict[str, str]:
    tasks = stack.api("GET", f"dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
    return {task["task_id"]: task["state"] for task in tasks}


def test_short_job_updates_assets_once_and_stays_in_one_task(watching: Stack, tmp_path: Path) -> None:
    dag, run = "media_thumbnails", "short"
    source = upload(watching, media.clip(tmp_path / "short.mp4", seconds=1), "by-hand/short.mp4")
    conf = {"source": source, "output": f"s3://{OUTPUTS}/short"}
    watching.api("POST", f"dags/{dag}/dagRuns", {"dag_run_id": run, "logical_date": None, "conf": conf})
    assert watching.wait_for_run(dag, run, timeout_seconds=120)["state"] == "success"
    in_one_task = {"probe": "success", **dict.fromkeys(("plan", "encode", "package", "publish"), "skipped")}
    assert states(watching, dag, run) == in_one_task
    events = watching.api("GET", f"assets/events?source_dag_id={dag}&source_run_id={run}")["asset_events"]
    assert sorted(event["uri"] for event in events) == [asset.uri for asset in workflow_assets("thumbnails")]
    assert {event["extra"]["job_id"] for event in events} == {"thumbnails-short"}
    status, page = watching.request("GET", f"/media/v1/workflows/thumbnails/runs/{run}/page")
    assert (status, "short.mp4" in page) == (200, True)

    cleared = {"dag_run_id": run, "task_ids": ["package"], "include_downstream": True, "only_failed": False}
    watching.api("POST", f"dags/{dag}/clearTaskInstances", {**cleared, "dry_run": False})
    assert watching.wait_for_run(dag, run, timeout_seconds=120)["state"] == "success"
    assert states(watching, dag, run) == in_one_task
    links = watching.api("GET", f"dags/{dag}/dagRuns/{run}/taskInstances/publish/links")["extra_links"]
    assert links["Manifest"].endswith("manifest.json")


def test_upload_during_paused_workflow_becomes_job_after_unpause(watching: Stack, tmp_path: Path) -> None:
    clip = media.clip(tmp_path / "clip.mp4", seconds=1)
    watching.api("PATCH", "dags/media_thumbnails", {"is_paused": True})
    watching.wait_until(lambda: is_looking(watching), what="a look for uploads", timeout_seconds=60)
    before = looks(watching)
    while_paused = upload(watching, clip, "thumbnails/while paused.mp4")
    watching.wait_until(lambda: looks(watching) - before, what="the upload to be left alone", timeout_seconds=90)
    assert runs_of(watching, while_paused, "media_thumbnails") == []
    watching.api("PATCH", "dags/media_thumbnails", {"is_paused": False})
    assert wait_for_run_of(watching, while_paused, "media_thumbnails")["state"] == "success"
