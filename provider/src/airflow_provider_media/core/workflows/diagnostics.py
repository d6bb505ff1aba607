"""Diagnostics: mistakes in a file, with their places and corrections."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.serde import from_json, to_json

Severity = Literal["error", "warning"]
FieldPath = tuple[str | int, ...]

SYNONYMS: dict[str, tuple[str, ...]] = {
    "avc": ("h264",),
    "x264": ("h264",),
    "libx264": ("h264",),
    "hevc": ("h265",),
    "x265": ("h265",),
    "libx265": ("h265",),
    "libsvtav1": ("av1",),
    "libvpx-vp9": ("vp9",),
    "jpeg": ("jpg",),
    "matroska": ("mkv",),
    "mpegts": ("ts",),
    "fps": ("frame_rate",),
    "framerate": ("frame_rate",),
    "gop": ("gop_seconds",),
    "interval": ("every",),
    "times": ("at",),
    "time": ("at", "every"),
    "position": ("corner",),
    "alpha": ("opacity",),
    "format": ("container",),
    "container": ("format",),
    "watermark": ("watermarks",),
    "cron": ("schedule",),
    "gif": ("animated_image",),
    "animation": ("animated_image",),
    "thumbnails": ("sampled_snapshots",),
    "sprite": ("sprites",),
    "storyboard": ("sprites",),
    "snapshot": ("snapshots",),
    "hls": ("ladder",),
    "dash": ("ladder",),
    "gauss": ("blur",),
    "cover": ("crop",),
    "contain": ("pad",),
    "letterbox": ("pad",),
}
"""Words of other tools, with the words that mean the same here."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Mark:
    """A place in a file; line and column count from 1, and 0 means that the data came from no file."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Mark()
"""The mark of data that came from no file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One error or warning about a file."""

    mark: Mark
    field: str = ""
    """Path such as ``outputs.hd.video.codec``."""
    message: str
    """What is wrong, what is allowed, what to write."""
    rule: str
    """Stable name of the broken rule, such as ``unknown-field``."""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = ": ".join(part for part in (str(self.mark), self.field) if part)
        level = "" if self.severity == "error" else f"{self.severity}: "
        return f"{place}: {level}{self.message}" if place else f"{level}{self.message}"


def dotted(path: FieldPath) -> str:
    """Return a field path as people write it: ``outputs.hd.watermarks[0].text``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return `` Did you mean 'h264'?``, or an empty text if no allowed word is close."""
    options = list(allowed)
    known = [right for right in SYNONYMS.get(word.lower(), ()) if right in options]
    close = known or sorted(difflib.get_close_matches(word.lower(), options), key=lambda option: _distance(word.lower(), option))
    return f" Did you mean {close[0]!r}?" if close and close[0] != word else ""


def _distance(word: str, option: str) -> tuple[float, bool]:
    # Among equally close words, prefer the one with the same letters: h246 is a typing error for h264, not for h265.
    return -difflib.SequenceMatcher(None, word, option).ratio(), sorted(word) != sorted(option)


def invalid(diagnostics: Iterable[Diagnostic]) -> WorkflowInvalid:
    """Return the error with all diagnostics, one per line in its text and as JSON in its detail."""
    found = sorted(diagnostics, key=lambda one: one.mark)
    return WorkflowInvalid("\n".join(map(str, found)), diagnostics=[to_json(one) for one in found])


def diagnostics_of(error: WorkflowInvalid) -> list[Diagnostic]:
    """Return the diagnostics in an error."""
    return [from_json(Diagnostic, one) for one in cast("list[object]", error.detail["diagnostics"])]
