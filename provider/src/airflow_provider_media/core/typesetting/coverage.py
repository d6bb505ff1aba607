"""Letters of a text that no font can show; the check is cheap enough for each reading of a workflow."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from airflow_provider_media.core.typesetting.fonts import fonts_for, own_font
from airflow_provider_media.core.typesetting.layout import letters_without_font, one_line


def missing_letters(text: str, font: Path | None = None) -> str:
    """Return the letters of a text that the bundled fonts, or the given font, do not have; each letter once.

    :raises ValueError: when the given font is not a TrueType or OpenType font with outlines.
    :raises OSError: when the font file cannot be read.
    """
    line = one_line(text)
    if font is None:
        # Roboto has all of ASCII, so reading most workflows loads no font.
        return "" if line.isascii() and line.isprintable() else _missing_here(line)
    facts = font.stat()
    return _missing_there(line, font, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=1000)
def _missing_here(line: str) -> str:
    return letters_without_font(line, fonts_for(line))


@lru_cache(maxsize=100)
def _missing_there(line: str, font: Path, _modified: int, _size: int) -> str:
    return letters_without_font(line, (own_font(font),))
