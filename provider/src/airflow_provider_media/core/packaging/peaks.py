"""Peaks: the lowest and highest samples of an audio track over time, as data and as a picture.

The data has version 2 of audiowaveform's JSON format, which peaks.js and wavesurfer.js read:
https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BITS = 8
"""Bits of each value in the peaks. Players draw no finer."""
_LEVEL = re.compile(r"lavfi\.astats\.(\d+)\.(Min|Max)_level=(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveformFile:
    """One planned file of a waveform."""

    levels: str
    """File in which ffmpeg writes the levels of each block."""
    file: str
    format: str
    """png or json."""
    seconds: float
    """Duration of the audio."""
    sample_rate: int
    """Hertz."""
    channels: int
    block: int
    """Samples that ffmpeg measures at once."""
    blocks: int
    """Blocks per pair of peaks."""
    width: int
    height: int
    color: str
    background: str

    @property
    def samples_per_pixel(self) -> int:
        """Samples per pair of peaks."""
        return self.block * self.blocks


Peaks = list["array[int]"]
"""Per channel: lowest and highest value in turn, from -128 to 127."""


def read_levels(lines: Iterable[str], file: WaveformFile) -> Peaks:
    """Return the peaks of the levels that ffmpeg printed block by block; the blocks of one pixel share a pair."""
    peaks: Peaks = [array("b") for _ in range(file.channels)]
    block = 0
    for line in lines:
        if line.startswith("frame:"):
            if block % file.blocks == 0:
                for values in peaks:
                    values.extend((127, -128))  # any level is lower and higher
            block += 1
        elif match := _LEVEL.match(line):
            _widen(peaks[int(match[1]) - 1], match[2], _eight_bits(match[3]))
    return peaks


def _widen(values: array[int], end: str, value: int) -> None:
    if end == "Min":
        values[-2] = min(values[-2], value)
    else:
        values[-1] = max(values[-1], value)


def _eight_bits(level: str) -> int:
    # Decoders may give samples beyond full scale, which sound as full scale does.
    return max(-128, min(127, int(max(-1.0, min(1.0, float(level))) * 128)))


def peaks_head(file: WaveformFile) -> dict[str, int]:
    """Return the fields of audiowaveform's format that the plan alone decides."""
    return {
        "version": 2,
        "channels": file.channels,
        "sample_rate": file.sample_rate,
        "samples_per_pixel": file.samples_per_pixel,
        "bits": BITS,
    }


def peaks_json(peaks: Peaks, file: WaveformFile) -> dict[str, Any]:
    """Return the peaks in audiowaveform's format: per pixel, the pairs of all channels in turn."""
    data: list[int] = []
    for place in range(0, len(peaks[0]), 2):
        for values in peaks:
            data += values[place : place + 2]
    return {**peaks_head(file), "length": len(peaks[0]) // 2, "data": data}


def draw(peaks: Peaks, file: WaveformFile, path: Path) -> None:
    """Draw the peaks as a PNG file, each channel in a band of its own."""
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (file.width, file.height), _rgba(file.background))
    pen, color = ImageDraw.Draw(image), _rgba(file.color)
    for channel, values in enumerate(peaks):
        top, bottom = (file.height * number // file.channels for number in (channel, channel + 1))
        scale = (bottom - top - 1) / 255
        for x, (lowest, highest) in enumerate(columns(values, file.width)):
            pen.line((x, round(top + (127 - highest) * scale), x, round(top + (127 - lowest) * scale)), fill=color)
    image.save(path)


def columns(values: Sequence[int], width: int) -> list[tuple[int, int]]:
    """Return the lowest and highest value of each column of a picture.

    :param values: lowest and highest value of each pixel in turn.
    :param width: number of columns.
    """
    count = len(values) // 2
    found = []
    for x in range(width):
        first = x * count // width
        last = max(first + 1, (x + 1) * count // width)
        found.append((min(values[2 * first : 2 * last : 2]), max(values[2 * first + 1 : 2 * last : 2])))
    return found


def _rgba(color: str) -> tuple[int, int, int, int]:
    if color == "transparent":
        return (0, 0, 0, 0)
    red, green, blue, alpha = bytes.fromhex(color.removeprefix("#").ljust(8, "f"))
    return (red, green, blue, alpha)
