"""Job, and the data that its stages exchange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.plans import LeftOut
from airflow_provider_media.core.storage.protocol import Storages
from airflow_provider_media.core.workflows.model import FrozenWorkflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One source and one frozen workflow."""

    id: str
    source: str
    """URI: ``s3://``, ``file://`` or ``https://``."""
    workflow: FrozenWorkflow
    output: str
    """URI of the output location, ending in ``/``."""
    source_version: str | None = None
    """Version of the submitted source. A source that has changed since is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Outside resources of the stages: tools, storages, limits and a private working directory."""

    toolchain: Toolchain
    storages: Storages
    limits: Limits
    directory: Path
    """Local folder in which each attempt creates a private folder of its own."""
    require_sandbox: bool = False
    one_task_seconds: float = 0.0
    """Estimated processor seconds below which one task does the whole work of a job; 0 for never."""
    report: Callable[[Progress], None] = field(default=lambda _: None)
    """Called with progress reports."""
    cancelled: Callable[[], bool] = field(default=lambda: False)
    """Polled often. True terminates running tools, first by a polite signal, then by force."""
    is_wanted: Callable[[], bool] = field(default=lambda: True)
    """Asked once, before the commit. False if somebody has ended the run; its worker learns that seconds later."""

    def for_part(self, begin: int, end: int, parts: int) -> Engine:
        """Return the engine for some of equal parts of the work, whose progress is that share of the whole.

        :param begin: number of the first part.
        :param end: number of the part after the last one.
        """

        def report(progress: Progress) -> None:
            percent = (begin * 100 + (end - begin) * progress.percent) / parts
            self.report(replace(progress, percent=percent))

        return replace(self, report=report)

    def raise_if_cancelled(self) -> None:
        """Raise if the work is cancelled.

        :raises Cancelled: when the work is cancelled.
        """
        if self.cancelled():
            raise Cancelled("the job was cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestEntry:
    """One finished file."""

    output: str
    file: str
    """Name within its unit or package."""
    uri: str
    """Where the file is stored: below the work location at first, at its final key once published."""
    size: int
    sha256: str
    media_type: str
    facts: dict[str, Any] = field(default_factory=dict)
    """Facts measured by verification: width, height, duration, codecs, bit rate, frame rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredQuality:
    """VMAF of one encoded video: scores from 0 to 100, pooled over its frames."""

    output: str
    rendition: str
    """Name for people, such as ``720p``; the output's name where the output has one video."""
    model: str
    """Name of the model, such as ``vmaf_v0.6.1``."""
    width: int
    """Pixels of both pictures when they were compared."""
    height: int
    frames: int
    """Number of compared frames."""
    is_sampled: bool
    """Whether samples stand for the whole video."""
    mean: float
    harmonic_mean: float
    first_percentile: float
    """Score below which one frame in a hundred lies."""
    minimum: float
    uri: str
    """Document with the score of each compared frame, below the work location."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameScores:
    """VMAF of each compared frame."""

    scores: tuple[tuple[float, float], ...]
    """Seconds from the beginning, and the score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """Result of one artifact or package."""

    key: str
    """Content key."""
    name: str
    """Name of the unit that made it, or of the package."""
    made: tuple[ManifestEntry, ...] = ()
    error: dict[str, Any] | None = None
    """The error of an optional output that failed."""
    seconds: float = 0.0
    warnings: tuple[str, ...] = ()
    reused: bool = False
    """Whether an earlier attempt or job had already made the result."""
    quality: tuple[MeasuredQuality, ...] = ()
    """Quality of its videos that are measured; not stored with the result, which is older."""
    job: str = ""
    """Id of the job that made the result."""
    versions: dict[str, str] = field(default_factory=dict)
    """Version of each stored file, by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The published files of a job; the manifest's existence is the commit."""

    job_id: str
    workflow: str
    workflow_hash: str
    source: dict[str, Any]
    """URI, version, size and the probe's facts."""
    outputs: tuple[ManifestEntry, ...]
    left_out: tuple[LeftOut, ...] = ()
    failed: tuple[dict[str, Any], ...] = ()
    """Optional outputs that failed, with their errors."""
    warnings: tuple[str, ...] = ()
    quality: tuple[MeasuredQuality, ...] = ()
    """Quality of the outputs that are to be measured."""
    timings: dict[str, float] = field(default_factory=dict)
    """Seconds per stage."""
    uri: str = ""
    version: Literal[1] = 1
