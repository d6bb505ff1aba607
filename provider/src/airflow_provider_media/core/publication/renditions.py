"""Renditions of a job's streams: their segments over time, from the published playlists and the sizes of the files."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import ClassVar
from urllib.parse import unquote

from pydantic import ConfigDict

from airflow_provider_media.core.jobs.model import FrameScores
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


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPoint:
    """Quality of a short part of a video."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    at: float
    """Seconds from the beginning of the video."""
    mean: float
    """Mean VMAF of the part's frames, 0 to 100."""
    minimum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityOverTime:
    """Quality of one video over time."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    output: str
    rendition: str
    """Name such as ``720p``; the output's name where the output has one video."""
    points: tuple[QualityPoint, ...]
    """At most 300 parts; none when a lifecycle rule has deleted the scores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuality:
    """Quality of a job's videos over time."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    renditions: tuple[QualityOverTime, ...]


MOST_POINTS = 300


def quality_points(scores: FrameScores) -> tuple[QualityPoint, ...]:
    """Return the scores of frames as points of a plot, each of equally many frames."""
    frames = scores.scores
    step = -(-len(frames) // MOST_POINTS) or 1
    parts = (frames[start : start + step] for start in range(0, len(frames), step))
    return tuple(
        QualityPoint(
            at=part[0][0],
            mean=round(sum(score for _, score in part) / len(part), 2),
            minimum=min(score for _, score in part),
        )
        for part in parts
    )


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
