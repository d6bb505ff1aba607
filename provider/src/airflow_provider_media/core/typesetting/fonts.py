"""The bundled fonts in their order of preference, and the font file that a workflow names."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

UNITS = 1 << 16
"""Font units per em for all fonts, so that runs of several fonts share one scale."""

Font = Any
"""A ``uharfbuzz.Font`` with that scale."""

_WEIGHT = 500
"""Weight of the variable fonts: Medium, as in the bundled Roboto."""
_SCRIPTS = (
    "Arabic", "Hebrew", "Thai", "Devanagari", "Bengali", "Gujarati", "Gurmukhi", "Kannada", "Malayalam", "Oriya",
    "Sinhala",
    "Tamil", "Telugu", "Khmer", "Lao", "Myanmar", "Armenian", "Georgian", "Ethiopic",
)  # fmt: skip
_JAPANESE, _KOREAN, _SIMPLIFIED, _TRADITIONAL = range(4)
"""Faces of the Noto Sans CJK collection. Each face has every ideograph, in the form that its readers know."""
_BY_SCRIPT = {"Hang": _KOREAN, "Hira": _JAPANESE, "Kana": _JAPANESE, "Bopo": _TRADITIONAL}
_BY_ENCODING = {"gb2312": _SIMPLIFIED, "big5": _TRADITIONAL, "shift_jis": _JAPANESE}
_OUTLINES = {"glyf", "CFF ", "CFF2"}


def fonts_for(text: str) -> tuple[Font, ...]:
    """Return the bundled fonts, preferred fonts first; the text determines the form of its ideographs."""
    return (*_alphabets(), _font("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc", _ideographs(text)), *_pictographs())


def own_font(path: Path) -> Font:
    """Load the font in a file.

    :raises ValueError: when the file is not a TrueType or OpenType font with outlines.
    :raises OSError: when the file cannot be read.
    """
    import uharfbuzz

    # The file is read rather than mapped, because a mapped file that shrinks would crash the process.
    face = uharfbuzz.Face(uharfbuzz.Blob(path.read_bytes()))
    if not face.glyph_count or not _OUTLINES & set(face.table_tags):
        raise ValueError("no TrueType or OpenType font with outlines")
    return _scaled(face)


@cache
def script_of(character: str) -> str | None:
    """Return the ISO 15924 code of a character's script; None for shared characters: spaces, digits and marks."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(character)
    buffer.guess_segment_properties()
    script: str | None = buffer.script
    return script


def _ideographs(text: str) -> int:
    scripts = {character: script_of(character) for character in text}
    for script in scripts.values():
        if script in _BY_SCRIPT:
            return _BY_SCRIPT[script]
    # Without kana, hangul or bopomofo, the first national encoding that holds all the ideographs decides.
    han = "".join(character for character, script in scripts.items() if script == "Hani")
    ideographs = unicodedata.normalize("NFC", han)
    return next((face for encoding, face in _BY_ENCODING.items() if _encodes(encoding, ideographs)), _SIMPLIFIED)


def _encodes(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _alphabets() -> tuple[Font, ...]:
    scripts = (_font("manimgx_fonts", f"NotoSans{script}[wght].ttf") for script in _SCRIPTS)
    return (_font("font_roboto", "files/Roboto-Medium.ttf"), *scripts, _font("manimgx_fonts", "NotoSans[wght].ttf"))


@cache
def _pictographs() -> tuple[Font, ...]:
    return (_font("manimgx_fonts", "NotoEmoji[wght].ttf"), _font("manimgx_fonts", "NotoSansSymbols[wght].ttf"))


@cache
def _font(package: str, name: str, face: int = 0) -> Font:
    import uharfbuzz

    return _scaled(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(files(package).joinpath(name))), face))


def _scaled(face: Any) -> Font:
    import uharfbuzz

    font = uharfbuzz.Font(face)
    font.scale = (UNITS, UNITS)
    font.set_variations({"wght": _WEIGHT})
    return font
