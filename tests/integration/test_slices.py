"""Videos that are encoded in slices and joined, compared with their source and with the encode of the whole."""

from pathlib import Path

import pytest

from tests.command_line import Done, run, written
from tests.media import clip, hdr10, interlaced, rotated

pytestmark = pytest.mark.integration

SECONDS = 9.0
MOVING = {"width": 320, "height": 180, "seconds": SECONDS}
SOURCES = {
    "25": lambda folder: clip(folder / "a.mp4", **MOVING),
    "24000/1001": lambda folder: clip(folder / "a.mp4", rate="24000/1001", **MOVING),
    "30000/1001 mkv": lambda folder: clip(folder / "a.mkv", rate="30000/1001", **MOVING),
    "60000/1001": lambda folder: clip(folder / "a.mov", rate="60000/1001", **MOVING),
    "rotated": lambda folder: rotated(folder / "a.mp4", **MOVING),
    "interlaced": lambda folder: interlaced(folder / "a.mp4", **MOVING),
    "hdr": lambda folder: hdr10(folder / "a.mp4", **MOVING),
    "long gop": lambda folder: clip(folder / "a.mp4", extra=("-g", "1000"), **MOVING),
    "silent": lambda folder: clip(folder / "a.mp4", audio=False, **MOVING),
}
OUTPUTS = """
  mp4: {kind: transcode, quality: measure, video: {crf: 4, speed: fastest, gop_seconds: 1}}
  mkv: {kind: transcode, quality: measure, container: mkv, video: {crf: 4, speed: fastest, frame_rate: 15}}
  stream:
    kind: ladder
    quality: measure
    speed: fastest
    segment_seconds: 1
    renditions: [{short_side: 180, crf: 4, max_bitrate: 20000000}, {short_side: 120, crf: 4, max_bitrate: 20000000}]
"""


def sliced(tmp_path: Path, source: Path, outputs: str, slicing: object = 2, name: str = "sliced") -> Done:
    text = f'name: q\nslicing: {slicing}\noutput: {{path: "{{output}}.{{format}}"}}\noutputs:\n{outputs}'
    done = run(written(tmp_path / f"{name}.yaml", text), source, tmp_path / name)
    assert done.code == 0, done.answer
    return done


@pytest.mark.parametrize("kind", SOURCES)
def test_frames_of_slices_show_their_own_moment(kind, tmp_path):
    # Almost without loss, every frame is like its own moment of the source; like no other, because the picture moves.
    done = sliced(tmp_path, SOURCES[kind](tmp_path), OUTPUTS)
    found = {f"{each['output']} {each['rendition']}": each for each in done.answer["quality"]}
    assert len(found) == 4
    assert {name: each["minimum"] for name, each in found.items() if each["minimum"] < 80} == {}
