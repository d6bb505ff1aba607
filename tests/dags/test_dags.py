"""Every example DAG and a workflow's DAG, run by the real Airflow on local files; Airflow is started once for all of
them.
"""

import ast
import json
from pathlib import Path

import pytest

from tests import media
from tests.airflow_process import run_dags

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "provider" / "src" / "airflow_provider_media" / "example_dags"
WAITING = "example_media_arrivals"
RUNNABLE = sorted(
    {path.stem.replace("example_", "example_media_", 1) for path in EXAMPLES.glob("example_*.py")} - {WAITING}
)
RUNS = (*RUNNABLE, "vod", "report", "sliced", "refused")

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

SLICED = """
name: sliced
slicing: 2
output: {path: "{output}.{format}"}
outputs:
  mp4: {kind: transcode, video: {speed: fastest, gop_seconds: 1}}
  stream: {kind: ladder, speed: fastest, segment_seconds: 1, renditions: [{short_side: 180, max_bitrate: 400000}]}
"""
REPORT = "name: report\noutputs:\n  facts: {kind: probe_report, path: 'facts.{format}'}\n"


@pytest.fixture(scope="session")
def outcome(tmp_path_factory):
    """What came of every run, by a name of ours."""
    top = tmp_path_factory.mktemp("dags")
    clip = media.clip(top / "in" / "clip.mp4", width=320, height=180, seconds=2)
    (top / "in" / "notes.mp4").write_text("these are no moving pictures")
    workflows = top / "workflows"
    workflows.mkdir()
    (workflows / "vod.yaml").write_text((ROOT / "include" / "workflows" / "vod.yaml").read_text())
    (workflows / "report.yaml").write_text(REPORT)
    (workflows / "sliced.yaml").write_text(SLICED)
    long_clip = media.clip(top / "in" / "long.mp4", width=320, height=180, seconds=5)
    where = {name: f"file://{top}/out/{name}/" for name in RUNS}
    runs = [{"dag_id": name, "conf": {"source": f"file://{clip}", "location": where[name]}} for name in RUNNABLE]
    runs += [
        {"dag_id": f"media_{name}", "conf": {"source": f"file://{clip}", "output": where[name]}}
        for name in ("vod", "report")
    ]
    runs += [{"dag_id": "media_sliced", "conf": {"source": f"file://{long_clip}", "output": where["sliced"]}}]
    runs += [{"dag_id": "media_vod", "conf": {"source": f"file://{top}/in/notes.mp4", "output": where["refused"]}}]
    answer = _run(top, runs, workflows, f"file://{clip}")
    assert answer["errors"] == {}
    return {name: {**run, "out": top / "out" / name} for name, run in zip(RUNS, answer["runs"], strict=True)}


def _run(top, runs, workflows, source):
    (top / "home").mkdir()
    order = {
        "home": str(top / "home"),
        "bundles": {"examples": str(EXAMPLES), "dags": str(ROOT / "dags")},
        "source": source,
        "runs": runs,
    }
    environment = {
        "AIRFLOW__MEDIA__LOCAL_FOLDERS": str(top),
        "AIRFLOW__MEDIA__WORKFLOWS_FOLDER": str(workflows),
        "AIRFLOW__MEDIA__QUEUES_FILE": str(ROOT / "include" / "queues.yaml"),
        "AIRFLOW__MEDIA__PRESETS_FOLDER": str(ROOT / "include" / "presets"),
        "AIRFLOW__MEDIA__WORK_DIRECTORY": str(top / "work"),
        "AIRFLOW__MEDIA__RETRIES": "0",
        # The clip is short, and these tests look at every task.
        "AIRFLOW__MEDIA__ONE_TASK_SECONDS": "0",
    }
    return run_dags(order, environment, timeout_seconds=280)


def states(run):
    return {(each["task"], each["index"]): each["state"] for each in run["tasks"]}


def result(run, task):
    (value,) = (each["value"] for each in run["xcoms"] if each["task"] == task and each["key"] == "return_value")
    return value


def files(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and ".media" not in path.parts
    )


@pytest.mark.parametrize("name", RUNNABLE)
def test_an_example_dag_succeeds(outcome, name):
    assert outcome[name]["state"] == "success", states(outcome[name])


@pytest.mark.parametrize(
    ("name", "task", "made"),
    [
        ("example_media_transcode", "transcode", ["clip_transcode.mp4"]),
        ("example_media_watermark", "watermark", ["clip_transcode.mp4"]),
        (
            "example_media_snapshots",
            "snapshots",
            ["clip_snapshots_1.webp", "clip_snapshots_2.webp", "clip_snapshots_3.webp"],
        ),
        (
            "example_media_sampled_snapshots",
            "sampled_snapshots",
            [f"clip_sampled_snapshots_{n}.jpg" for n in range(1, 5)],
        ),
        ("example_media_animated_image", "animated_image", ["clip_animated_image.webp"]),
        ("example_media_sprites", "sprites", ["clip_sprites.jpg", "clip_sprites.vtt"]),
        ("example_media_waveform", "waveform", ["clip_waveform.json", "clip_waveform.png"]),
        ("example_media_publish", "publish", ["drafts/poster.jpg", "posters/poster.jpg"]),
    ],
)
def test_an_operator_makes_its_files_and_answers_with_its_manifest(outcome, name, task, made):
    assert files(outcome[name]["out"]) == made
    answer = result(outcome[name], task)
    manifest = json.loads(Path(answer["manifest"].removeprefix("file://")).read_text())
    assert [file["sha256"] for file in manifest["outputs"]] == [file["sha256"] for file in answer["files"]]


def test_film_in_slices_is_encoded_by_several_tasks_and_joined(outcome):
    run = outcome["sliced"]
    assert run["state"] == "success", states(run)
    assert len([task for task, index in states(run) if task == "encode"]) >= 4
    (manifest,) = run["out"].glob(".media/jobs/*/manifest.json")
    published = {file["file"]: file for file in json.loads(manifest.read_text())["outputs"]}
    assert published["mp4.mp4"]["facts"]["joints"] == [50, 100]
    assert {"mp4.mp4", "master.m3u8"} <= published.keys()


def test_a_probe_answers_with_the_facts_of_its_source(outcome):
    facts = result(outcome["example_media_probe"], "probe")
    assert (facts["video"][0]["width"], facts["video"][0]["height"], facts["video"][0]["frame_rate"]) == (
        320,
        180,
        "25",
    )


def test_a_submission_answers_with_a_receipt(outcome):
    receipt = result(outcome["example_media_ingest_submit"], "submit")
    assert (receipt["account"], receipt["priority"], receipt["created"]) == ("default", "low", True)
    assert len(json.dumps(receipt)) < 300


def test_a_job_that_has_ended_is_answered_with(outcome):
    job = result(outcome["example_media_job_sensor"], "wait")
    assert (job["state"], job["workflow"], job["output"]) == ("succeeded", "vod", "s3://media-out/")


@pytest.mark.parametrize(
    ("name", "folder"), [("example_media_ladder", "clip_ladder"), ("example_media_package", "stream")]
)
def test_a_package_holds_both_manifests_and_their_segments(outcome, name, folder):
    made = files(outcome[name]["out"] / folder)
    assert {"master.m3u8", "manifest.mpd"} <= set(made)
    assert any(file.endswith(".m4s") for file in made)


def test_manual_workflow_run_publishes_all_outputs_and_links_to_manifest(outcome):
    run = outcome["vod"]
    assert run["state"] == "success", states(run)
    answer = result(run, "publish")
    assert answer["failed"] == []
    assert {file["output"] for file in answer["files"]} >= {"mp4", "stream", "poster", "snapshots", "preview", "sprite"}
    (link,) = (each["value"] for each in run["xcoms"] if each["key"] == "_link_ManifestLink")
    assert link == answer["manifest"]


def test_mapped_units_have_names_that_people_can_read(outcome):
    names = [each["name"] for each in outcome["vod"]["tasks"] if each["task"] == "encode"]
    assert len(names) > 1
    assert all(any(character.isalpha() for character in name) for name in names)


def test_what_goes_between_tasks_stays_small(outcome):
    sizes = {
        each["task"]: len(json.dumps(each["value"]))
        for each in outcome["vod"]["xcoms"]
        if each["key"] == "return_value"
    }
    assert max(sizes.values()) < 48 * 1024, sizes
    assert sizes["plan"] < 1024


def test_a_workflow_without_units_still_publishes(outcome):
    run = outcome["report"]
    assert run["state"] == "success"
    assert states(run)["encode", -1] == "skipped"
    assert files(run["out"]) == ["facts.json"]


def test_a_refused_source_fails_at_once_and_leaves_nothing_behind(outcome):
    run = outcome["refused"]
    assert run["state"] == "failed"
    assert states(run)["probe", -1] == "failed"
    assert states(run)["publish", -1] == "upstream_failed"
    assert not run["out"].exists() or files(run["out"]) == []


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("example_*.py")), ids=lambda path: path.stem)
def test_an_example_has_a_part_for_the_documentation(path):
    text = path.read_text()
    names = [line.split("[START ")[1].rstrip("]") for line in text.splitlines() if "[START " in line]
    assert names
    assert all(f"[END {name}]" in text for name in names)
    assert ast.get_docstring(ast.parse(text))
