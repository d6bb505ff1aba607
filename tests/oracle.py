"""What any file shows and sounds like by plain decoding, without a look at how the product reads it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.media import ffmpeg

Pixels = NDArray[np.uint8]
Samples = NDArray[np.float32]

SAMPLE_RATE = 16_000
"""Hertz at which sound is compared."""
_VIDEO = re.compile(r"Video: .*?, (\d+)x(\d+)(?: \[SAR (\d+):(\d+))?")
JITTER = 0.015
"""Seconds by which a container's clock may be rough without meaning a gap."""
_NOTHING = "does not contain any stream"
FINE = ("-enc_time_base", "1:90000")
"""Options that keep frame times as they are, instead of counting frames."""
LONG_SIDE = 48
"""Pixels of the longer side of pictures that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a file shows and sounds like, on the clock of the decoder that was asked."""

    pictures: Pixels
    """Frames by height, width and three colours."""
    times: NDArray[np.float64]
    """Seconds of each frame."""
    last_length: float = 0.0
    """Seconds for which the last frame is shown."""
    sound: Samples
    """Two channels by samples, silent where the file has none, from ``sound_start`` on."""
    sound_start: float = 0.0
    sound_end: float = 0.0
    breaks: tuple[float, ...] = ()
    """Seconds at which sound goes on later or earlier than where it was."""
    size: tuple[float, int] = (0.0, 0)
    """Width and height of its first video stream in square pixels, before it is turned."""

    @property
    def has_picture(self) -> bool:
        """Whether there is any frame."""
        return len(self.times) > 0

    @property
    def has_sound(self) -> bool:
        """Whether there is any sample."""
        return self.sound.shape[1] > 0

    @property
    def start(self) -> float:
        """When the first frame or sample comes."""
        starts = ([float(self.times[0])] if self.has_picture else []) + ([self.sound_start] if self.has_sound else [])
        return min(starts, default=0.0)

    @property
    def picture_end(self) -> float:
        """When the last frame ends."""
        return float(self.times[-1]) + self.last_length if self.has_picture else 0.0

    @property
    def end(self) -> float:
        """When the last frame or sample ends."""
        return max(self.picture_end, self.sound_end if self.has_sound else 0.0)


def canvas_of(width: float, height: float) -> tuple[int, int]:
    """Width and height at which pictures of a shape are compared; no larger than they are."""
    scale = min(1.0, LONG_SIDE / max(width, height))
    return max(4, round(width * scale)), max(4, round(height * scale))


def see(
    path: Path, canvas: tuple[int, int] | None, *, track: int | None = 0, before: str = "", ratio: str = ""
) -> Seen:
    """Decode a file once.

    :param canvas: size of the pictures; None where none are wanted.
    :param track: number of the sound track; None where none is wanted.
    :param before: filter that each frame passes first, such as a deinterlacer.
    :param ratio: expression of the sample aspect ratio, by which pictures of other shapes get bars, rather than filling
        the canvas.
    """
    with tempfile.TemporaryDirectory(prefix="media-oracle-") as name:
        folder = Path(name)
        said = ""
        # A file that lacks one of both would give none at all: it is asked for the other alone then.
        for wanted in dict.fromkeys(((canvas, track), (canvas, None), (None, track))):
            options = _options(*wanted, before, folder, ratio)
            said = _decode(path, options) if options else ""
            if said and _NOTHING not in said:
                break
        pictures, times, last = _pictures(folder, canvas or (1, 1))
        sound, start, end, breaks = _sound(folder)
        heard = {"sound": sound, "sound_start": start, "sound_end": end, "breaks": breaks}
        return Seen(pictures=pictures, times=times, last_length=last, size=_size(said), **heard)


def _decode(path: Path, options: list[str]) -> str:
    """Run ffmpeg, and answer with what it says."""
    argv = [ffmpeg(), "-nostdin", "-hide_banner", "-nostats", "-y", "-threads", "1", "-max_error_rate", "1"]
    argv += ["-allowed_extensions", "ALL"] if path.suffix == ".m3u8" else []
    done = subprocess.run([*argv, "-i", str(path), *options], capture_output=True, text=True, check=False, timeout=300)
    return done.stderr


def _options(canvas: tuple[int, int] | None, track: int | None, before: str, folder: Path, ratio: str) -> list[str]:
    pictures = _picture_options(canvas, before, folder, ratio) if canvas else []
    return pictures + (_sound_options(track, folder) if track is not None else [])


def _size(said: str) -> tuple[float, int]:
    match = _VIDEO.search(said)
    if match is None:
        return 0.0, 0
    width, height, across, down = match.groups()
    return int(width) * (int(across) / int(down) if across else 1.0), int(height)


def _picture_options(canvas: tuple[int, int], before: str, folder: Path, ratio: str) -> list[str]:
    width, height = canvas
    scale = f"scale={width}:{height}:flags=area"
    if ratio:
        # A graph is made anew for each size, but not for each ratio.
        wide, each = f"iw*({ratio})", "" if ratio == "sar" else ":eval=frame"
        across, down = (
            f"max(1,round(min({width},{height}*{wide}/ih)))",
            f"max(1,round(min({height},{width}*ih/({wide}))))",
        )
        scale = (
            f"scale='{across}':'{down}':flags=area{each},format=rgb24,pad={width}:{height}:(ow-iw)/2:(oh-ih)/2{each}"
        )
    chain = ",".join(part for part in (before, scale, "format=rgb24") if part)
    times = ["-stats_enc_pre", str(folder / "times"), "-stats_enc_pre_fmt", "{t} {tb} {pts}"]
    return [
        "-map",
        "0:V:0?",
        "-vf",
        chain,
        "-fps_mode",
        "passthrough",
        *FINE,
        "-f",
        "rawvideo",
        *times,
        str(folder / "pictures"),
    ]


def _sound_options(track: int, folder: Path) -> list[str]:
    times = ["-stats_enc_pre", str(folder / "moments"), "-stats_enc_pre_fmt", "{t} {samp}"]
    form = ["-ac", "2", "-ar", str(SAMPLE_RATE), "-c:a", "pcm_f32le", "-f", "f32le"]
    return ["-map", f"0:a:{track}?", *form, *times, str(folder / "sound")]


def _pictures(folder: Path, canvas: tuple[int, int]) -> tuple[Pixels, NDArray[np.float64], float]:
    width, height = canvas
    path = folder / "pictures"
    data = path.read_bytes() if path.exists() else b""
    count = len(data) // (3 * width * height)
    pictures = np.frombuffer(data[: count * 3 * width * height], np.uint8).reshape(count, height, width, 3)
    lines = [line.split() for line in (folder / "times").read_text().splitlines()] if count else []
    times = np.array([int(pts) * float(Fraction(base)) for _, base, pts in lines[:count]])
    # A frame that comes after a later one is seen when it comes, if at all.
    times = np.maximum.accumulate(times) if count else times
    gaps = np.diff(times)
    return pictures, times, float(np.median(gaps)) if len(gaps) else 0.04


def _sound(folder: Path) -> tuple[Samples, float, float, tuple[float, ...]]:
    """Samples at their times: runs follow each other unless their times say clearly that they do not, and what none
    covers is silent.
    """
    path = folder / "sound"
    data = np.frombuffer(path.read_bytes() if path.exists() else b"", np.float32).reshape(-1, 2)
    if not len(data):
        return np.zeros((2, 0), np.float32), 0.0, 0.0, ()
    runs = [
        (float(time), int(count))
        for time, count in (line.split() for line in (folder / "moments").read_text().splitlines())
    ]
    start = min(time for time, _ in runs)
    end = max(time + count / SAMPLE_RATE for time, count in runs)
    sound = np.zeros((2, round((end - start) * SAMPLE_RATE) + len(data)), np.float32)
    done = place = 0
    breaks = []
    for time, count in runs:
        stated = round((time - start) * SAMPLE_RATE)
        if abs(stated - place) > JITTER * SAMPLE_RATE:
            breaks.append(time)
            place = stated
        sound[:, place : place + count] = data[done : done + count].T
        done += count
        place += count
    return sound[:, : round((end - start) * SAMPLE_RATE) + 1], start, end, tuple(breaks)
