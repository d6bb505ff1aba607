"""Renditions of a job's streams: their segments over time, from the published playlists and the sizes of the files."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar
from urllib.parse import unquote

from pydantic import ConfigDict

from airflow_provider_media.core.packaging.manifests import MediaPlaylist, Segment
from airflow_provider_media.core.submission.views import DOCUMENTED


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRate:
    """One segment of a rendition."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    at: float
    """Seconds from the beginning of the stream."""
    seconds: float
    bits_per_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRendition:
    """One rendition of a package, or one audio track of it."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    path: str
    """Path of its media playlist, as in the route of the job's files."""
    output: str
    segments: tuple[SegmentRate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRenditions:
    """The renditions of a job's packages."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    renditions: tuple[PublishedRendition, ...]


_ROUNDING = 0.001
"""Seconds by which a time may be before the segment that it means: callers and playlists round."""


def segment_at(playlist: MediaPlaylist, at: float) -> tuple[Segment, float]:
    """Return the segment that holds a time, and when the segment begins; the last segment for any later time.

    :param at: seconds.
    """
    begins = list(accumulate((segment.duration for segment in playlist.segments), initial=0.0))[:-1]
    number = max((number for number, begin in enumerate(begins) if begin <= at + _ROUNDING), default=0)
    return playlist.segments[number], begins[number]


def published_rendition(
    path: str, output: str, playlist: MediaPlaylist, sizes: Mapping[str, int]
) -> PublishedRendition:
    """Return the segments of a rendition with their bit rates.

    :param path: path of the media playlist.
    :param sizes: bytes of the published files by their path.
    """
    begins = accumulate((segment.duration for segment in playlist.segments), initial=0.0)
    segments = tuple(
        SegmentRate(
            at=round(begin, 3),
            seconds=segment.duration,
            bits_per_second=round(8 * sizes.get(beside(path, segment.uri), 0) / segment.duration),
        )
        for begin, segment in zip(begins, playlist.segments, strict=False)
        if segment.duration > 0
    )
    return PublishedRendition(path=path, output=output, segments=segments)


def beside(path: str, uri: str) -> str:
    """Return the decoded path of a file that a playlist names relative to itself."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(uri)))
