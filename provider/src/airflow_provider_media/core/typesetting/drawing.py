"""Drawing of a line of glyphs as an image."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from airflow_provider_media.core.typesetting.layout import TextLine

if TYPE_CHECKING:
    from PIL.Image import Image

EDGE = 16
"""Ratio of a line's height to the width of the dark edge, which keeps light letters readable on light pictures."""
_EDGE_OPACITY = 0x99
_DIRECTIONS = 16


def width_of(line: TextLine, height: int) -> int:
    """Return the width in pixels of a line of the given height in pixels."""
    return max(1, round((line.right - line.left) * _scale(line, height)) + 2 * _edge(height))


def draw_line(line: TextLine, height: int, color: str) -> Image:
    """Draw a line in a colour with a dark edge, on a transparent image of exactly the given height in pixels."""
    from PIL import Image

    letters = _mask(line, height)
    picture = Image.new("RGBA", letters.size, "#000000")
    picture.putalpha(_thickened(letters, _edge(height)).point(lambda value: value * _EDGE_OPACITY // 255))
    filled = Image.new("RGBA", letters.size, color)
    filled.putalpha(letters)
    picture.alpha_composite(filled)
    return picture


def _edge(height: int) -> int:
    return max(1, height // EDGE)


def _scale(line: TextLine, height: int) -> float:
    """Return pixels per font unit; the scale shrinks so that marks above and below fit into the line."""
    return (height - 2 * _edge(height)) / max(1, line.top - line.bottom)


def _mask(line: TextLine, height: int) -> Image:
    import uharfbuzz
    from PIL import Image

    scale, edge, width = _scale(line, height), _edge(height), width_of(line, height)
    raster = uharfbuzz.RasterDraw()
    raster.extents = uharfbuzz.RasterExtents(0, 0, width, height)
    for glyph in line.glyphs:
        x, y = (glyph.x - line.left) * scale, (glyph.y - line.bottom) * scale
        raster.transform = (scale, 0, 0, scale, edge + x, edge + y)
        raster.draw_glyph(glyph.font, glyph.index)
    drawn = raster.render()
    if not drawn or not drawn.buffer:  # a text of nothing but spaces
        return Image.new("L", (width, height))
    from_bottom_up = -1
    return Image.frombytes("L", (width, height), drawn.buffer, "raw", "L", drawn.extents.stride, from_bottom_up)


def _thickened(mask: Image, radius: int) -> Image:
    """Return a mask with shapes thickened by a radius in every direction.

    The shapes grow in steps, so that a thin line leaves no gap to its edge.
    """
    from PIL import Image, ImageChops

    for step in _steps(radius):
        thicker = mask
        for number in range(_DIRECTIONS):
            angle = 2 * math.pi * number / _DIRECTIONS
            moved = Image.new("L", mask.size)
            moved.paste(mask, (round(step * math.cos(angle)), round(step * math.sin(angle))))
            thicker = ImageChops.lighter(thicker, moved)
        mask = thicker
    return mask


def _steps(radius: int) -> list[int]:
    steps: list[int] = []
    while radius > 0:
        steps.insert(0, (radius + 1) // 2)
        radius //= 2
    return steps
