import pytest

from airflow_provider_media.core.planning.errors import OutputTooLarge
from airflow_provider_media.core.planning.excess import MOST_FILES, MOST_PICTURES, MOST_TRACKS
from airflow_provider_media.core.planning.slicing import SHORTEST
from airflow_provider_media.core.planning.units import MOST_INPUTS, MOST_OUTPUTS
from tests.planned import audio, media, plan, video

HOURS_12 = 12 * 3600.0
FILM = media(video(seconds=HOURS_12, width=320, height=180), audio(duration=HOURS_12))
RUNGS = [{"name": f"r{n}", "short_side": 90, "max_bitrate": 100_000 + n} for n in range(12)]


def many_sounds(count: int, seconds: float):
    return media(video(seconds=seconds), *(audio(index=n + 1, duration=seconds) for n in range(count)))


@pytest.mark.parametrize(
    "output",
    [
        {"kind": "sprites", "every": "0.5s"},
        {"kind": "sampled_snapshots", "every": "0.5s"},
        {"kind": "ladder", "segment_seconds": 1, "renditions": RUNGS},
    ],
)
def test_plan_12_hours_of_honest_output_accepted(output):
    made = plan({"it": output}, FILM)
    assert sum(artifact.count for unit in made.units for artifact in unit.artifacts) > 0
    slices = 12 * 3600 / SHORTEST
    assert len(made.units) <= slices + 2 * len(RUNGS) + 1


@pytest.mark.parametrize(
    ("output", "measured", "allowed"),
    [
        ({"kind": "sprites", "every": "0.1s"}, 432_000, MOST_PICTURES),
        ({"kind": "sampled_snapshots", "every": "0.1s"}, 432_000, MOST_PICTURES),
        (
            {
                "kind": "ladder",
                "segment_seconds": 1,
                "renditions": RUNGS,
                "audio": [{"bitrate": 64_000 + n} for n in range(2)],
            },
            604_800,
            MOST_FILES,
        ),
        (
            {"kind": "ladder", "audio": [{"bitrate": 64_000 + n} for n in range(MOST_TRACKS + 1)]},
            MOST_TRACKS + 2,
            MOST_TRACKS,
        ),
    ],
)
def test_plan_12_hours_of_absurd_output_refused(output, measured, allowed):
    with pytest.raises(
        OutputTooLarge, match=rf"output it would have {measured} \w+ of this source; at most {allowed} are allowed: "
    ) as caught:
        plan({"it": output}, FILM)
    assert caught.value.code == "output_too_large"
    assert caught.value.detail == {"output": "it", "measured": measured, "allowed": allowed}


def test_plan_animated_image_of_hours_refused():
    wanted = {"kind": "animated_image", "end": "100%", "width": 320}
    with pytest.raises(
        OutputTooLarge,
        match=r"would have 432000 frames of 320x180 of this source; at most 18641 are allowed: let it end",
    ):
        plan({"it": wanted}, FILM)
    assert plan({"it": {**wanted, "end": "1800s"}}, FILM).units


def test_plan_absurd_optional_output_left_out():
    made = plan(
        {"it": {"kind": "sprites", "every": "0.1s", "required": False}, "poster": {"kind": "snapshots", "at": [1]}},
        FILM,
    )
    assert [left.output for left in made.left_out] == ["it"]
    assert "432000 pictures" in made.left_out[0].reason
    assert [artifact.output for unit in made.units for artifact in unit.artifacts] == ["poster"]


def test_plan_too_many_files_of_all_outputs_refused():
    ladders = {
        f"l{n}": {"kind": "ladder", "segment_seconds": 1, "renditions": RUNGS, "path": f"l{n}"} for n in range(2)
    }
    with pytest.raises(
        OutputTooLarge,
        match=rf"the job would make 1123\d{{3}} files, 5616\d\d of them for output l0; at most {MOST_FILES}",
    ):
        plan(ladders, FILM)


def test_plan_many_tracks_of_short_source_split_by_outputs():
    wanted = {"it": {"kind": "ladder", "audio_tracks": "all", "audio": [{"bitrate": 64_000 + n} for n in range(3)]}}
    made = plan(wanted, many_sounds(60, seconds=10.0))
    counts = [len(unit.artifacts) for unit in made.units]
    assert sum(counts) == len(made.packages[0].tracks) > MOST_OUTPUTS
    assert max(counts) <= MOST_OUTPUTS


@pytest.mark.parametrize(("seconds", "sought"), [(300.0, True), (HOURS_12, False)])
def test_plan_sampled_snapshots_many_taken_in_one_pass(seconds, sought):
    source = media(video(seconds=seconds, width=320, height=180, keyframe_interval=0.5))
    made = plan({"it": {"kind": "sampled_snapshots", "every": "1s"}}, source)
    inputs = [unit.commands[0].arguments.count("-i") for unit in made.units]
    assert (max(inputs) > 1) == sought
    assert max(inputs) <= MOST_INPUTS
