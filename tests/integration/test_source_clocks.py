"""Clocks of sources: jumps, wraps, edit lists, starts of any kind and beginnings inside a GOP; outputs count from what
is seen first.
"""

import subprocess
from pathlib import Path

import pytest

from airflow_provider_media.core.packaging.webvtt import parse_webvtt
from tests.media import clip, ffmpeg, make
from tests.planned import Made, carry_out
from tests.playback import heard, image_color, is_near, probed, seen

pytestmark = pytest.mark.integration

FAST = {"kind": "transcode", "video": {"speed": "fastest", "crf": 12}}
SPRITES = {"kind": "sprites", "every": "1s", "columns": 6, "rows": 1, "width": 32, "format": "png"}
RED, GREEN, BLUE = (253, 0, 0), (0, 127, 0), (0, 0, 253)
NUMBERED = "color=c=black:s=64x48:r=25:d=4,format=yuv420p,geq=lum='16+N*2':cb=128:cr=128"
JUMP = ("-mpegts_flags", "+initial_discontinuity")


def part(path: Path, color: str, hertz: int, *options: str) -> bytes:
    """Two seconds of one colour and one tone as a transport stream."""
    picture = (
        "-f",
        "lavfi",
        "-i",
        f"color=c={color}:s=160x90:r=25:d=2",
        "-f",
        "lavfi",
        "-i",
        f"sine={hertz}:r=48000:d=2",
    )
    coder = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac")
    return make(path, *picture, *coder, *options).read_bytes()


def assert_shots_in_turn(made: Made) -> None:
    """Three snapshots are red, green and blue."""
    for path, color in zip(made.paths("shots"), (RED, GREEN, BLUE), strict=True):
        assert is_near(image_color(path), color, 25), path.name


@pytest.mark.parametrize("is_flagged", [True, False], ids=["flagged", "joined"])
def test_seeking_in_a_clock_that_jumps_finds_the_right_time(tmp_path, is_flagged):
    flags = JUMP if is_flagged else ()
    source = tmp_path / "source.ts"
    second = part(tmp_path / "b.ts", "green", 880, *flags)
    third = part(tmp_path / "c.ts", "blue", 660, *flags, "-output_ts_offset", "1000")
    source.write_bytes(part(tmp_path / "a.ts", "red", 440) + second + third)
    shots = carry_out(
        source, tmp_path / "shots", {"shots": {"kind": "snapshots", "at": ["1s", "3s", "5s"], "format": "png"}}
    )
    assert [
        is_near(image_color(path), color, 25)
        for path, color in zip(shots.paths("shots"), (RED, GREEN, BLUE), strict=True)
    ] == [True] * 3
    made = carry_out(source, tmp_path / "part", {"file": {**FAST, "trim": {"start": "3s", "end": "5s"}}})
    film, sound = seen(made.path("file")), heard(made.path("file"))
    assert [
        is_near(film.color(time), color, 25) for time, color in ((0.1, GREEN), (0.8, GREEN), (1.2, BLUE), (1.9, BLUE))
    ] == [True] * 4
    assert (sound.pitch(0.1, 0.8), sound.pitch(1.2, 1.8)) == (pytest.approx(880, abs=6), pytest.approx(660, abs=6))


def number(color: tuple[int, int, int]) -> int:
    """The number of a frame of the numbered clip by its brightness."""
    return round(sum(color) / 3 * 219 / 255 / 2)


@pytest.mark.parametrize("is_flagged", [True, False], ids=["flagged", "joined"])
def test_clock_that_jumps_back_and_on_is_one_clock(tmp_path, is_flagged):
    flags = JUMP if is_flagged else ()
    parts = [
        part(tmp_path / "a.ts", "red", 440),
        part(tmp_path / "b.ts", "green", 880, *flags),
        part(tmp_path / "c.ts", "blue", 660, *flags, "-output_ts_offset", "1000"),
    ]
    source = tmp_path / "source.ts"
    source.write_bytes(b"".join(parts))
    made = carry_out(
        source,
        tmp_path / "out",
        {"file": FAST, "sheet": SPRITES, "shots": {"kind": "snapshots", "at": ["50%"], "format": "png"}},
    )
    assert made.plan.media.duration == pytest.approx(6, abs=0.15)
    film, sound = seen(made.path("file")), heard(made.path("file"))
    for middle, color, hertz in ((1, RED, 440), (3, GREEN, 880), (5, BLUE, 660)):
        for time in (middle - 0.7, middle, middle + 0.7):
            assert is_near(film.color(time), color, 25), time
        assert sound.pitch(middle - 0.5, middle + 0.5) == pytest.approx(hertz, abs=6)
    assert len(parse_webvtt(made.plan.documents[0].content)) == 6
    assert [
        is_near(image_color(made.path("sheet"), 32 * n + 16), color, 25)
        for n, color in ((1, RED), (3, GREEN), (5, BLUE))
    ] == [True] * 3
    assert is_near(image_color(made.path("shots")), GREEN, 25)


def assert_numbered(made: Made, first: int, count: int, *, tolerance: int = 0) -> None:
    """The outputs show each frame of the numbered clip from ``first`` on, at 25 per second from time 0 on."""
    film = seen(made.path("file"))
    assert abs(len(film.pictures) - count) <= tolerance
    shown = [number(film.color(n / 25)) for n in range(count - tolerance)]
    assert all(
        abs(found - wanted) <= 1 + tolerance for found, wanted in zip(shown, range(first, first + count), strict=False)
    ), shown


CODERS = ("-c:v", "libx264", "-crf", "0", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=4", "-map", "0", "-map", "1")


def test_clock_of_33_bits_that_wraps_loses_no_frame(tmp_path):
    source = make(tmp_path / "wrap.ts", "-f", "lavfi", "-i", NUMBERED, *TONE, *CODERS, "-output_ts_offset", "95441")
    made = carry_out(source, tmp_path / "out", {"file": FAST, "sheet": SPRITES})
    assert_numbered(made, 0, 100, tolerance=2)
    assert len(parse_webvtt(made.plan.documents[0].content)) == 4


@pytest.mark.parametrize(
    ("suffix", "offset"),
    [(".mkv", "-1.5"), (".mkv", "80000"), (".mp4", "80000"), (".ts", "80000"), (".flv", "3000")],
)
def test_start_that_is_not_zero_moves_no_frame(tmp_path, suffix, offset):
    options = ("-avoid_negative_ts", "disabled") if offset.startswith("-") else ()
    source = make(
        tmp_path / f"start{suffix}",
        "-f",
        "lavfi",
        "-i",
        NUMBERED,
        *TONE,
        *CODERS,
        "-output_ts_offset",
        offset,
        *options,
    )
    made = carry_out(
        source, tmp_path / "out", {"file": FAST, "shots": {"kind": "snapshots", "at": ["0s", "2s"], "format": "png"}}
    )
    assert_numbered(made, 0, 100, tolerance=2)
    assert [
        abs(number(image_color(path)) - wanted) <= 3 for path, wanted in zip(made.paths("shots"), (0, 50), strict=True)
    ] == [True] * 2


def test_edit_list_of_a_trimmed_copy_hides_what_was_cut(tmp_path):
    whole = make(tmp_path / "whole.mp4", "-f", "lavfi", "-i", NUMBERED, *TONE, *CODERS)
    source = tmp_path / "cut.mp4"
    argv = [ffmpeg(), "-v", "error", "-ss", "1.4", "-i", str(whole), "-map", "0", "-c", "copy", str(source)]
    subprocess.run(argv, check=True, timeout=60)
    assert probed(source, "-select_streams", "v", "-show_entries", "packet=flags")["packets"][0]["flags"].startswith(
        "KD"
    )
    made = carry_out(
        source,
        tmp_path / "out",
        {"file": FAST, "sheet": SPRITES, "shots": {"kind": "snapshots", "at": ["0s"], "format": "png"}},
    )
    assert_numbered(made, 35, 65)
    assert made.plan.media.duration == pytest.approx(2.6, abs=0.05)
    assert abs(number(image_color(made.path("shots"))) - 35) <= 1
    assert len(parse_webvtt(made.plan.documents[0].content)) == 3


RECORDERS = {
    "h264": ("libx264", "-preset", "ultrafast", "-g", "25"),
    "hevc": ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=25:min-keyint=25"),
    "mpeg2": ("mpeg2video", "-q:v", "2", "-g", "25", "-sc_threshold", "1000000000"),
}


@pytest.mark.parametrize("codec", RECORDERS)
@pytest.mark.parametrize("has_sound", [True, False], ids=["with sound", "video only"])
def test_recording_begun_inside_gop_counts_from_first_decodable_frame(tmp_path, codec, has_sound):
    sound = ("-c:a", "aac") if has_sound else ("-an",)
    coder = ("-c:v", *RECORDERS[codec], "-pix_fmt", "yuv420p", *sound)
    inputs = ("-f", "lavfi", "-i", NUMBERED, *(TONE if has_sound else ()))
    whole = make(tmp_path / "whole.ts", *inputs, *coder, "-pat_period", "0.1", "-muxrate", "3M").read_bytes()
    packets = len(whole) // 188
    source = tmp_path / "recording.ts"
    source.write_bytes(whole[188 * (packets // 8) :])
    made = carry_out(
        source, tmp_path / "out", {"file": FAST, "shots": {"kind": "snapshots", "at": ["0s"], "format": "png"}}
    )
    video = made.plan.media.main_video
    film = seen(made.path("file"))
    first = number(film.color(0))
    assert 20 <= first <= 27
    assert abs(number(film.color(1)) - first - 25 + (25 * (video.start - made.plan.media.start))) <= 2
    assert abs(number(image_color(made.path("shots"))) - first) <= 1
    if not has_sound:
        assert video.start - made.plan.media.start == 0
        assert made.plan.media.duration == pytest.approx(video.frame_count / 25, abs=0.05)
    assert all(not stream.has_holes for stream in made.plan.media.damage)


def test_wav_from_a_pipe_is_whole(tmp_path):
    source = tmp_path / "pipe.wav"
    argv = [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", "sine=440:d=2", "-f", "wav", "-"]
    source.write_bytes(subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout)
    made = carry_out(source, tmp_path / "out", {"song": {"kind": "transcode", "container": "mp3"}})
    assert heard(made.path("song")).seconds == pytest.approx(2, abs=0.06)


def test_cut_wav_from_a_pipe_is_lawful_too(tmp_path):
    argv = [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", "sine=440:d=2", "-f", "wav", "-"]
    source = tmp_path / "pipe.wav"
    source.write_bytes(subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout[:-50_001])
    made = carry_out(source, tmp_path / "out", {"song": {"kind": "transcode", "container": "flac"}})
    assert 1.3 < heard(made.path("song")).seconds < 1.5


def test_constant_clock_is_left_alone(tmp_path):
    made = carry_out(clip(tmp_path / "c.mp4"), tmp_path / "out", {"file": FAST})
    assert (made.plan.media.start, made.plan.media.duration) == (0, pytest.approx(1, abs=0.03))


def test_output_of_one_stream_keeps_to_the_clock_of_all(tmp_path):
    source = tmp_path / "source.ts"
    late = ("-output_ts_offset", "3", "-muxdelay", "0")
    source.write_bytes(part(tmp_path / "a.ts", "red", 440, *late) + part(tmp_path / "b.ts", "green", 880, *JUMP))
    both = carry_out(source, tmp_path / "both", {"file": FAST})
    assert both.plan.media.has_discontinuities
    picture = carry_out(source, tmp_path / "picture", {"file": {**FAST, "audio": "drop"}})
    sound = carry_out(source, tmp_path / "sound", {"file": {"kind": "transcode", "container": "m4a"}})
    length = both.plan.media.duration
    for made, kind in ((picture, "v"), (sound, "a")):
        assert " ".join(made.plan.units[0].commands[0].arguments).endswith("-f null -c copy -")
        (stream,) = probed(made.path("file"), "-select_streams", kind, "-show_entries", "stream=duration")["streams"]
        assert float(stream["duration"]) == pytest.approx(length, abs=0.1)
    assert both.plan.units[0].commands[0].arguments[-1] != "-"
