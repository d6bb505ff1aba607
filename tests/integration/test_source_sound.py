"""Sound of odd sources is heard, in every output, as a correct player plays it; shortest sources give every kind of
output.
"""

import re
import subprocess
from pathlib import Path

import pytest

from tests.media import ffmpeg, make
from tests.planned import Made, carry_out
from tests.playback import heard, probed, seen, stream_of

pytestmark = pytest.mark.integration

FAST = {"kind": "transcode", "video": {"speed": "fastest"}}
SONG = {"kind": "transcode", "container": "mp3"}
LADDER = {
    "kind": "ladder",
    "speed": "fastest",
    "segment_seconds": 1,
    "renditions": [{"short_side": 90, "max_bitrate": 200_000}],
}
PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1")
CODER = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p")


def tones(*hertz: int, seconds: float = 1) -> tuple[str, ...]:
    """Inputs of one tone each."""
    return tuple(
        text
        for pitch in hertz
        for text in ("-f", "lavfi", "-i", f"sine=frequency={pitch}:sample_rate=48000:duration={seconds}")
    )


def assert_left_and_right(path: Path, left: int, right: int) -> None:
    assert stream_of(path, "audio")["channels"] == 2
    for channel, wanted in enumerate((left, right)):
        assert heard(path, channel=channel).pitch(0.3, 0.8) == pytest.approx(wanted, abs=8), channel


@pytest.mark.parametrize(("tracks", "programmes"), [(2, (2,)), (4, (2, 2)), (6, (6,)), (3, (1, 1, 1))])
def test_mono_tracks_of_a_recorder_become_programmes(tmp_path, tracks, programmes):
    hertz = [300 + 200 * n for n in range(tracks)]
    maps = [text for n in range(tracks + 1) for text in ("-map", str(n))]
    source = make(tmp_path / "tracks.mov", *PICTURE, *tones(*hertz), *maps, *CODER, "-c:a", "pcm_s16le", "-ac", "1")
    outputs = {
        "file": {**FAST, "audio": {"tracks": "all"}},
        "wide": {"kind": "transcode", "container": "flac", "audio": {"channels": 6}},
    }
    made = carry_out(
        source, tmp_path / "out", {name: outputs[name] for name in (("file", "wide") if tracks == 6 else ("file",))}
    )
    assert tuple(track.channels for track in made.plan.media.audio) == programmes
    if programmes[0] == 2:
        assert_left_and_right(made.path("file"), hertz[0], hertz[1])
        for track in range(len(programmes)):
            assert heard(made.path("file"), track=track, channel=0).pitch(0.3, 0.8) == pytest.approx(
                hertz[2 * track], abs=8
            )
    if tracks == 6:
        for channel, wanted in enumerate(hertz):
            assert heard(made.path("wide"), channel=channel).pitch(0.3, 0.8) == pytest.approx(wanted, abs=8)
    if tracks == 3:
        assert [heard(made.path("file"), track=n).pitch(0.3, 0.8) for n in range(3)] == pytest.approx(hertz, abs=8)


@pytest.mark.parametrize("order", [("narrow", "wide"), ("wide", "narrow")])
def test_outputs_of_different_layouts_and_rates_share_no_sound(tmp_path, order):
    hertz = [300 + 200 * n for n in range(6)]
    merge = f"{''.join(f'[{n}:a]' for n in range(6))}amerge=inputs=6[a]"
    source = make(tmp_path / "surround.wav", *tones(*hertz), "-filter_complex", merge, "-map", "[a]")
    outputs = {
        "narrow": {"kind": "transcode", "container": "flac", "audio": {"channels": 1, "sample_rate": 8000}},
        "wide": {"kind": "transcode", "container": "flac", "audio": {"channels": 6}},
    }
    made = carry_out(source, tmp_path / "out", {name: outputs[name] for name in order})
    assert [heard(made.path("wide"), channel=n).pitch(0.3, 0.8) for n in range(6)] == pytest.approx(hertz, abs=8)


@pytest.mark.parametrize("order", [("wav", "flac"), ("flac", "wav")])
def test_sixteen_bits_beside_it_take_none_of_twenty_four(tmp_path, order):
    faint = ("-f", "lavfi", "-i", "sine=440:d=1:r=48000,volume=0.00005")
    source = make(tmp_path / "faint.wav", *faint, "-c:a", "pcm_s24le")
    made = carry_out(source, tmp_path / "out", {name: {"kind": "transcode", "container": name} for name in order})
    assert len(set(heard(made.path("flac")).samples)) > 50
    assert stream_of(made.path("wav"), "audio")["codec_name"] == "pcm_s16le"


def test_ambisonic_source_is_heard_left_and_right(tmp_path):
    """First order: a source at the left (W + Y) and one at the right (W - Y)."""
    encode = "[0:a][1:a]amerge=inputs=2,pan=4.0|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1|c2=0*c0|c3=0*c0"
    convert = ("-filter_complex", encode, "-c:a", "libopus", "-mapping_family", "2", "-b:a", "256k")
    inputs = tones(440, 880)
    try:
        source = make(tmp_path / "ambisonic.mkv", *inputs, *convert)
    except AssertionError:
        pytest.skip("this ffmpeg writes no ambisonic Opus")
    made = carry_out(source, tmp_path / "out", {"song": SONG, "wide": {"kind": "transcode", "container": "m4a"}})
    for output in ("song", "wide"):
        assert_left_and_right(made.path(output), 440, 880)


def test_sixteen_channels_are_heard_by_their_first_two(tmp_path):
    merge = f"{''.join(f'[{n}:a]' for n in range(16))}amerge=inputs=16[a]"
    hertz = [300 + 50 * n for n in range(16)]
    source = make(tmp_path / "wide.mov", *tones(*hertz), "-filter_complex", merge, "-map", "[a]", "-c:a", "pcm_s16le")
    assert stream_of(source, "audio")["channels"] == 16
    made = carry_out(source, tmp_path / "out", {"song": SONG, "level": {**SONG, "audio": {"loudness": -23}}})
    for output in ("song", "level"):
        assert_left_and_right(made.path(output), hertz[0], hertz[1])


def loudness(path: Path) -> float:
    """Integrated loudness in LUFS as it is heard: one channel from two loudspeakers."""
    argv = [
        ffmpeg(),
        "-nostdin",
        "-hide_banner",
        "-i",
        str(path),
        "-map",
        "0:a:0",
        "-af",
        "ebur128=dualmono=true",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])


@pytest.mark.parametrize("channels", [None, 1, 2])
def test_loudness_of_mono_equals_loudness_of_same_stereo_programme(tmp_path, channels):
    level = {
        "kind": "transcode",
        "container": "flac",
        "audio": {"loudness": -20, **({"channels": channels} if channels else {})},
    }
    noise = ("-f", "lavfi", "-i", "anoisesrc=color=pink:seed=1:sample_rate=48000:duration=5:amplitude=0.2")
    found = []
    for name, layout in (("mono", "mono"), ("stereo", "stereo")):
        source = make(tmp_path / f"{name}.wav", *noise, "-af", f"aformat=channel_layouts={layout}")
        found.append(loudness(carry_out(source, tmp_path / name, {"level": level}).path("level")))
    assert found == pytest.approx([-20, -20], abs=1)
    assert found[0] == pytest.approx(found[1], abs=0.3)


# The shortest sources.

EVERY_KIND = {
    "file": FAST,
    "vp9": {"kind": "transcode", "container": "webm", "video": {"codec": "vp9", "speed": "fastest"}},
    "twice": {"kind": "transcode", "video": {"speed": "fastest", "bitrate": 100_000, "passes": 2}},
    "stream": LADDER,
    "shots": {"kind": "snapshots", "at": ["0s", "50%", "100%"]},
    "samples": {"kind": "sampled_snapshots", "every": "50%"},
    "sheet": {"kind": "sprites", "every": "1s", "columns": 2, "rows": 2, "width": 32},
    "loop": {"kind": "animated_image"},
    "moving": {"kind": "animated_image", "format": "webp"},
}
SOUND_KINDS = {name: {"kind": "transcode", "container": name} for name in ("m4a", "mp3", "flac", "ogg", "wav", "mkv")}


@pytest.mark.parametrize("rate", ["25", "1", "30000/1001"])
@pytest.mark.parametrize("has_sound", [False, True], ids=["silent", "with sound"])
def test_source_of_one_frame_gives_every_kind_of_output(tmp_path, rate, has_sound):
    sound = tones(440, seconds=0.04) if has_sound else ()
    picture = ("-f", "lavfi", "-i", f"testsrc2=s=160x90:r={rate}", *sound)
    source = make(
        tmp_path / "one.mp4", *picture, "-map", "0:v", *(("-map", "1:a") if has_sound else ()), "-frames:v", "1", *CODER
    )
    made = carry_out(source, tmp_path / "out", EVERY_KIND)
    assert len(made.paths("shots")) == 3
    for output in ("file", "vp9", "twice"):
        assert len(seen(made.path(output)).pictures) >= 1


@pytest.mark.parametrize("container", ["mov", "mkv"])
def test_sound_of_five_milliseconds_gives_every_kind_of_output(tmp_path, container):
    source = make(tmp_path / f"blip.{container}", *tones(1000, seconds=0.005), "-c:a", "pcm_s16le")
    made = carry_out(source, tmp_path / "out", {**SOUND_KINDS, "stream": LADDER})
    assert heard(made.path("flac")).seconds == pytest.approx(0.005, abs=0.001)
    for name in SOUND_KINDS:
        assert 0 < float(probed(made.path(name))["format"]["duration"]) < 0.2, name


def test_sound_shorter_than_one_frame_with_film_succeeds(tmp_path):
    source = make(
        tmp_path / "blip.mov",
        *PICTURE,
        *tones(1000, seconds=0.005),
        "-map",
        "0",
        "-map",
        "1",
        *CODER,
        "-c:a",
        "pcm_s16le",
    )
    made: Made = carry_out(source, tmp_path / "out", {"file": FAST, "song": SONG, "stream": LADDER})
    assert len(seen(made.path("file")).pictures) == 25
