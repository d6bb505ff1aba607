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
        """Expression of the frames' sample aspect ratio; ffmpeg does not tell where it alone changes."""
        first, *others = self.looks
        # ffmpeg's scale counts frames from 1.
        if any((look.width, look.height) != (first.width, first.height) for look in others) or not others:
            return "sar"
        return f"if(lte(n,{self.middle}),{first.sample_aspect_ratio},{others[0].sample_aspect_ratio})"

    @property
    def display(self) -> tuple[float, int]:
        """Width and height in square pixels, upright; the largest where they change."""
        sizes = [(float(look.width * look.sample_aspect_ratio), look.height) for look in self.looks]
        width, height = max(sizes, key=lambda size: size[0] * size[1])
        return (height, round(width)) if self.turned % 180 else (width, height)
