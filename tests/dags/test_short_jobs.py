"""Short jobs in the real Airflow: the first task does all of the work, and the others are skipped."""

import json
from pathlib import Path

import pytest

from tests import media
from tests.airflow_process import run_dags
from tests.dags.test_dags import files, result, states

ROOT = Path(__file__).parents[2]
LATER = ("plan", "encode", "package", "publish")
SECONDS = 0.2
"""Limit of the estimate: far above the clip's, far below the film's."""
OUTPUTS = """
name: %s
reuse: false
output: {path: '{output}.{format}'}
outputs:
  mp4: {kind: transcode, container: mp4, video: {codec: h264, height: 90}}
  stream: {kind: ladder, renditions: [{short_side: 90, max_bitrate: 200000}], path: 'stream.{format}'}
  poster: {kind: snapshots, at: [0]}
"""

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """What came of a job of a short clip, of one whose upload fails, and of one of a film."""
    top = tmp_path_factory.mktemp("short")
    clip = media.clip(top / "in" / "clip.mp4", seconds=1)
    film = media.clip(top / "in" / "film.mp4", width=640, height=360, seconds=20)
    (top / "workflows").mkdir()
    (top / "workflows" / "web.yaml").write_text(OUTPUTS % "web")
    (top / "out" / "blocked" / "poster.jpg" / "a folder").mkdir(parents=True)
    runs = {"short": clip, "blocked": clip, "long": film}
    order = {
        "home": str(top / "home"),
        "bundles": {"dags": str(ROOT / "dags")},
        "runs": [
            {"dag_id": "media_web", "conf": {"source": f"file://{source}", "output": f"file://{top}/out/{name}/"}}
            for name, source in runs.items()
        ],
    }
    (top / "home").mkdir()
    environment = {
        "AIRFLOW__MEDIA__LOCAL_FOLDERS": str(top),
        "AIRFLOW__MEDIA__WORKFLOWS_FOLDER": str(top / "workflows"),
        "AIRFLOW__MEDIA__WORK_DIRECTORY": str(top / "work"),
        "AIRFLOW__MEDIA__QUEUES_FILE": str(ROOT / "include" / "queues.yaml"),
        "AIRFLOW__MEDIA__PRESETS_FOLDER": str(ROOT / "include" / "presets"),
        "AIRFLOW__MEDIA__ONE_TASK_SECONDS": str(SECONDS),
        "AIRFLOW__MEDIA__RETRIES": "0",
    }
    answer = run_dags(order, environment, timeout_seconds=280)
    assert answer["errors"] == {}
    return {name: {**run, "out": top / "out" / name} for name, run in zip(runs, answer["runs"], strict=True)}


def links(run):
    return {each["key"]: each["value"] for each in run["xcoms"] if each["key"].startswith("_link_")}


def plan_of(run):
    (stored,) = (run["out"] / ".media" / "jobs").glob("*/plan.json")
    return json.loads(stored.read_text())


def test_short_job_succeeds_in_one_task(outcome):
    run = outcome["short"]
    assert run["state"] == "success"
    assert states(run) == {("probe", -1): "success", **{(task, -1): "skipped" for task in LATER}}
    assert plan_of(run)["is_in_one_task"]


def test_short_job_publishes_what_a_long_one_publishes(outcome):
    short, long = (set(files(outcome[name]["out"])) for name in ("short", "long"))
    assert {"mp4.mp4", "poster.jpg"} <= short
    assert {path for path in long if not path.endswith(".m4s")} == {path for path in short if not path.endswith(".m4s")}


def test_short_job_leaves_result_and_links_of_publish_task(outcome):
    run = outcome["short"]
    answer = result(run, "publish")
    manifest = json.loads(Path(answer["manifest"].removeprefix("file://")).read_text())
    assert {"probe", "plan", "encode", "package", "publish"} == manifest["timings"].keys()
    assert links(run)["_link_ManifestLink"] == answer["manifest"]
    assert links(run).keys() == links(outcome["long"]).keys()
    assert answer.keys() == result(outcome["long"], "publish").keys()


def test_short_job_fails_when_upload_fails(outcome):
    run = outcome["blocked"]
    assert run["state"] == "failed"
    assert states(run) == {("probe", -1): "failed", **{(task, -1): "upstream_failed" for task in LATER}}
    (error,) = (each["value"] for each in run["xcoms"] if each["key"] == "error")
    assert error["code"] == "upload_failed"
    assert files(run["out"]) == []


def test_job_above_limit_keeps_its_stages_apart(outcome):
    run = outcome["long"]
    assert run["state"] == "success"
    assert {state for (task, _), state in states(run).items()} == {"success"}
    assert not plan_of(run)["is_in_one_task"]
