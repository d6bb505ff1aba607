"""Slices begin with keyframes, leave no frame out and show none twice, at any length, rate and grid."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.ffmpeg.joining import exact_listing
from airflow_provider_media.core.media.slices import Join, JoinedPart
from airflow_provider_media.core.planning.slices import slices_of
from airflow_provider_media.core.planning.slicing import MOST_SLICES, SHORTEST
from airflow_provider_media.core.planning.timing import STANDARD_RATES
from airflow_provider_media.core.plans import Plan
from tests.planned import audio, media, plan, video

TRANSCODE = {"kind": "transcode"}
LADDER = {"kind": "ladder", "renditions": [{"short_side": 360, "max_bitrate": 800_000}]}
HOUR = media(video(seconds=3600.0), audio(duration=3600.0))


@given(
    rate=st.sampled_from(STANDARD_RATES),
    gop=st.integers(1, 250),
    gops=st.integers(1, 20),
    frames=st.integers(1, 40_000),
)
def test_slices_cover_every_frame_once_from_keyframe_to_keyframe(rate, gop, gops, frames):
    parts = slices_of(float(frames / rate), float(gop * gops / rate))
    ranges = [part.frames(rate, gop, frames) for part in parts]
    assert (ranges[0].first, ranges[-1].end) == (0, frames)
    assert all(earlier.end == later.first for earlier, later in pairwise(ranges))
    assert all(each.first % gop == 0 and each.count > 0 for each in ranges)
    assert [each.is_last for each in ranges] == [False] * (len(ranges) - 1) + [True]


@given(rate=st.sampled_from(STANDARD_RATES), counts=st.lists(st.integers(1, 20_000), min_size=1, max_size=1_000))
def test_listed_slices_never_drift_from_their_frames(rate, counts):
    slices = tuple(JoinedPart(artifact="", file=f"{n}.mp4", frames=count) for n, count in enumerate(counts))
    lines = exact_listing(Join(slices=slices, frame_rate=rate)).splitlines()[2::2]
    begin = frames = Fraction(0)
    for line, count in zip(lines, counts, strict=True):
        assert abs(begin - frames / rate) <= Fraction(1, 2_000_000)
        begin += Fraction(line.removeprefix("duration "))
        frames += count


def sliced(outputs: dict, source=HOUR, **more) -> Plan:
    return plan(outputs, source, **more)


def test_film_that_is_much_work_is_encoded_in_slices():
    made = sliced({"mp4": TRANSCODE, "stream": LADDER})
    assert made.units[0].name == "audio and sound of mp4"
    assert [unit.name for unit in made.joins] == ["join mp4", "join 360p"]
    assert len(made.encodes) > 4


def test_units_of_slices_hold_all_videos_of_their_time():
    made = sliced({"mp4": TRANSCODE, "stream": LADDER})
    (first,) = [unit for unit in made.encodes if unit.name.startswith("mp4 1/")]
    assert [artifact.output for artifact in first.artifacts] == ["mp4", "stream"]


@pytest.mark.parametrize(
    ("source", "output"),
    [
        (media(video(seconds=SHORTEST), audio(duration=SHORTEST)), TRANSCODE),
        (HOUR, {**TRANSCODE, "video": {"passes": 2, "bitrate": 3_000_000}}),
        (HOUR, {**TRANSCODE, "container": "ts"}),
        (HOUR, {**TRANSCODE, "video": "copy"}),
        (media(video(seconds=3600.0, constant_frame_rate=False), audio(duration=3600.0)), TRANSCODE),
        (media(video(seconds=3600.0), form="mpegts"), TRANSCODE),
    ],
    ids=["short", "two passes", "ts", "copy", "uneven", "no index"],
)
def test_what_cannot_be_cut_exactly_stays_whole(source, output):
    assert not sliced({"it": output}, source).joins


def test_slicing_off_keeps_units_whole():
    assert not sliced({"mp4": TRANSCODE}, slicing="off").joins


def test_stated_seconds_are_the_length_of_slices():
    made = sliced({"mp4": TRANSCODE}, slicing=600)
    (join,) = [unit.join for unit in made.joins]
    assert [part.frames for part in join.slices] == [15_000] * 6


def test_every_slice_and_joint_has_a_key_of_its_own():
    made = sliced({"mp4": TRANSCODE, "stream": LADDER})
    keys = [artifact.content_key for unit in made.units for artifact in unit.artifacts]
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_finished_joined_file_needs_no_slice():
    whole = sliced({"mp4": TRANSCODE})
    (joined,) = (unit.artifacts[0].content_key for unit in whole.joins)
    again = sliced({"mp4": TRANSCODE}, finished={joined})
    assert [unit.name for unit in again.units if unit.artifacts] == ["join mp4"]
    assert again.joins[0].is_finished


def test_finished_slices_cost_nothing_more():
    whole = sliced({"mp4": TRANSCODE})
    done = {unit.artifacts[0].content_key for unit in whole.encodes[1:4]}
    again = sliced({"mp4": TRANSCODE}, finished=done)
    assert {unit.keys[0] for unit in again.encodes if unit.is_finished} == done
    assert all(unit.cost == 0 for unit in again.encodes if unit.is_finished)


def test_deferred_decode_is_checked_by_a_unit_of_its_own():
    made = sliced({"mp4": TRANSCODE}, replace(HOUR, is_decode_deferred=True))
    (check,) = [unit for unit in made.encodes if unit.expected_decode]
    assert (check.artifacts, check.expected_decode.frames) == ((), 90_000)


def test_plan_says_how_videos_are_sliced_or_why_not():
    two_passes = {**TRANSCODE, "video": {"passes": 2, "bitrate": 3_000_000}}
    made = sliced({"mp4": TRANSCODE, "slow": two_passes, "still": {"kind": "snapshots", "at": [1]}}, slicing=600)
    assert made.choices == (
        "mp4: encoded in 6 slices of 600 s",
        "slow: not encoded in slices: two passes share bits over the whole video",
    )


@pytest.mark.parametrize("slicing", ["auto", 2])
def test_slices_of_hours_are_no_more_than_airflow_maps(slicing):
    hours = media(video(seconds=43_200.0, width=3840, height=2160, frame_rate=50), audio(duration=43_200.0))
    outputs = {name: {**TRANSCODE, "required": False, "video": {"codec": "h265"}} for name in ("a", "b", "c")}
    made = sliced(outputs, hours, slicing=slicing)
    assert MOST_SLICES / 2 < len(made.encodes) <= MOST_SLICES + 6 < 1024


@pytest.mark.parametrize(
    "source",
    [
        media(video(seconds=1800.0), audio(duration=3600.0)),
        media(video(seconds=1800.0, start=1800.0), audio(duration=3600.0)),
    ],
    ids=["ends early", "begins late"],
)
def test_video_that_has_no_frames_of_some_slice_stays_whole(source):
    made = sliced({"stream": LADDER}, source, slicing=600)
    assert not made.joins
    assert made.choices == ("stream: not encoded in slices: a slice would hold no frame of the source",)


def test_matroska_below_zero_is_read_from_its_beginning():
    source = media(video(seconds=3600.0), audio(duration=3600.0), form="matroska,webm")
    made = sliced({"mp4": TRANSCODE}, replace(source, stated_start=-300.0), slicing=300)
    second = next(unit for unit in made.encodes if unit.name == "mp4 2/12")
    arguments = dict(pairwise(second.commands[0].arguments))
    assert "-ss" not in arguments
    assert float(arguments["-t"]) >= 600
