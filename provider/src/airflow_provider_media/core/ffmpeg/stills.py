"""Options of image encoders, each with its reason."""

from __future__ import annotations

from typing import Literal

from airflow_provider_media.core.ffmpeg import filters
from airflow_provider_media.core.ffmpeg.graph import Stream

StillFormat = Literal["jpg", "png", "webp"]


def still(picture: Stream, form: StillFormat) -> Stream:
    """Convert samples to the form that an image format stores."""
    if form == "png":
        return filters.formatted(filters.as_still(picture, matrix="keep", full_range=True), "rgb24")
    stored = filters.as_still(picture, matrix="bt601", full_range=form == "jpg")
    return filters.formatted(stored, "yuv420p")


def still_options(form: StillFormat, quality: int) -> dict[str, str]:
    """Return the options of one image or a series of images.

    :param quality: 1 (smallest) to 100 (best); PNG is lossless at any quality.
    """
    encoder = {
        "jpg": {
            "c:v": "mjpeg",
            "q:v": str(jpeg_quantizer(quality)),
            "huffman": "optimal",
        },  # optimal: the same image in fewer bytes
        "png": {"c:v": "png", "pred": "mixed"},  # mixed: the best prediction per line, a third smaller than none
        "webp": {"c:v": "libwebp", "quality": str(quality)},
    }[form]
    # passthrough: filters choose the frames, and no frame may be repeated or dropped after them.
    return {"f": "image2", "fps_mode": "passthrough", **encoder}


def jpeg_quantizer(quality: int) -> int:
    """Return the quantizer for quality 1 to 100: 31 (smallest) to 2 (best; 1 looks no better and is twice as large)."""
    return round(31 - (quality - 1) * 29 / 99)


def animated_options(form: Literal["gif", "webp"], quality: int, *, loop: bool) -> dict[str, str]:
    """Return the options of an animated image."""
    if form == "gif":
        return {
            "f": "gif",
            "c:v": "gif",
            "loop": "0" if loop else "-1",
        }  # GIF counts repetitions: 0 repeats forever, -1 writes no count
    return {"f": "webp", "c:v": "libwebp_anim", "quality": str(quality), "loop": "0" if loop else "1"}
