"""Measurement of pictures: facts from their pixels, independent of their file names."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_media.core.packaging.errors import VerificationFailed

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFacts:
    """Facts of one still or animated picture."""

    format: str
    """jpg, png, webp or gif."""
    width: int
    height: int
    frames: int = 1
    duration: float = 0.0
    """Seconds that an animation lasts."""


def picture(path: Path) -> PictureFacts:
    """Open one picture and decode all of it, with every frame of an animation.

    :raises VerificationFailed: when the file is cut off, damaged or no picture.
    """
    from PIL import Image as Pictures

    try:
        with warnings.catch_warnings():
            # A sprite sheet may be large. Its size was planned and is compared afterwards.
            warnings.simplefilter("ignore", Pictures.DecompressionBombWarning)
            with Pictures.open(path, formats=("JPEG", "PNG", "WEBP", "GIF")) as image:
                return _picture(image)
    # Pillow raises these errors for damage, depending on the format.
    except (OSError, SyntaxError, ValueError, EOFError, Pictures.DecompressionBombError) as error:
        raise VerificationFailed(f"{path.name} is no whole picture: {error}", file=path.name) from error


def _picture(image: Image) -> PictureFacts:
    width, height = image.size
    # JPEG can be decoded at an eighth of its size. That reads all of its bits for a fraction of the work.
    image.draft(None, (max(1, width // 8), max(1, height // 8)))
    frames = int(getattr(image, "n_frames", 1))
    milliseconds = 0
    for number in range(frames):
        image.seek(number)
        image.load()
        milliseconds += int(image.info.get("duration", 0))
    name = str(image.format).lower().replace("jpeg", "jpg")
    return PictureFacts(format=name, width=width, height=height, frames=frames, duration=milliseconds / 1000)
