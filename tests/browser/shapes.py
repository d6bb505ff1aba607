"""Shapes of packages: sources of every kind that a ladder is made of, and the ladders made of them by the
command line.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.media import audio_only, clip, make, offset_start, vfr

LADDER = {
    "kind": "ladder",
    "audio_tracks": "all",
    "speed": "fastest",
    "segment_seconds": 2,
    "path": "package/",
    "renditions": [{"short_side": 90, "max_bitrate": 200_000}],
}
KEPT = {"variable_frame_rate": "keep"}
TWO_BITRATES = {"audio": [{"bitrate": 128_000}, {"bitrate": 64_000}]}
TWO_RUNGS = {"renditions": [{"short_side": 180, "max_bitrate": 600_000}, {"short_side": 90, "max_bitrate": 200_000}]}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A source and the ladder made of it."""

    source: Callable[[Path], Path]
    """Writes the source into a folder."""
    seconds: float
    """How long the package lasts."""
    ladder: Mapping[str, Any] = field(default_factory=dict)
    ahead: float = 3
    """Seconds that players may have buffered: little, so that a short clip is played piece by piece as a long film is.
    """


@dataclass(frozen=True, kw_only=True)
class Packaged:
    """A package on disk."""

    folder: Path
    seconds: float
    warnings: tuple[str, ...]


def unequal(
    picture: float, sound: float, *, picture_start: float = 0.0, sound_start: float = 0.0
) -> Callable[[Path], Path]:
    """A picture and a tone of these lengths, beginning at these times, all in seconds."""

    def source(folder: Path) -> Path:
        pattern = (
            "-itsoffset",
            str(picture_start),
            "-f",
            "lavfi",
            "-i",
            f"testsrc2=size=160x90:rate=25:duration={picture}",
        )
        tone = (
            "-itsoffset",
            str(sound_start),
            "-f",
            "lavfi",
            "-i",
            f"sine=frequency=440:sample_rate=48000:duration={sound}",
        )
        return make(
            folder / "source.mkv",
            *pattern,
            *tone,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
        )

    return source


def ordinary(**facts: Any) -> Callable[[Path], Path]:
    """A clip whose picture and sound are equally long."""
    return lambda folder: clip(folder / "source.mkv", **facts)


def languages(folder: Path) -> Path:
    """Three languages, each a tone of its own: 440, 880 and 1320 Hz."""
    tags = tuple(
        option for n, code in enumerate(("eng", "deu", "fra")) for option in (f"-metadata:s:a:{n}", f"language={code}")
    )
    return clip(folder / "source.mkv", width=320, height=180, seconds=8, audio=3, extra=tags)


def sounds_alone(folder: Path) -> Path:
    """Two tones of different lengths, and no picture."""
    tones = [("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}") for seconds in (7, 4)]
    tags = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu")
    return make(folder / "source.mka", *tones[0], *tones[1], "-map", "0", "-map", "1", "-c:a", "aac", *tags)


SHAPES: Mapping[str, Shape] = {
    "two-rungs-and-three-languages": Shape(source=languages, seconds=8, ladder=TWO_RUNGS),
    "short-sound": Shape(source=unequal(8, 1.5), seconds=8),
    "long-sound": Shape(source=unequal(3, 8), seconds=8),
    "late-sound": Shape(source=unequal(8, 3, sound_start=4), seconds=8),
    "late-picture": Shape(source=unequal(4, 7.5, picture_start=3), seconds=7.52),
    "no-sound": Shape(source=ordinary(seconds=6, audio=False), seconds=6),
    "sounds-alone": Shape(source=sounds_alone, seconds=7),
    "film-rate": Shape(source=ordinary(seconds=7, rate="24000/1001"), seconds=168 * 1001 / 24000),
    "half-rate": Shape(source=ordinary(seconds=7, rate="12.5"), seconds=7.04),
    "double-rate": Shape(source=ordinary(seconds=6, rate="50"), seconds=6),
    "uneven-rate": Shape(source=lambda folder: vfr(folder / "source.mkv", seconds=6), seconds=6),
    "uneven-rate-kept": Shape(source=lambda folder: vfr(folder / "source.mkv", seconds=6), seconds=6, ladder=KEPT),
    "two-sound-bitrates": Shape(source=ordinary(seconds=6), seconds=6, ladder=TWO_BITRATES),
    "portrait": Shape(source=ordinary(seconds=6, width=90, height=160), seconds=6),
    "last-segment-of-one-frame": Shape(source=ordinary(seconds=6.04), seconds=6.04),
    "last-segment-of-two-frames": Shape(source=ordinary(seconds=6.06, rate="30000/1001"), seconds=182 * 1001 / 30000),
    "last-sound-of-one-coder-frame": Shape(source=ordinary(seconds=6.02, rate="50"), seconds=6.02),
    "sound-alone-with-a-last-frame": Shape(
        source=lambda folder: audio_only(folder / "source.m4a", seconds=6.01), seconds=6.05
    ),
    "one-frame": Shape(source=ordinary(seconds=0.04, audio=False), seconds=0.04),
    # Chromium waits for four frames.
    "one-frame-a-second": Shape(source=ordinary(seconds=9, rate="1", gop=1), seconds=9, ahead=12),
    "one-segment": Shape(source=ordinary(seconds=1.2), seconds=1.2),
    "late-start": Shape(source=lambda folder: offset_start(folder / "source.ts", start=7, seconds=6), seconds=6.04),
    "h265": Shape(source=ordinary(seconds=6), seconds=6, ladder={"codec": "h265"}),
    "av1": Shape(source=ordinary(seconds=6), seconds=6, ladder={"codec": "av1"}),
    "vp9": Shape(source=ordinary(seconds=6), seconds=6, ladder={"codec": "vp9"}),
}


def packaged(shape: Shape, folder: Path) -> Packaged:
    """Make a shape's source and its package below a folder, as a user does."""
    folder.mkdir(parents=True, exist_ok=True)
    workflow = {"name": "shape", "output": {"path": "{output}"}, "outputs": {"ladder": {**LADDER, **shape.ladder}}}
    (folder / "shape.yaml").write_text(json.dumps(workflow))
    argv = [sys.executable, "-m", "airflow_provider_media.cli", "run", "--workflow", str(folder / "shape.yaml")]
    argv += ["--source", str(shape.source(folder)), "--output", f"{folder}/out/", "--json"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr + done.stdout
    return Packaged(
        folder=folder / "out" / "package", seconds=shape.seconds, warnings=tuple(json.loads(done.stdout)["warnings"])
    )
