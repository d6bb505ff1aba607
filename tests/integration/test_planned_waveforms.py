"""Waveforms by the real ffmpeg, compared with the samples of a decode of our own."""

import json
import subprocess
import sys
from array import array

import pytest
from PIL import Image

from tests.jobs import run_job
from tests.media import clip, ffmpeg, make
from tests.planned import carry_out

pytestmark = pytest.mark.integration

BEATS = "aevalsrc='0.9*sin(2*PI*300*t)*abs(sin(2*PI*t))|0.3*sin(2*PI*500*t)*lt(t,1)':s=44100:d=3"


@pytest.fixture
def beats(tmp_path):
    """Three seconds of stereo: loud beats on the left, a quiet tone of one second on the right."""
    return make(tmp_path / "beats.flac", "-f", "lavfi", "-i", BEATS)


def samples(path, *options) -> array:
    """Decoded audio as floats in turn of channels."""
    argv = [ffmpeg(), "-v", "error", "-i", str(path), *options, "-f", "f32le", "-"]
    found = array("f", subprocess.run(argv, capture_output=True, check=True).stdout)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def oracle(values, channels, samples_per_pixel) -> list[int]:
    """Peaks of decoded samples, by the definition of audiowaveform's format."""
    data = []
    for first in range(0, len(values), samples_per_pixel * channels):
        pixel = values[first : first + samples_per_pixel * channels]
        for channel in range(channels):
            peaks = (min(pixel[channel::channels]), max(pixel[channel::channels]))
            data += [max(-128, min(127, int(peak * 128))) for peak in peaks]
    return data


def written(made, output) -> dict:
    return json.loads((made.directory / f"{output}.json").read_text())


def test_peaks_are_those_of_the_decoded_samples(beats, tmp_path):
    made = carry_out(
        beats, tmp_path / "w", {"mix": {"kind": "waveform"}, "both": {"kind": "waveform", "split_channels": True}}
    )
    mix, both = written(made, "mix"), written(made, "both")
    assert (mix["channels"], mix["sample_rate"], mix["samples_per_pixel"], mix["length"]) == (1, 44_100, 73, 1813)
    assert both["data"] == oracle(samples(beats), 2, 73)
    left_and_right = samples(beats)
    mono = [(left + right) / 2 for left, right in zip(left_and_right[::2], left_and_right[1::2], strict=True)]
    assert max(abs(a - b) for a, b in zip(mix["data"], oracle(mono, 1, 73), strict=True)) <= 1


def test_picture_shows_loud_and_silent_parts_of_each_channel(beats, tmp_path):
    spec = {
        "kind": "waveform",
        "split_channels": True,
        "width": 300,
        "height": 101,
        "files": ["png"],
        "color": "#ff0000",
    }
    made = carry_out(beats, tmp_path / "w", {"waves": spec})
    with Image.open(made.path("waves")) as image:
        assert image.size == (300, 101)
        heights = [
            sum(image.getpixel((x, y))[3] == 255 for y in range(top, top + 50))
            for x, top in ((25, 0), (50, 50), (200, 50))
        ]
    assert heights[0] > 40
    assert 12 < heights[1] < 20
    assert heights[2] == 1


def test_span_of_a_waveform_begins_with_its_start(beats, tmp_path):
    made = carry_out(
        beats,
        tmp_path / "w",
        {"end": {"kind": "waveform", "start": "1s", "end": "2s", "width": 100, "split_channels": True}},
    )
    found = written(made, "end")
    assert found["samples_per_pixel"] * found["length"] == pytest.approx(44_100, abs=1000)
    # The tone on the right has ended; FLAC's decoder may give a few samples of it before the start.
    right = list(zip(found["data"][2::4], found["data"][3::4], strict=True))
    assert set(right[1:]) == {(0, 0)}
    assert max(found["data"][1::4]) > 100


def test_waveform_of_a_late_track_begins_with_silence(tmp_path):
    tone = ("-f", "lavfi", "-itsoffset", "1", "-i", "sine=d=1:r=48000")
    late = make(tmp_path / "late.mkv", "-f", "lavfi", "-i", "testsrc=s=64x48:d=2", *tone, "-c:a", "pcm_s16le")
    found = written(carry_out(late, tmp_path / "w", {"waves": {"kind": "waveform", "width": 200}}), "waves")
    pixels = list(zip(found["data"][::2], found["data"][1::2], strict=True))
    assert found["length"] == 200
    assert set(pixels[:99]) == {(0, 0)}
    assert all(highest > 5 for _, highest in pixels[101:])


def test_waveform_of_many_hours_keeps_its_pixels(tmp_path):
    long = make(tmp_path / "long.mp3", "-f", "lavfi", "-i", "sine=d=900:r=8000", "-b:a", "8k")
    found = written(carry_out(long, tmp_path / "w", {"waves": {"kind": "waveform", "width": 16}}), "waves")
    assert found["length"] in (16, 17)
    assert found["samples_per_pixel"] > 65_536


def test_job_publishes_picture_and_peaks_with_their_facts(tmp_path):
    source = clip(tmp_path / "clip.mp4", seconds=2)
    done = run_job(
        source,
        tmp_path / "job",
        {"waves": {"kind": "waveform"}, "mp4": {"kind": "transcode", "video": {"speed": "fastest"}}},
    )
    assert done.code == ""
    assert [path.name for path in done.files("waves")] == ["waves.json", "waves.png"]
    facts = {made.media_type: dict(made.facts) for made in done.manifest.outputs if made.output == "waves"}
    assert facts["image/png"] == {"width": 1800, "height": 280, "codecs": ["png"], "content": "waveform"}
    assert facts["application/json"]["duration"] == pytest.approx(2, abs=0.1)


def test_job_of_a_silent_film_publishes_the_rest(tmp_path):
    source = clip(tmp_path / "clip.mp4", audio=False)
    done = run_job(source, tmp_path / "job", {"waves": {"kind": "waveform"}, "shot": {"kind": "snapshots", "at": [0]}})
    assert [(left.output, left.reason) for left in done.manifest.left_out] == [("waves", "the source has no sound")]
