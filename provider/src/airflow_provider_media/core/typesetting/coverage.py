"""Which letters of a text no font can show, cheap enough to ask whenever a workflow is read."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from airflow_provider_media.core.typesetting.fonts import fonts_for, own_font
from airflow_provider_media.core.typesetting.layout import letters_without_font, one_line


def missing_letters(text: str, font: Path | None = None) -> str:
    """The letters of a text that the fonts that come along, or a font of its own, do not have; each once.

    :raises ValueError: when the font is no TrueType or OpenType font with outlines.
    :raises OSError: when it cannot be read.
    """
    line = one_line(text)
    if font is None:
        # Roboto has all of ASCII, and most workflows need not load any font to be read.
        return "" if line.isascii() and line.isprintable() else _missing_here(line)
    facts = font.stat()
    return _missing_there(line, font, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=1000)
def _missing_here(line: str) -> str:
    return letters_without_font(line, fonts_for(line))


@lru_cache(maxsize=100)
def _missing_there(line: str, font: Path, _modified: int, _size: int) -> str:
    return letters_without_font(line, (own_font(font),))
