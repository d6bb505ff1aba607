"""The state machines that come with the project do what their comments say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_provider_media.core.statelang import execute, validate
from airflow_provider_media.core.statelang.engine.mocks import FastClock, Mocks, read_answers

FOLDER = Path(__file__).parents[4] / "include" / "state_machines"


def run_shipped(name, value, **answers):
    mocks = Mocks({name: read_answers(answer) for name, answer in answers.items()})
    return execute(json.loads((FOLDER / f"{name}.json").read_text()), value, invoke=mocks, clock=FastClock()), mocks


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.json")), ids=lambda path: path.stem)
def test_shipped_machine_has_nothing_wrong_and_says_its_purpose(path):
    definition = json.loads(path.read_text())
    assert validate(definition) == []
    assert "Input:" in definition["Comment"]


SOUND = {"files": [{"uri": "s3://out/sound.m4a"}]}


def test_renditions_and_sound_are_encoded_apart_and_merged_in_order():
    rungs = [{"height": 360, "max_bitrate": 800_000}, {"height": 720, "max_bitrate": 3_000_000}]
    made = [{"files": [{"uri": f"s3://out/{rung['height']}p.mp4"}]} for rung in rungs]
    calls = []
    answers = {
        "Probe": {"duration": 12.5},
        "Transcode": made,
        "Sound": SOUND,
        "Merge": {"manifest": "s3://out/m.json", "count": 9},
    }
    mocks = Mocks({name: read_answers(answer) for name, answer in answers.items()})

    def invoke(resource, arguments, context):
        calls.append((context["State"]["Name"], resource, arguments))
        return mocks(resource, arguments, context)

    definition = json.loads((FOLDER / "parallel_ladder.json").read_text())
    done = execute(definition, {"source": "s3://in/a.mp4", "location": "s3://out/", "renditions": rungs}, invoke=invoke)
    assert done.output == {"manifest": "s3://out/m.json", "files": 9}
    by_state = {}
    for name, resource, arguments in calls:
        by_state.setdefault(name, []).append((resource, arguments))
    ((_, probe),), ((_, first), (_, second)), ((resource, merge),) = (
        by_state["Probe"],
        by_state["Transcode"],
        by_state["Merge"],
    )
    assert probe == {"source": "s3://in/a.mp4"}
    assert [first["path"], second["path"]] == ["360p.mp4", "720p.mp4"]
    assert first["video"] == {"codec": "h264", "height": 360, "max_bitrate": 800_000, "gop_seconds": 2}
    assert (resource, merge["renditions"]) == (
        "media:package",
        ["s3://out/360p.mp4", "s3://out/720p.mp4", "s3://out/sound.m4a"],
    )


PREVIEW_INPUT = {
    "source": "s3://in/a.mp4",
    "location": "s3://out/",
    "topic": "arn:aws:sns:eu-west-1:000000000000:previews",
}


def test_previews_are_told_of():
    answers = {"Sprites": {"manifest": "s"}, "Snapshots": {"manifest": "t"}, "Tell of the previews": {"MessageId": "1"}}
    done, mocks = run_shipped("previews", PREVIEW_INPUT, **answers)
    assert (done.status, done.output) == ("SUCCEEDED", {**PREVIEW_INPUT, "manifests": ["s", "t"]})
    assert mocks.calls.total() == 3


def test_previews_that_fail_are_told_of_and_fail_the_run():
    answers = {"Sprites": {"Error": "source_damaged", "Cause": "no frames"}, "Snapshots": {"manifest": "t"}}
    done, mocks = run_shipped("previews", PREVIEW_INPUT, **answers, **{"Tell of the failure": {"MessageId": "1"}})
    assert (done.status, done.error, done.cause) == ("FAILED", "source_damaged", "no frames")
    assert mocks.calls["Tell of the failure"] == 1


MISSING = {"Error": "S3.NoSuchKeyException", "Cause": "no such key"}


def test_an_upload_is_waited_for():
    done, mocks = run_shipped(
        "wait_for_upload", {"bucket": "b", "key": "k"}, Look=[MISSING, MISSING, {}], Probe={"duration": 1}
    )
    assert (done.output, mocks.calls["Look"]) == ({"duration": 1}, 3)
    assert (done.events[-1].at - done.events[0].at).total_seconds() == 120


def test_an_upload_that_never_comes_is_given_up():
    done, mocks = run_shipped("wait_for_upload", {"bucket": "b", "key": "k"}, Look=MISSING)
    assert (done.error, mocks.calls["Look"]) == ("UploadMissing", 30)


@pytest.mark.parametrize(("approved", "status"), [(True, "SUCCEEDED"), (False, "FAILED")])
def test_only_what_was_approved_is_published(approved, status):
    answers = {
        "Preview": {"files": [{"uri": "u"}]},
        "Ask for approval": {"approved": approved},
        "Publish": {"manifest": "m"},
    }
    done, mocks = run_shipped(
        "approve_publication", {"source": "s", "location": "l", "queue": "q", "files": {}}, **answers
    )
    assert (done.status, mocks.calls["Publish"]) == (status, int(approved))


@pytest.mark.parametrize(("duration", "seconds", "count"), [(12.5, 5, 2), (3, 60, 1), (14, 5, 3)])
def test_slices_cover_film_without_gap_and_last_is_not_tiny(duration, seconds, count):
    made = []

    def invoke(resource, arguments, context):
        made.append((context["State"]["Name"], arguments))
        if context["State"]["Name"] == "Probe":
            return {"duration": duration, "video": [{"frame_rate": "25"}]}
        return {"files": [{"uri": f"s3://out/{arguments['path']}"}], "manifest": "m"}

    definition = json.loads((FOLDER / "sliced_transcode.json").read_text())
    given = {"source": "s3://in/a.mp4", "location": "s3://out/", "height": 720, "slice_seconds": seconds}
    done = execute(definition, given, invoke=invoke)
    assert done.output == {"film": "s3://out/film.mp4", "slices": count, "manifest": "m"}
    trims = [arguments["trim"] for name, arguments in made if name == "Transcode"]
    assert len(trims) == count
    assert "start" not in trims[0]
    assert "end" not in trims[-1]
    assert [trim["end"] for trim in trims[:-1]] == [trim["start"] for trim in trims[1:]]
    assert made[-1][1]["parts"] == [f"s3://out/{number}.mp4" for number in range(count)]
