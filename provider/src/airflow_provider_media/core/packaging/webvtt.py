"""WebVTT of sprites: one cue per cell. A cue names a rectangle of a sheet by a media fragment.

Sources: W3C WebVTT (https://www.w3.org/TR/webvtt1/, §4 syntax) and W3C Media Fragments URI 1.0
(https://www.w3.org/TR/media-frags/, §4.2.2 spatial dimension: ``#xywh=x,y,w,h`` in pixels).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote, unquote

from airflow_provider_media.core.packaging.errors import VerificationFailed

_TIMESTAMP = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMINGS = re.compile(rf"{_TIMESTAMP} --> {_TIMESTAMP}", re.ASCII)
_FRAGMENT = re.compile(r"([^#\s]+)#xywh=(\d+),(\d+),(\d+),(\d+)", re.ASCII)
_NEW_LINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One cell of a sprite and its time."""

    start: float
    """Seconds."""
    end: float
    """Seconds; always after ``start``."""
    sheet: str
    """File name of the sheet, relative to the WebVTT file."""
    x: int
    y: int
    width: int
    height: int


def sprite_webvtt(  # noqa: PLR0917 - read in one go: which times, on which sheets, of which shape
    times: Sequence[float], duration: float, sheets: Sequence[str], columns: int, rows: int, cell: tuple[int, int]
) -> str:
    """Return the WebVTT text of a sprite whose cells fill the sheets row by row.

    Each cue ends where the next one begins, and the last cue at ``duration``. Times are rounded to milliseconds, the
    unit of WebVTT. A cue that rounding would leave empty is made one millisecond long, because an end must lie after
    its start (WebVTT §4.4).

    :param times: seconds at which the cells were taken, rising.
    :param duration: seconds at which the last cue ends.
    :param sheets: file names relative to the WebVTT file, not yet percent-encoded.
    :param cell: width and height of a cell in pixels.
    :raises ValueError: when the times fall, or when there are too few or too many sheets for the cells.
    """
    needed = math.ceil(len(times) / (columns * rows))
    if len(sheets) != needed:
        raise ValueError(f"{len(times)} cells of {columns}x{rows} fill {needed} sheets, but {len(sheets)} are named")
    if any(later < earlier for earlier, later in pairwise([0.0, *times])):
        raise ValueError("times of cells must be positive and rise")
    edges = _milliseconds([*times, duration])
    blocks = (
        f"{_timestamp(start)} --> {_timestamp(end)}\n{_fragment(number, sheets, columns, rows, cell)}\n"
        for number, (start, end) in enumerate(pairwise(edges))
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _milliseconds(times: Iterable[float]) -> list[int]:
    edges: list[int] = []
    for time in times:
        edges.append(max(round(time * 1000), edges[-1] + 1) if edges else round(time * 1000))
    return edges


def _timestamp(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def _fragment(number: int, sheets: Sequence[str], columns: int, rows: int, cell: tuple[int, int]) -> str:
    sheet, place = divmod(number, columns * rows)
    row, column = divmod(place, columns)
    width, height = cell
    return f"{quote(sheets[sheet])}#xywh={column * width},{row * height},{width},{height}"


def parse_webvtt(text: str) -> tuple[Cue, ...]:
    """Read a sprite's WebVTT strictly and return its cues.

    Only the form that ``sprite_webvtt`` writes is accepted: timings and one picture reference per cue. Identifiers,
    settings, styles and notes are refused.

    :raises VerificationFailed: when the text has another form. The error names the line.
    """
    lines = _NEW_LINE.split(text)
    if lines[0] != "WEBVTT" or (len(lines) > 1 and lines[1]):
        raise VerificationFailed("WebVTT: line 1 must be WEBVTT, followed by an empty line", line=1)
    cues = tuple(_cue(line, block) for line, block in _blocks(lines))
    for earlier, later in pairwise(cues):
        if later.start < earlier.start:
            raise VerificationFailed(
                f"WebVTT: the cue at {later.start:.3f} s comes after the one at {earlier.start:.3f} s; cues never go"
                " back"
            )
    return cues


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    for number, line in enumerate([*lines[2:], ""], start=3):
        if line:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(line: int, block: list[str]) -> Cue:
    timings = _TIMINGS.fullmatch(block[0])
    fragment = _FRAGMENT.fullmatch(block[1]) if len(block) == 2 else None
    if timings is None or fragment is None:
        raise VerificationFailed(
            f"WebVTT: line {line} begins no cue of the form 'hh:mm:ss.mmm --> hh:mm:ss.mmm' and"
            " 'sheet#xywh=x,y,width,height'",
            line=line,
        )
    start, end = _seconds(*timings.groups()[:4]), _seconds(*timings.groups()[4:])
    if end <= start:
        raise VerificationFailed(
            f"WebVTT: the cue in line {line} ends at {end:.3f} s, not after its start at {start:.3f} s", line=line
        )
    x, y, width, height = map(int, fragment.groups()[1:])
    return Cue(start=start, end=end, sheet=unquote(fragment[1]), x=x, y=y, width=width, height=height)


def _seconds(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> float:
    return (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) + int(milliseconds) / 1000
