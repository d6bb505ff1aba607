"""Where ffmpeg, ffprobe and Shaka Packager are, and which versions they have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """Paths and versions of the tools; versions are part of every content key."""

    ffmpeg: Path
    ffprobe: Path
    packager: Path
    ffmpeg_version: str
    ffprobe_version: str
    packager_version: str
    bubblewrap: Path | None = None

    @property
    def identity(self) -> str:
        """What content keys depend on."""
        return f"ffmpeg {self.ffmpeg_version} packager {self.packager_version}"
