"""Rungs of a ladder: never enlarged, one of the source's own size, bits by pixels."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.outputs import LadderSpec, Rendition
from airflow_provider_media.core.planning.geometry import Size
from airflow_provider_media.core.planning.rungs import rungs
from tests.planned import audio, media, plan, video

DEFAULT = LadderSpec().renditions
SIDES = st.integers(90, 4320)


def names(width: int, height: int, wanted=DEFAULT) -> list[str]:
    return [rung.name for rung in rungs(Size(width, height), wanted)]


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ((1920, 1080), ["1080p", "720p", "480p", "360p"]),
        ((1080, 1920), ["1080p", "720p", "480p", "360p"]),
        ((1280, 720), ["720p", "480p", "360p"]),
        ((1024, 576), ["576p", "480p", "360p"]),
        ((640, 272), ["272p"]),
        ((321, 181), ["180p"]),
        ((3840, 2160), ["1080p", "720p", "480p", "360p"]),
        ((860, 486), ["480p", "360p"]),
    ],
)
def test_rungs_above_source_replaced_by_one_of_its_own_size(size, found):
    assert names(*size) == found


@given(SIDES, SIDES, st.lists(SIDES, min_size=1, max_size=6, unique=True))
def test_no_rung_is_larger_than_source_and_none_comes_twice(width, height, sides):
    wanted = tuple(Rendition(short_side=side, max_bitrate=side * 3000) for side in sides)
    found = rungs(Size(width, height), wanted)
    assert found
    assert all(rung.size.width <= width and rung.size.height <= height for rung in found)
    assert len({rung.name for rung in found}) == len(found)


def test_own_rung_gets_bitrate_share_no_less_than_next_rung():
    own, below, *_ = rungs(Size(1024, 576), DEFAULT)
    assert own.rendition.max_bitrate == int(3_200_000 * Fraction(576, 720) ** 2)
    assert own.rendition.max_bitrate >= below.rendition.max_bitrate


def test_an_own_rung_does_not_take_the_name_of_another():
    wanted = (
        Rendition(short_side=720, max_bitrate=2_000_000),
        Rendition(short_side=90, name="576p", max_bitrate=100_000),
    )
    assert names(1024, 576, wanted) == ["576p-source", "576p"]


def test_all_rungs_have_one_grid_and_name_their_artifacts():
    made = plan({"hls": {"kind": "ladder"}}, media(video(frame_rate="24000/1001"), audio(language="eng")))
    (package,) = made.packages
    assert package.segment_duration == Fraction(1001, 250)
    videos = [artifact.expect.video[0] for unit in made.units for artifact in unit.artifacts if artifact.expect.video]
    assert {(stream.frame_rate, stream.gop_frames) for stream in videos} == {(Fraction(24000, 1001), 96)}
    assert {track.artifact for track in package.tracks} == {key for unit in made.units for key in unit.keys}
    assert [track.name for track in package.tracks] == ["1080p", "720p", "480p", "360p", "audio_eng"]


def test_every_language_is_track_and_equal_ones_differ_in_name():
    tracks = (
        audio(language="eng", default=True),
        audio(index=2, language="deu"),
        audio(index=3, language="eng"),
        audio(index=4),
    )
    (package,) = plan({"hls": {"kind": "ladder", "audio_tracks": "all"}}, media(video(), *tracks)).packages
    assert [track.name for track in package.tracks if track.kind == "audio"] == [
        "audio_eng",
        "audio_deu",
        "audio_eng_2",
        "audio",
    ]


@pytest.mark.parametrize(
    ("rate", "picture", "sound", "frames"),
    [
        ("25", 10.0, 10.02, None),
        ("25", 10.0, 10.5, 263),
        ("25", 10.0, 60.0, 1500),
        ("1", 10.0, 10.5, 11),
        ("30000/1001", 10.0, 9.0, None),
    ],
)
def test_pictures_held_until_sound_ends_as_dash_ends_with_them(rate, picture, sound, frames):
    made = plan({"hls": {"kind": "ladder"}}, media(video(frame_rate=rate, seconds=picture), audio(duration=sound)))
    videos = [artifact.expect.video[0] for unit in made.units for artifact in unit.artifacts if artifact.expect.video]
    lasting = Fraction(frames or round(Fraction(picture) * Fraction(rate))) / Fraction(rate)
    assert {stream.duration for stream in videos} == {float(lasting)}
    held = [
        argument
        for unit in made.units
        for argument in unit.commands[0].arguments
        if f"trim=end_frame={frames}" in argument
    ]
    assert bool(held) == (frames is not None)


def test_sound_alone_is_a_ladder_without_pictures():
    made = plan({"hls": {"kind": "ladder"}}, media(audio(index=0)))
    assert [track.kind for track in made.packages[0].tracks] == ["audio"]
    assert not made.packages[0].iframe_playlists
    assert [left.reason for left in made.left_out] == ["the source has no picture"]
