"""The interval that all tracks of a package cover, and what is said of what was added."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.planning.presentation import presentation
from airflow_provider_media.core.planning.timing import grid
from tests.planned import audio, media, plan, video

LADDER = {"hls": {"kind": "ladder", "audio_tracks": "all"}}


def lengths(made, kind: str) -> set[float]:
    """Planned durations of the renditions of one kind."""
    return {stream.duration for unit in made.units for made in unit.artifacts for stream in getattr(made.expect, kind)}


def graphs(made) -> str:
    return " ".join(argument for unit in made.units for command in unit.commands for argument in command.arguments)


def test_sound_shorter_than_picture_gets_silence_to_its_end():
    made = plan(LADDER, media(video(seconds=90.0), audio(duration=5.0)))
    assert (lengths(made, "video"), lengths(made, "audio")) == ({90.0}, {90.0})
    assert f"apad=pad_len={85 * 48_000 + 3 * 1024}" in graphs(made)
    assert f"atrim=end_sample={90 * 48_000}" in graphs(made)
    assert made.notes == ("hls: audio ends 85.0 s before the video: silence was added",)


def test_sound_longer_than_picture_holds_the_last_frame():
    made = plan(LADDER, media(video(seconds=10.0), audio(duration=12.5)))
    assert (lengths(made, "video"), lengths(made, "audio")) == ({12.52}, {12.52})
    assert "tpad=stop=64:stop_mode=clone" in graphs(made)
    assert made.notes == ("hls: the video ends 2.5 s before audio: its last frame was held",)


def test_tracks_of_many_lengths_all_end_with_the_longest():
    tracks = (audio(index=1, language="eng", duration=4.0), audio(index=2, language="deu", duration=11.0))
    made = plan(LADDER, media(video(seconds=10.0), *tracks))
    assert (lengths(made, "video"), lengths(made, "audio")) == ({11.0}, {11.0})
    assert made.notes == (
        "hls: the video ends 1.0 s before audio_deu: its last frame was held",
        "hls: audio_eng ends 7.0 s before audio_deu: silence was added",
    )


def test_sounds_without_picture_all_end_with_the_longest():
    made = plan(
        LADDER, media(audio(index=0, language="eng", duration=3.1), audio(index=1, language="deu", duration=7.25))
    )
    assert lengths(made, "audio") == {7.25}
    assert made.notes == ("hls: audio_eng ends 4.2 s before audio_deu: silence was added",)


def test_tracks_that_begin_late_are_noted():
    late = plan(LADDER, media(video(), audio(start=2.0, duration=8.0)))
    assert late.notes == ("hls: audio begins 2.0 s after the video: silence was put before it",)
    late = plan(LADDER, media(video(start=1.5, seconds=8.5), audio()))
    assert late.notes == ("hls: the video begins 1.5 s after audio: its first frame was held until then",)


def test_unwanted_track_does_not_lengthen_package():
    tracks = (audio(index=1, default=True), audio(index=2, duration=30.0))
    made = plan({"hls": {"kind": "ladder"}}, media(video(), *tracks))
    assert (lengths(made, "video"), lengths(made, "audio"), made.notes) == ({10.0}, {10.0}, ())
    silent = plan({"hls": {"kind": "ladder", "audio": []}}, media(video(), audio(duration=30.0)))
    assert (lengths(silent, "video"), silent.notes) == ({10.0}, ())


@pytest.mark.parametrize("sound", [9.95, 10.0, 10.03])
def test_differences_of_a_coder_frame_are_not_noted(sound):
    assert plan(LADDER, media(video(), audio(duration=sound))).notes == ()


@pytest.mark.parametrize("sound", [9.9, 10.0, 10.03])
def test_sound_ends_with_the_last_frame_to_the_sample(sound):
    made = plan(LADDER, media(video(frame_rate="30000/1001"), audio(duration=sound)))
    assert (lengths(made, "video"), lengths(made, "audio")) == ({10.01}, {10.01})
    assert "atrim=end_sample=480480" in graphs(made)


def shown_by(frames: int, rate: str, **wanted: float):
    """The presentation of a picture of so many frames."""
    rates = Fraction(rate)
    seconds = float(frames / rates)
    picture = video(frame_rate=rate, seconds=seconds)
    return presentation(media(picture), picture, {}, grid(rates, wanted.get("segment", 2.0), wanted.get("gop")))


@pytest.mark.parametrize(
    ("frames", "rate", "segment"),
    [
        (150, "25", 50),
        (151, "25", 51),
        (152, "25", 51),
        (153, "25", 50),
        (301, "50", 101),
        (303, "50", 100),
        (182, "30000/1001", 61),
        (50, "25", 50),
        (2, "25", 50),
        (9, "1", 2),
    ],
)
def test_grid_leaves_no_last_segment_too_short_for_players(frames, rate, segment):
    shown = shown_by(frames, rate)
    assert (shown.grid.segment_frames, shown.grid.gop_frames, shown.frames) == (segment, segment, frames)


def test_grid_of_many_gops_stays_whole_gops():
    shown = shown_by(201, "25", segment=4.0, gop=1.0)
    assert (shown.grid.gop_frames, shown.grid.segment_frames) == (26, 104)


@given(
    frames=st.integers(1, 100_000),
    rate=st.sampled_from(["10", "12", "24000/1001", "25", "30", "50", "60"]),
    segment=st.sampled_from([1, 2, 4, 6]),
)
def test_last_segment_is_never_too_short(frames, rate, segment):
    grid_of = shown_by(frames, rate, segment=segment).grid
    last = frames % grid_of.segment_frames
    assert frames <= grid_of.segment_frames or last == 0 or (last >= 3 and last / grid_of.rate >= Fraction(1, 20))
    assert abs(grid_of.segment_duration - segment) <= 4 / grid_of.rate


@pytest.mark.parametrize(("seconds", "end"), [(6.0, 6.0), (6.01, 6.05), (6.2, 6.2), (1.0, 1.0), (0.01, 0.01)])
def test_sound_alone_gets_no_last_segment_that_is_too_short(seconds, end):
    made = plan({"hls": {"kind": "ladder", "segment_seconds": 2}}, media(audio(index=0, duration=seconds)))
    (found,) = lengths(made, "audio")
    assert found == pytest.approx(end)


@pytest.mark.parametrize(
    ("rate", "frames", "reordered"), [("25", 250, True), ("25", 2, False), ("5", 50, False), ("1", 9, False)]
)
def test_b_frames_are_left_out_where_their_delay_is_long(rate, frames, reordered):
    made = plan({"hls": {"kind": "ladder"}}, media(video(frame_rate=rate, seconds=float(frames / Fraction(rate)))))
    assert ("bframes=0" in graphs(made)) is not reordered


def test_other_outputs_keep_the_lengths_of_their_source():
    made = plan({"mp4": {"kind": "transcode"}}, media(video(), audio(duration=5.0)))
    assert (lengths(made, "audio"), made.notes) == ({5.0}, ())
