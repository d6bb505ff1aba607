"""The interval that all tracks of a package cover, and what is said of what was added."""

from fractions import Fraction

import pytest

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
    made = plan(LADDER, media(audio(index=0, language="eng", duration=3.1), audio(index=1, language="deu", duration=7.25)))
    assert lengths(made, "audio") == {7.25}
    assert made.notes == ("hls: audio_eng ends 4.2 s before audio_deu: silence was added",)


def test_tracks_that_begin_late_are_noted():
    late = plan(LADDER, media(video(), audio(start=2.0, duration=8.0)))
    assert late.notes == ("hls: audio begins 2.0 s after the video: silence was put before it",)
    late = plan(LADDER, media(video(start=1.5, seconds=8.5), audio()))
    assert late.notes == ("hls: the video begins 1.5 s after audio: its first frame was held until then",)


def test_a_track_that_is_not_wanted_does_not_lengthen_the_package():
    tracks = (audio(index=1, default=True), audio(index=2, duration=30.0))
    made = plan({"hls": {"kind": "ladder"}}, media(video(), *tracks))
    assert (lengths(made, "video"), lengths(made, "audio"), made.notes) == ({10.0}, {10.0}, ())
    silent = plan({"hls": {"kind": "ladder", "audio": []}}, media(video(), audio(duration=30.0)))
    assert (lengths(silent, "video"), silent.notes) == ({10.0}, ())


@pytest.mark.parametrize("sound", [9.95, 10.0, 10.03])
def test_differences_of_a_coder_frame_are_not_noted(sound):
    assert plan(LADDER, media(video(), audio(duration=sound))).notes == ()


def test_sound_ends_on_the_exact_time_of_the_last_frame():
    shown = presentation(media(), video(frame_rate="30000/1001"), {"audio": audio()}, grid(Fraction(30000, 1001), 4, None))
    assert shown.end == 300 * Fraction(1001, 30000)
    assert shown.sound_seconds(10.0, 48_000) == float(shown.end) == 10.01


def test_other_outputs_keep_the_lengths_of_their_source():
    made = plan({"mp4": {"kind": "transcode"}}, media(video(), audio(duration=5.0)))
    assert (lengths(made, "audio"), made.notes) == ({5.0}, ())
