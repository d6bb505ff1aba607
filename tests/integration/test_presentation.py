"""Sound and picture of a package cover one interval, by the real tools; and what was lost of the source is
still found.
"""

from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.ffmpeg.runner import run
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.verification.measure import scan
from airflow_provider_media.core.verification.verify import verify_artifact
from tests.media import make
from tests.planned import carry_out, packaged, plan

pytestmark = pytest.mark.integration

LADDER = {
    "kind": "ladder",
    "audio_tracks": "all",
    "speed": "fastest",
    "segment_seconds": 1,
    "renditions": [{"short_side": 90, "max_bitrate": 200_000}],
}
UNEQUAL = {
    "short-sound": {"sounds": (0.5,)},
    "no-more-than-a-frame-of-sound": {"sounds": (0.02,)},
    "long-sound": {"sounds": (3.3,)},
    "sounds-of-three-lengths": {"sounds": (0.7, 2.0, 2.9)},
    "late-sound": {"sounds": (1.0,), "sound_start": 0.6},
    "late-picture": {"sounds": (2.5,), "picture_start": 0.6},
    "sound-that-begins-after-the-picture": {"sounds": (1.0,), "picture": 1, "sound_start": 1.7},
    "picture-that-begins-after-the-sound": {"sounds": (0.5,), "picture_start": 1.2},
}


def source(
    path: Path, *, sounds: tuple[float, ...], picture: float = 2, sound_start: float = 0.0, picture_start: float = 0.0
) -> Path:
    """A moving picture and tones, of these lengths and beginning at these times, all in seconds."""
    inputs = ["-itsoffset", str(picture_start), "-f", "lavfi", "-i", f"testsrc2=size=160x90:duration={picture}"]
    for seconds in sounds:
        inputs += [
            "-itsoffset",
            str(sound_start),
            "-f",
            "lavfi",
            "-i",
            f"sine=frequency=440:sample_rate=48000:duration={seconds}",
        ]
    maps = [option for n in range(len(sounds) + 1) for option in ("-map", str(n))]
    return make(path, *inputs, *maps, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")


@pytest.mark.parametrize("kind", UNEQUAL)
def test_package_of_unequal_tracks_covers_one_interval(tmp_path, kind):
    tools = find_toolchain()
    made = carry_out(source(tmp_path / "c.mkv", **UNEQUAL[kind]), tmp_path / "w", {"stream": LADDER})
    (package,) = made.plan.packages
    packaged(made)
    (streams,) = zip(
        *(scan(made.directory / track.file, toolchain=tools, limits=Limits()).streams for track in package.tracks),
        strict=True,
    )
    assert {round(stream.duration, 2) for stream in streams} == {round(package.duration, 2)}
    assert {float(min(stream.pts) * stream.time_base) for stream in streams if stream.kind == "video"} == {0.0}
    assert made.plan.notes


def verify_planned_for(promised: Path, there: Path, directory: Path, kind: str) -> None:
    """Carry out the plan of one source on another, and verify its renditions of one kind."""
    tools = find_toolchain()
    (unit,) = plan({"stream": LADDER}, probe(promised, toolchain=tools, limits=Limits())).units
    run(unit.commands[0], directory=directory, source=there, toolchain=tools, limits=Limits(), name=unit.name)
    for artifact in unit.artifacts:
        if getattr(artifact.expect, kind):
            verify_artifact(directory, artifact, toolchain=tools, limits=Limits())


def test_silence_does_not_hide_lost_sound(tmp_path):
    promised, there = source(tmp_path / "whole.mkv", sounds=(1.5,)), source(tmp_path / "cut.mkv", sounds=(0.7,))
    verify_planned_for(promised, promised, tmp_path, "audio")
    with pytest.raises(VerificationFailed, match="audio duration"):
        verify_planned_for(promised, there, tmp_path, "audio")


def test_held_frame_does_not_hide_lost_pictures(tmp_path):
    promised, there = (
        source(tmp_path / "whole.mkv", sounds=(3.5,)),
        source(tmp_path / "cut.mkv", sounds=(3.5,), picture=1),
    )
    verify_planned_for(promised, promised, tmp_path, "video")
    with pytest.raises(VerificationFailed, match="video duration"):
        verify_planned_for(promised, there, tmp_path, "video")
