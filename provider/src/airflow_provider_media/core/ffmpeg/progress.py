"""Progress of a tool: percent, speed and time left, read from ``-progress``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a piece of work has come."""

    name: str
    percent: float
    """0 to 100, never falling."""
    speed: float | None = None
    """Seconds of media per second."""
    eta: float | None = None
    """Seconds left."""

    def __str__(self) -> str:
        speed = f" at {self.speed:.2f}x" if self.speed else ""
        eta = f", {self.eta:.0f} s left" if self.eta is not None else ""
        return f"{self.name}: {self.percent:5.1f} %{speed}{eta}"
