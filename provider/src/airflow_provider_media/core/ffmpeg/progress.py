"""Progress of a tool: percent, speed and time left, read from ``-progress``."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Progress of one piece of work."""

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


@dataclass(slots=True, kw_only=True)
class Meter:
    """Meter that turns the ``key=value`` lines of ffmpeg's ``-progress`` into Progress.

    :param name: name of the work.
    :param duration: seconds of media in all; 0 where unknown, and the percentage then stays 0.
    """

    name: str
    duration: float
    latest: Progress | None = None
    _values: dict[str, str] = field(default_factory=dict)
    _seen: tuple[str | None, ...] = ()

    def read(self, line: str) -> bool:
        """Read one line, and return whether the line ends a report that shows progress since the report before."""
        key, _, value = line.strip().partition("=")
        if key in ("frame", "out_time_us", "total_size", "speed"):
            self._values[key] = value.strip()
        if key != "progress":
            return False
        before, self._seen = self._seen, tuple(map(self._values.get, ("frame", "out_time_us", "total_size")))
        self.latest = self._measure()
        return self._seen != before

    def _measure(self) -> Progress:
        done = (_number(self._values.get("out_time_us")) or 0) / 1e6
        speed = _number(self._values.get("speed", "").removesuffix("x"))
        before = self.latest.percent if self.latest else 0.0
        # ffmpeg's clock may run past the plan by a frame: only the end of the process is 100 %.
        percent = min(99.9, max(before, 100 * done / self.duration)) if self.duration > 0 else before
        left = max(0.0, self.duration - done) / speed if speed and self.duration > 0 else None
        return Progress(name=self.name, percent=percent, speed=speed, eta=left)


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
