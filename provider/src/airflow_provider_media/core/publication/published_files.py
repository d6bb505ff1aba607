"""Published files of a job by their path below its output location."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_provider_media.core.jobs.model import Manifest
from airflow_provider_media.core.media.uri import parse

FETCHED = (".m3u8", ".mpd", ".vtt", ".m4s", "/init.mp4")
"""Endings of what a player's script fetches: playlists, cues and segments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """One file of a manifest."""

    uri: str
    media_type: str
    output: str
    """Name of the workflow's output."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Facts that verification has measured."""
    size: int = 0
    """Bytes."""

    @property
    def is_fetched(self) -> bool:
        """Whether a player's script fetches the file.

        A browser shows a script no answer of another host, unless that host has a CORS rule. Most private buckets have
        none.
        """
        return self.uri.lower().endswith(FETCHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """How a browser gets a file: exactly one of the three."""

    media_type: str
    content: bytes | None = None
    url: str | None = None
    """Signed URL; a secret."""
    path: Path | None = None
    """File of this machine."""


def files_by_path(manifest: Manifest) -> dict[str, PublishedFile]:
    """Return the files of a manifest by their decoded path below the output location."""
    top = parse(manifest.uri.partition(".media/jobs/")[0]).key
    return {
        parse(made.uri).key.removeprefix(top): PublishedFile(
            uri=made.uri, media_type=made.media_type, output=made.output, facts=made.facts, size=made.size
        )
        for made in manifest.outputs
    }
