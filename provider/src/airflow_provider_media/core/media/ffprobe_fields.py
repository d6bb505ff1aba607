"""Fields of ffprobe's answers: numbers, ratios and texts, of which any may be missing or wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Json = Mapping[str, Any]

# XML, and so a DASH manifest, cannot hold the last ones.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def index_of(stream: Json) -> int:
    """Return a stream's index; -1 where ffprobe states none."""
    return whole_number(stream.get("index"), -1)


def stream_time_base(stream: Json) -> Fraction:
    """Return the seconds per tick of a stream's packets."""
    return fraction_of(stream.get("time_base")) or Fraction(1, 1000)


def tag_of(stream: Json, name: str) -> str:
    """Return a stream's tag, whose name may be written in any case; empty where it has none."""
    return next((str(value) for key, value in stream.get("tags", {}).items() if key.lower() == name.lower()), "")


def plain_text(value: object) -> str:
    """Return an untrusted text on one line, in at most 200 characters."""
    return _CONTROL.sub(" ", str(value))[:200].strip()


def known_text(value: object) -> str:
    """Return a fact as text; empty where ffprobe states that it is unknown."""
    return "" if value in (None, "unknown", "unspecified") else str(value)


def whole_number(value: object, default: int) -> int:
    """Return a whole number, or the default where the value is none."""
    try:
        return int(str(value))
    except ValueError:
        return default


def seconds_of(value: object) -> float | None:
    """Return seconds; None where the value is no number."""
    try:
        return float(str(value))
    except ValueError:
        return None


def fraction_of(value: object) -> Fraction:
    """Return a ratio such as ``30000/1001`` or ``4:3``; 0 where the value is none."""
    try:
        return Fraction(str(value).replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        return Fraction(0)
