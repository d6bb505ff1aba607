"""Words of diagnostics: paths of fields, and the allowed word that somebody probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from airflow_provider_media.core.planning.output_kinds import output_kinds

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
    "gauss": ("blur",),
    "cover": ("crop",),
    "contain": ("pad",),
    "letterbox": ("pad",),
}
"""Words of other tools, with the words that mean the same here.

Output kinds have their own (``OutputKind.synonyms``).
"""


def dotted(path: FieldPath) -> str:
    """Return a field path as people write it: ``outputs.hd.watermarks[0].text``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return `` Did you mean 'h264'?``, or an empty text if no allowed word is close."""
    options = list(allowed)
    kinds = [name for name, kind in output_kinds().items() if word.lower() in kind.synonyms]
    known = [right for right in (*SYNONYMS.get(word.lower(), ()), *kinds) if right in options]
    close = known or sorted(
        difflib.get_close_matches(word.lower(), options), key=lambda option: _distance(word.lower(), option)
    )
    return f" Did you mean {close[0]!r}?" if close and close[0] != word else ""


def _distance(word: str, option: str) -> tuple[float, bool]:
    # Among equally close words, prefer the one with the same letters: h246 is a typing error for h264, not for h265.
    return -difflib.SequenceMatcher(None, word, option).ratio(), sorted(word) != sorted(option)
