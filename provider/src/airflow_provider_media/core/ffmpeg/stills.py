"""Options of picture encoders, each with its reason."""

from __future__ import annotations

from typing import Literal

from airflow_provider_media.core.ffmpeg import filters
from airflow_provider_media.core.ffmpeg.graph import Stream

StillFormat = Literal["jpg", "png", "webp"]


def still(picture: Stream, form: StillFormat) -> Stream:
    """A picture's samples as its format stores them."""
    if form == "png":
        return filters.formatted(filters.as_still(picture, matrix="keep", full_range=True), "rgb24")
    stored = filters.as_still(picture, matrix="bt601", full_range=form == "jpg")
    return filters.formatted(stored, "yuv420p")


def still_options(form: StillFormat, quality: int) -> dict[str, str]:
    """Options of one picture or a series of them.

    :param quality: 1 (smallest) to 100 (best); PNG loses nothing whatever it says.
    """
    encoder = {
        "jpg": {"c:v": "mjpeg", "q:v": str(jpeg_quantizer(quality)), "huffman": "optimal"},  # optimal: the same picture in fewer bytes
        "png": {"c:v": "png", "pred": "mixed"},  # mixed: the best prediction per line, a third smaller than none
        "webp": {"c:v": "libwebp", "quality": str(quality)},
    }[form]
    # passthrough: frames are chosen by filters, and none may be repeated or dropped after them.
    return {"f": "image2", "fps_mode": "passthrough", **encoder}


def jpeg_quantizer(quality: int) -> int:
    """The quantizer from 31 (smallest) to 2 (best; 1 is no better to the eye and twice as large) for 1 to 100."""
    return round(31 - (quality - 1) * 29 / 99)


def animated_options(form: Literal["gif", "webp"], quality: int, *, loop: bool) -> dict[str, str]:
    """Options of a short moving picture."""
    if form == "gif":
        return {"f": "gif", "c:v": "gif", "loop": "0" if loop else "-1"}  # GIF counts repetitions: 0 is for ever, -1 writes no count
    return {"f": "webp", "c:v": "libwebp_anim", "quality": str(quality), "loop": "0" if loop else "1"}
