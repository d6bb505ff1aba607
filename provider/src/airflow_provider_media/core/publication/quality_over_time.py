"""Quality of a job's videos over time, from the scores of their frames."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.jobs.model import FrameScores
from airflow_provider_media.core.submission.views import DOCUMENTED

MOST_POINTS = 300
"""More points than a plot has columns to tell apart."""


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
    """At most 300; none when the scores were deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobQuality:
    """Quality of a job's videos over time."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    renditions: tuple[QualityOverTime, ...]


def quality_points(scores: FrameScores) -> tuple[QualityPoint, ...]:
    """Return the scores of frames as points of a plot, each of equally many frames."""
    frames = scores.scores
    step = -(-len(frames) // MOST_POINTS) or 1
    parts = (frames[start : start + step] for start in range(0, len(frames), step))
    return tuple(
        QualityPoint(
            at=part[0][0],
            mean=round(fmean(score for _, score in part), 2),
            minimum=min(score for _, score in part),
        )
        for part in parts
    )
