"""Overlays: the pictures that watermarks lay over video, fetched or drawn into an attempt's directory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_media.core.errors import ConfigurationError, ObjectNotFound, StorageForbidden
from airflow_provider_media.core.job.model import Engine
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.plans import Overlay
from airflow_provider_media.core.storage.base import ObjectInfo
from airflow_provider_media.core.workflows.model import Workflow

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

OVERLAY_PIXELS = 4096 * 4096
OVERLAY_BYTES = 16 * 1024**2
EDGE = 16
"""Heights of a line per width of the dark edge that keeps light letters readable on light pictures."""


def overlay_versions(workflow: Workflow, engine: Engine) -> dict[str, str]:
    """Versions of the images and fonts that a workflow's watermarks name, by URI; one that cannot be read fails who draws it."""
    marks = [*workflow.watermarks, *(mark for output in workflow.outputs.values() for mark in getattr(output, "watermarks", None) or ())]
    versions: dict[str, str] = {}
    for uri in {uri for mark in marks for uri in (mark.image, mark.font) if uri}:
        with suppress(ConfigurationError):
            versions[uri] = _info(uri, engine).version
    return versions


def draw_overlays(overlays: Sequence[Overlay], directory: Path, engine: Engine) -> None:
    """Put every overlay of a unit into its directory as a PNG.

    :raises ConfigurationError: when an image or a font cannot be read, or a picture would be too large.
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
    """Draw a text in one line as a PNG with a transparent background, ``line_height`` and at least 8 pixels high whatever its letters.

    Pillow draws it rather than ffmpeg's drawtext, so that nothing in the text is ever interpreted and no font need be installed.

    :raises ConfigurationError: when the font is none or lacks a letter, or the picture would be too large.
    """
    from PIL import Image, ImageDraw

    height = max(8, overlay.line_height)
    edge = max(1, height // EDGE)
    face = _face(overlay, font, height - 2 * edge)
    text = " ".join((overlay.text or "").split())
    _require_letters(face, text)
    left, _, right, _ = face.getbbox(text, anchor="ls", stroke_width=edge)
    width = max(1, round(right - left))
    if width * height > OVERLAY_PIXELS:
        raise ConfigurationError(f"a text of {width}x{height} pixels is too large for a watermark: make it shorter, or its size smaller")
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    # On one line for all texts of one size, with the space above capitals and below descenders that the font has for them.
    baseline = height - edge - face.getmetrics()[1]
    ImageDraw.Draw(image).text(
        (-left, baseline), text, font=face, fill=overlay.color, anchor="ls", stroke_width=edge, stroke_fill="#00000099"
    )
    image.save(target)


def _face(overlay: Overlay, font: Path | None, height: int) -> FreeTypeFont:
    """The font in the size whose ascenders and descenders take so many pixels together."""
    from font_roboto import RobotoMedium
    from PIL import ImageFont

    def face(size: int) -> FreeTypeFont:
        return ImageFont.truetype(str(font or RobotoMedium), size)

    try:
        # A font's size is not its height: how they relate is read at a size that rounding does not spoil.
        return face(max(4, round(height * 1000 / sum(face(1000).getmetrics()))))
    except OSError:
        raise ConfigurationError(f"{redact(overlay.font or '')} is no TrueType or OpenType font") from None


def _require_letters(face: FreeTypeFont, text: str) -> None:
    # A letter that a font lacks is drawn as a box; nothing has the last code point, so that its picture is that box.
    box = bytes(face.getmask("\U0010fffe"))
    if missing := "".join(letter for letter in dict.fromkeys(text) if bytes(face.getmask(letter)) == box):
        raise ConfigurationError(f"the font of the watermark {text!r} has no {missing!r}: name a TrueType or OpenType font that has")


def _info(uri: str, engine: Engine) -> ObjectInfo:
    with _readable():
        return engine.storages(uri).head(uri)


def _fetch(uri: str, path: Path, engine: Engine) -> None:
    def check(info: ObjectInfo) -> None:
        if info.size > OVERLAY_BYTES:
            raise ConfigurationError(f"{redact(uri)} has {info.size} bytes; a watermark's image or font has at most {OVERLAY_BYTES}")

    with _readable():
        check(engine.storages(uri).download(uri, path, check=check))


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (ObjectNotFound, StorageForbidden) as error:
        raise ConfigurationError(f"a watermark's image or font cannot be read: {error.message}") from error


def _convert(uri: str, source: Path, target: Path) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(source, formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > OVERLAY_PIXELS:
                raise ConfigurationError(f"{redact(uri)} is {image.width}x{image.height} pixels; a watermark has at most {OVERLAY_PIXELS}")
            image.convert("RGBA").save(target, "PNG")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ConfigurationError(f"{redact(uri)} has too many pixels; a watermark has at most {OVERLAY_PIXELS}") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ConfigurationError(f"{redact(uri)} is no PNG, JPEG or WebP picture") from None
