"""What a list of jobs shows of a job's published files: a thumbnail and the length."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_media.core.jobs.model import ManifestEntry


def find_thumbnail(files: Sequence[ManifestEntry]) -> str | None:
    """Return the URI of the first picture of the video; None when there is only a sprite sheet, a waveform, or none."""
    sprites = {made.output for made in files if made.uri.endswith(".vtt")}
    pictures = (made for made in files if made.media_type.startswith("image/") and made.output not in sprites)
    return next((made.uri for made in pictures if not {"content", "duration"} & made.facts.keys()), None)


def media_duration(files: Sequence[ManifestEntry]) -> float | None:
    """Return the seconds of the longest file; None when no file has a duration."""
    return max((float(made.facts["duration"]) for made in files if made.facts.get("duration")), default=None)
