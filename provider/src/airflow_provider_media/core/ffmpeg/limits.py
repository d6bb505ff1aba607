"""Limits that keep one source from taking a worker down."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a source and the tools that read it may use; every one can be set in the configuration."""

    source_bytes: int = 200 * 1024**3
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
    """Seconds without progress after which a tool is stopped."""
    seconds_per_second: float = 600.0
    """Wall seconds allowed per second of media, on top of ten minutes."""
    fetch_seconds: float = 4 * 3600.0
    """Wall seconds for fetching a source."""
    fetch_bytes_per_second: int = 16 * 1024
    """Slowest rate at which a source may arrive, measured over half a minute."""
