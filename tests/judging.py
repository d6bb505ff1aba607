"""Outputs of a job against what the source shows and sounds like: whatever differs is told in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from airflow_provider_media.core.packaging.webvtt import parse_webvtt
from tests.jobs import Outcome
from tests.judge import Judge
from tests.judging_sound import SOUND_FRAME, sound_complaints
from tests.oracle import Seen

UNLIKE = 16.0
"""Mean difference of brightness and colours, of 255, beyond which a picture is not the source's."""
CLOSE = 2.0
"""Difference by which a neighbour may be more like than the right picture."""


def complaints(judge: Judge, outcome: Outcome) -> list[str]:
    """All that is wrong with the outputs of a job that succeeded."""
    found = []
    for name, spec in judge.made.outputs.items():
        if any(left.output == name for left in outcome.manifest.left_out if outcome.manifest) and not spec.get(
            "required", True
        ):
            continue
        failed = [failure for failure in outcome.manifest.failed if not outcome.files(name)] if outcome.manifest else []
        if failed:
            found += [f"{name}: {failure['code']}: {failure['message']}" for failure in failed]
            continue
        found += [f"{name}: {complaint}" for complaint in _OF_KIND[spec["kind"]](judge, name, spec, outcome)]
    return found


def _transcode(judge: Judge, name: str, spec: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    (path,) = outcome.files(name)
    seen = judge.seen(path)
    if judge.truth.has_picture and judge.canvas:
        square = spec["video"].get("fit") == "stretch"
        yield from _shape(judge, seen.size, square=square)
        yield from _moving(judge, seen, end=judge.truth.picture_end, keeps_times="variable_frame_rate" in spec["video"])
    yield from sound_complaints(judge, seen)


def _ladder(judge: Judge, name: str, _spec: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    master = next(path for path in outcome.files(name, ".m3u8") if "#EXT-X-STREAM-INF" in path.read_text())
    seen = judge.seen(master)
    # Samples of priming, which browsers drop, stand before both: the clock of a package begins with its pictures.
    began = float(seen.times[0]) if seen.has_picture else 0.0
    seen = replace(
        seen, times=seen.times - began, sound_start=seen.sound_start - began, sound_end=seen.sound_end - began
    )
    if judge.truth.has_picture:
        yield from _shape(judge, seen.size)
        yield from _moving(judge, seen, end=judge.truth.end)
    yield from sound_complaints(judge, seen, padded=True)


def _snapshots(judge: Judge, name: str, spec: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    pictures = outcome.files(name)
    times = (
        _sampled(judge, spec["every"]) if "every" in spec else sorted(_seconds(at, judge.duration) for at in spec["at"])
    )
    if len(pictures) != len(times):
        yield f"{len(pictures)} pictures instead of {len(times)}"
    for path, time in zip(pictures, times, strict=False):
        with Image.open(path) as image:
            yield from _shape(judge, image.size)
            slack = 0.03 if str(spec.get("at", spec.get("every"))).find("%") >= 0 else 0.003
            yield from _still(judge, image, time, judge.at_or_after(time - slack), judge.at_or_after(time + slack))


def _seconds(text: str, duration: float) -> float:
    value = float(text.rstrip("s%"))
    return value * duration / 100 if text.endswith("%") else value


def _sampled(judge: Judge, every: str) -> list[float]:
    step = _seconds(every, judge.duration)
    if every.endswith("%"):
        return [step * number for number in range(1, math.floor(100 / float(every[:-1])) + 1)]
    return [step * number for number in range(math.floor((float(judge.times[-1]) + 0.002) / step) + 1)]


def _animation(judge: Judge, name: str, spec: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    (path,) = outcome.files(name)
    start, slack = float(spec["start"]), 0.5 / spec["frame_rate"] + 0.015
    time = start
    with Image.open(path) as image:
        yield from _shape(judge, image.size)
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()
            yield from _still(judge, image, time, judge.on_display(time - slack), judge.on_display(time + slack))
            time += image.info.get("duration", 0) / 1000
    end = min(start + 3, judge.truth.picture_end - judge.truth.start)
    if number and abs(time - end) > 1 / spec["frame_rate"] + 1 / float(judge.made.rate) + 0.02:
        yield f"lasts until {time:.3f} s instead of {end:.3f} s"


def _sprites(judge: Judge, name: str, _spec: dict[str, Any], outcome: Outcome) -> Iterator[str]:
    (index,) = outcome.files(name, ".vtt")
    cues = parse_webvtt(index.read_text())
    for cue in cues:
        with Image.open(index.parent / cue.sheet) as sheet:
            cell = sheet.crop((cue.x, cue.y, cue.x + cue.width, cue.y + cue.height))
            yield from _shape(judge, cell.size)
            yield from _still(
                judge, cell, cue.start, judge.on_display(cue.start - 0.02), judge.on_display(cue.start + 0.02)
            )
    # For how long the last of uneven frames is shown is anybody's guess.
    guessed = float(np.diff(judge.times).max(initial=0.0)) if judge.made.uneven else 0.0
    if abs(cues[-1].end - judge.duration) > SOUND_FRAME + guessed:
        yield f"its cues end at {cues[-1].end:.3f} s, and the source at {judge.duration:.3f} s"


_OF_KIND = {
    "transcode": _transcode,
    "ladder": _ladder,
    "snapshots": _snapshots,
    "sampled_snapshots": _snapshots,
    "animated_image": _animation,
    "sprites": _sprites,
}


def _shape(judge: Judge, size: tuple[float, int], *, square: bool = False) -> Iterator[str]:
    width, height = size
    across, down = (1.0, 1) if square else judge.made.display
    wanted, found = across / down, width / max(1, height)
    # Sides are whole, and often even, numbers of pixels.
    if abs(found / wanted - 1) > 1.3 * (1 / max(1, width) + 1 / max(1, height)):
        yield f"its pictures are {width:g}x{height}, but the source's shape is {across:g}x{down}"


def _still(judge: Judge, image: Image.Image, time: float, first: int, last: int) -> Iterator[str]:
    assert judge.canvas
    pixels = np.asarray(image.convert("RGB").resize(judge.canvas, Image.Resampling.BOX), np.int16)
    differences = np.abs(judge.truth.pictures.astype(np.int16) - pixels).mean(axis=(1, 2, 3))
    yield from _right(differences, first, last, f"the picture of {time:.3f} s")


def _moving(judge: Judge, seen: Seen, *, end: float, keeps_times: bool = False) -> Iterator[str]:
    if not seen.has_picture:
        yield "it shows nothing"
        return
    frame = float(np.median(np.diff(seen.times))) if len(seen.times) > 1 else seen.last_length
    slack = (0.0 if keeps_times else frame / 2) + 0.005
    truth = judge.truth.pictures.astype(np.int16)
    wrong = []
    shown = np.zeros(len(truth), bool)
    for time, picture in zip(seen.times, seen.pictures.astype(np.int16), strict=True):
        differences = np.abs(truth - picture).mean(axis=(1, 2, 3))
        wrong += _right(
            differences, judge.on_display(time - slack), judge.on_display(time + slack), f"the frame at {time:.3f} s"
        )
        shown |= differences <= differences.min() + CLOSE
    if wrong:
        yield f"{wrong[0]} ({len(wrong)} of {len(seen.times)} frames are wrong)"
    same = np.diff(judge.times) < 0.001  # of several pictures of one moment one is enough
    shown[:-1] |= same
    shown[1:] |= same
    if not judge.made.uneven and not shown.all():
        yield f"it never shows {(~shown).sum()} frames of the source, the first one at {judge.times[~shown][0]:.3f} s"
    if not keeps_times and seen.times[0] > 0.01:
        yield f"its pictures begin at {seen.times[0]:.3f} s"
    ends = (judge.truth.picture_end - judge.truth.start, end - judge.truth.start)
    if all(abs(seen.picture_end - wanted) > frame + judge.truth.last_length + 0.01 for wanted in ends):
        yield f"its pictures end at {seen.picture_end:.3f} s, and those of the source at {ends[0]:.3f} s"


def _right(differences: NDArray[np.float64], first: int, last: int, what: str) -> Iterator[str]:
    best = int(differences.argmin())
    right = float(differences[first : last + 1].min())
    if right > differences[best] + CLOSE:
        yield f"{what} is frame {best} (difference {differences[best]:.1f}) instead of {first} to {last} ({right:.1f})"
    elif right > UNLIKE:
        yield f"{what} differs from frame {best} of the source by {right:.1f}"
