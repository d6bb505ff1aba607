"""Overlays: the pictures that watermarks lay over video, fetched or drawn into an attempt's directory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.job.model import Engine
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.planning.model import Overlay

OVERLAY_PIXELS = 4096 * 4096
OVERLAY_BYTES = 16 * 1024**2


def draw_overlays(overlays: Sequence[Overlay], directory: Path, engine: Engine) -> None:
    """Put every overlay of a unit into its directory as a PNG.

    :raises ConfigurationError: when an image or a font cannot be read.
    """
    for number, overlay in enumerate(overlays):
        target = directory / overlay.file
        fetched = directory / f"overlay_source_{number}"
        if overlay.image is not None:
            _fetch(overlay.image, fetched, engine)
            _convert(overlay.image, fetched, target)
        else:
            if overlay.font is not None:
                _fetch(overlay.font, fetched, engine)
            draw_text(overlay, fetched if overlay.font else None, target)
        fetched.unlink(missing_ok=True)


def draw_text(overlay: Overlay, font: Path | None, target: Path) -> None:
    """Draw a text as a PNG with a transparent background, its line ``line_height`` pixels high.

    Pillow draws it rather than ffmpeg's drawtext, so that nothing in the text is ever interpreted and no font need be installed.
    """
    from PIL import Image, ImageDraw, ImageFont

    size = max(8, overlay.line_height)
    try:
        face = ImageFont.truetype(str(font), size) if font else ImageFont.load_default(size)
    except OSError:
        raise ConfigurationError(f"{redact(overlay.font or '')} is no TrueType or OpenType font") from None
    text = " ".join((overlay.text or "").split())
    left, top, right, bottom = (round(value) for value in face.getbbox(text))
    edge = max(1, size // 16)
    image = Image.new("RGBA", (right - left + 2 * edge, max(bottom - top, 1) + 2 * edge), (0, 0, 0, 0))
    # A thin dark edge keeps light letters readable on light pictures.
    ImageDraw.Draw(image).text((edge - left, edge - top), text, font=face, fill=overlay.color, stroke_width=edge, stroke_fill="#00000099")
    image.save(target)


def _fetch(uri: str, path: Path, engine: Engine) -> None:
    storage = engine.storages(uri)
    if (size := storage.head(uri).size) > OVERLAY_BYTES:
        raise ConfigurationError(f"{redact(uri)} has {size} bytes; a watermark's image or font has at most {OVERLAY_BYTES}")
    storage.download(uri, path)


def _convert(uri: str, source: Path, target: Path) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(source, formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > OVERLAY_PIXELS:
                raise ConfigurationError(f"{redact(uri)} is {image.width}x{image.height} pixels; a watermark has at most {OVERLAY_PIXELS}")
            image.convert("RGBA").save(target, "PNG")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise ConfigurationError(f"{redact(uri)} is no PNG, JPEG or WebP picture") from None
