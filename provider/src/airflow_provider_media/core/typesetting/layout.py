"""Layout of one line of text: runs of one direction, script and font, and the positions of their glyphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, pairwise
from typing import Any

from airflow_provider_media.core.typesetting.fonts import Font, script_of

_RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"}
_LEVEL = re.compile(r"Level\(\s*(\d+)")
_NOT_DEFINED = 0
"""Glyph index, in every font, for letters that the font lacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRun:
    """A part of a text with one direction, one script and one font."""

    start: int
    end: int
    level: int
    """Embedding level of the Unicode Bidirectional Algorithm (UAX #9); odd levels run from right to left."""
    script: str | None
    font: Font | None = None
    """None when no font has all letters of the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """One glyph and its origin in font units."""

    font: Font
    index: int
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """Glyphs from left to right and their bounding box, in font units with y upward from the baseline."""

    glyphs: tuple[Glyph, ...]
    left: int
    right: int
    top: int
    bottom: int


def one_line(text: str) -> str:
    """Return a text without line breaks, tabs, repeated spaces and outer spaces."""
    return " ".join(text.split())


def lay_out(text: str, fonts: Sequence[Font]) -> TextLine:
    """Lay out a text in one line; letters that no font has are left out.

    The box includes the ascenders and descenders of the first font, so ordinary texts of one size share a baseline.
    """
    first = fonts[0].get_font_extents("ltr")
    pen = left = right = 0
    top, bottom = first.ascender, first.descender
    glyphs: list[Glyph] = []
    for run in _in_visual_order([run for run in _runs(text, fonts) if run.font]):
        font: Font = run.font
        for info, position in _shaped(text, run, font):
            glyph = Glyph(font=font, index=info.codepoint, x=pen + position.x_offset, y=position.y_offset)
            pen += position.x_advance
            glyphs.append(glyph)
            ink = font.get_glyph_extents(info.codepoint)
            if ink and ink.width:
                left, right = min(left, glyph.x + ink.x_bearing), max(right, glyph.x + ink.x_bearing + ink.width)
                top, bottom = max(top, glyph.y + ink.y_bearing), min(bottom, glyph.y + ink.y_bearing + ink.height)
    return TextLine(glyphs=tuple(glyphs), left=left, right=max(right, pen), top=top, bottom=bottom)


def letters_without_font(text: str, fonts: Sequence[Font]) -> str:
    """Return the letters that no font has, each once.

    When no single font can show a sequence of letters, but each letter has a font, return the whole sequence.
    """
    missing = "".join(text[run.start : run.end] for run in _runs(text, fonts) if not run.font)
    known = {letter for letter in set(missing) if any(font.get_nominal_glyph(ord(letter)) for font in fonts)}
    return "".join(letter for letter in dict.fromkeys(missing) if letter not in known) or missing


def _runs(text: str, fonts: Sequence[Font]) -> Iterator[TextRun]:
    """Yield the runs of a text in reading order."""
    properties = list(zip(_levels(text), _scripts(text), strict=True))
    for (level, script), indices in groupby(range(len(text)), key=properties.__getitem__):
        stretch = list(indices)
        yield from _with_fonts(text, TextRun(start=stretch[0], end=stretch[-1] + 1, level=level, script=script), fonts)


def _with_fonts(text: str, run: TextRun, fonts: Sequence[Font]) -> Iterator[TextRun]:
    """Divide a run among the first fonts that have its letters, but never inside a HarfBuzz cluster."""
    if not fonts:
        yield run
        return
    glyphs = [info for info, _ in _shaped(text, run, fonts[0])]
    lacking = {info.cluster for info in glyphs if info.codepoint == _NOT_DEFINED}
    starts = sorted({info.cluster for info in glyphs} | {run.start, run.end})
    for is_lacking, spans in groupby(pairwise(starts), key=lambda span: span[0] in lacking):
        clusters = list(spans)
        part = replace(run, start=clusters[0][0], end=clusters[-1][1])
        if is_lacking:
            yield from _with_fonts(text, part, fonts[1:])
        else:
            yield replace(part, font=fonts[0])


def _shaped(text: str, run: TextRun, font: Font) -> list[tuple[Any, Any]]:
    """Return the glyphs and positions of a run, from left to right."""
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(text, run.start, run.end - run.start)
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    buffer.language = "und"  # the default is the process's locale, which would draw the same text differently elsewhere
    if run.script:
        buffer.script = run.script
    uharfbuzz.shape(font, buffer)
    return list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))


def _levels(text: str) -> list[int]:
    """Return the embedding level of each character (UAX #9)."""
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return [0] * len(text)
    from bidi import get_display

    # python-bidi's debug output ends with a level for each byte of UTF-8. The text before the levels may hold any
    # character but a line end.
    report = get_display(text, debug=True).rpartition("\n    levels: [\n")[2]
    levels = [int(level) for level in _LEVEL.findall(report)]
    found, place = [], 0
    for character in text:
        found.append(levels[place])
        place += len(character.encode())
    return found


def _scripts(text: str) -> list[str | None]:
    """Return each character's script; shared characters take that of the letter before, else of the first letter."""
    scripts = [script_of(character) for character in text]
    current = next((script for script in scripts if script), None)
    for place, script in enumerate(scripts):
        scripts[place] = current = script or current
    return scripts


def _in_visual_order(runs: Sequence[TextRun]) -> list[TextRun]:
    """Order runs from left to right: for each level from the highest to 1, reverse runs at or above it (UAX #9, L2)."""
    ordered = list(runs)
    for level in range(max((run.level for run in runs), default=0), 0, -1):
        ordered = list(chain.from_iterable(_turned(ordered, level)))
    return ordered


def _turned(runs: Sequence[TextRun], level: int) -> Iterator[list[TextRun]]:
    for is_inside, group in groupby(runs, key=lambda run: run.level >= level):
        stretch = list(group)
        yield stretch[::-1] if is_inside else stretch
