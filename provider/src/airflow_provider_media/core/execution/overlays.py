"""Overlays: watermark images for video, fetched or drawn into an attempt's directory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.plans import Overlay
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageForbidden
from airflow_provider_media.core.storage.protocol import ObjectInfo
from airflow_provider_media.core.typesetting.drawing import draw_line, width_of
from airflow_provider_media.core.typesetting.fonts import Font, fonts_for, own_font
from airflow_provider_media.core.typesetting.layout import lay_out, letters_without_font, one_line
from airflow_provider_media.core.workflows.model import Workflow

OVERLAY_PIXELS = 4096 * 4096
OVERLAY_BYTES = 16 * 1024**2


def overlay_versions(workflow: Workflow, engine: Engine) -> dict[str, str]:
    """Return the versions of the images and fonts of a workflow's watermarks, by URI.

    An unreadable file is skipped here; the unit that draws it fails.
    """
    marks = [*workflow.watermarks]
    for output in workflow.outputs.values():
        marks += getattr(output, "watermarks", None) or ()
    versions: dict[str, str] = {}
    for uri in filter(None, {mark.image for mark in marks} | {mark.font for mark in marks}):
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
    """Draw a text in one line as a PNG with a transparent background.

    The picture is ``line_height`` pixels high, and at least 8, whatever the letters. This function draws the text
    instead of ffmpeg's drawtext, so that no part of the text is ever interpreted and no font must be installed.

    :raises ConfigurationError: when the font file is not a font, no font has a letter, or the picture would be too
        large.
    """
    height = max(8, overlay.line_height)
    text = one_line(overlay.text or "")
    fonts = fonts_for(text) if font is None else (_own_font(overlay, font),)
    if missing := letters_without_font(text, fonts):
        which = "font of the watermark {0!r} has" if font else "fonts for the watermark {0!r} have"
        raise ConfigurationError(f"the {which.format(text)} no {missing!r}: name a TrueType or OpenType font that has")
    line = lay_out(text, fonts)
    width = width_of(line, height)
    if width * height > OVERLAY_PIXELS:
        raise ConfigurationError(
            f"a text of {width}x{height} pixels is too large for a watermark: make it shorter, or its size smaller"
        )
    draw_line(line, height, overlay.color).save(target)


def _own_font(overlay: Overlay, path: Path) -> Font:
    try:
        return own_font(path)
    except (OSError, ValueError):
        raise ConfigurationError(
            f"{redact(overlay.font or '')} is no TrueType or OpenType font with outlines"
        ) from None


def _info(uri: str, engine: Engine) -> ObjectInfo:
    with _readable():
        return engine.storages(uri).head(uri)


def _fetch(uri: str, path: Path, engine: Engine) -> None:
    def check(info: ObjectInfo) -> None:
        if info.size > OVERLAY_BYTES:
            raise ConfigurationError(
                f"{redact(uri)} has {info.size} bytes; a watermark's image or font has at most {OVERLAY_BYTES}"
            )

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
                raise ConfigurationError(
                    f"{redact(uri)} is {image.width}x{image.height} pixels; a watermark has at most {OVERLAY_PIXELS}"
                )
            image.convert("RGBA").save(target, "PNG")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ConfigurationError(
            f"{redact(uri)} has too many pixels; a watermark has at most {OVERLAY_PIXELS}"
        ) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise ConfigurationError(f"{redact(uri)} is no PNG, JPEG or WebP picture") from None
