"""Limits that keep one source from taking a worker down."""

from __future__ import annotations

from dataclasses import dataclass

BASE_CPU_SECONDS = 3600.0
"""Seconds of processor time that even the shortest work may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of a source and of the tools that read it; the configuration can set each limit."""

    source_bytes: int = 200 * 1024**3
    kept_source_bytes: int = 100 * 1024**3
    """Bytes of fetched sources that a worker keeps for its next tasks; sources in use are kept even above it."""
    pixels: int = 8192 * 4320
    """Width times height of one frame: 8K."""
    streams: int = 64
    duration: float = 12 * 3600.0
    """Seconds."""
    frame_rate: float = 300.0
    output_bytes: int = 200 * 1024**3
    """Bytes of one written file."""
    memory: int = 16 * 1024**3
    """Bytes of address space per tool."""
    stall_seconds: float = 120.0
    """Seconds without progress after which a tool is stopped.

    Seconds in which the machine does not let the tool run do not count.
    """
    seconds_per_second: float = 10_000.0
    """Seconds of processor time that a tool may use per second of media, on top of ``BASE_CPU_SECONDS``."""
    fetch_seconds: float = 4 * 3600.0
    """Wall seconds for fetching a source from the web or from S3."""
    fetch_bytes_per_second: int = 16 * 1024
    """Lowest rate at which a source may arrive, measured over half a minute of waiting for its server.

    For S3, the rate is measured over five minutes.
    """

    def cpu_seconds(self, duration: float) -> float:
        """Return the seconds of processor time that a tool may use for ``duration`` seconds of media."""
        return BASE_CPU_SECONDS + self.seconds_per_second * duration
