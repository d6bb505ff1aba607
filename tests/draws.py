"""Descriptions of sources, and of what is asked for of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the pictures of a part are like as they are coded."""

    width: int
    height: int
    pixel_format: str
    sample_aspect_ratio: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One sound track."""

    codec: str
    channels: int
    sample_rate: int
    start: float = 0.0
    """Seconds by which it begins later than the pictures."""
    share: float = 1.0
    """Its length by that of the pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One source, and a workflow for it."""

    seed: int
    container: str
    codec: str = ""
    """Of the pictures; none where empty."""
    looks: tuple[Look, ...] = ()
    """One, or those before and after a change in mid-stream."""
    rate: Fraction = Fraction(25)
    frames: int = 50
    uneven: bool = False
    """Whether some frames are missing, so that the rest come at uneven times."""
    gop: int = 12
    reordered: bool = False
    """Whether frames are coded in another order than they are shown."""
    fields: str = ""
    """``tff`` or ``bff`` where each frame holds two fields."""
    full_range: bool = False
    matrix: str = ""
    """``bt709`` where the stream says so; what players assume where empty."""
    turned: int = 0
    """Degrees counter-clockwise by which the display matrix turns the pictures."""
    mirrored: bool = False
    tracks: tuple[Track, ...] = ()
    main_track: int = 0
    late_picture: float = 0.0
    """Seconds by which the pictures begin later than the sound."""
    sound_after: Track | None = None
    """The sound of the second part, where it changes in mid-stream."""
    clock: str = ""
    """``offset``, ``negative``, ``wrap``, ``back``, ``on`` (both joined and flagged), ``unflagged`` or ``trimmed``."""
    damage: str = ""
    """``cut`` or ``flipped``."""
    integrity: str = "strict"
    outputs: dict[str, Any] = field(default_factory=dict)

    @property
    def suffix(self) -> str:
        """Of the file's name."""
        return {"fmp4": ".mp4"}.get(self.container, f".{self.container}")

    @property
    def changes(self) -> bool:
        """Whether pictures or sound change in mid-stream."""
        return len(self.looks) > 1 or self.sound_after is not None

    @property
    def is_joined(self) -> bool:
        """Whether the file is made of two parts, of which the second goes on where the first one ends."""
        return self.changes or self.clock in ("back", "on", "unflagged")

    @property
    def middle(self) -> int:
        """Number of the first frame of the second part."""
        return self.frames // 2

    @property
    def ratio(self) -> str:
        """Expression of the frames' sample aspect ratio, of which ffmpeg gives all frames the first one.

        That is right where the container states it, and in a transport stream each part has its own.
        """
        first, *others = self.looks
        if self.container != "ts" or not others:
            return "sar"
        second = others[0]
        # Where sizes change, too, ffmpeg makes its filters anew, which count frames from 1 then.
        is_first = (
            f"eq(iw,{first.width})*eq(ih,{first.height})"
            if (first.width, first.height) != (second.width, second.height)
            else f"lte(n,{self.middle})"
        )
        return f"if({is_first},{first.sample_aspect_ratio},{second.sample_aspect_ratio})"

    @property
    def display(self) -> tuple[float, int]:
        """Width and height in square pixels, upright; the largest where they change."""
        ratios = (
            [look.sample_aspect_ratio for look in self.looks]
            if self.container == "ts"
            else [self.looks[0].sample_aspect_ratio] * 2
        )
        sizes = [(float(look.width * ratio), look.height) for look, ratio in zip(self.looks, ratios, strict=False)]
        width, height = max(sizes, key=lambda size: size[0] * size[1])
        return (height, round(width)) if self.turned % 180 else (width, height)
