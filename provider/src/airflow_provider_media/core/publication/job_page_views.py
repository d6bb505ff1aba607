"""What the page of one job shows besides the job's view: timeline, verification of files, and announcements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from airflow_provider_media.core.media.expectation import Expectation
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.publication.published_files import PublishedFile
from airflow_provider_media.core.submission.views import DOCUMENTED

DeliveryState = Literal["waiting", "retrying", "delivered", "failed"]
VERIFIED_FILES = 1000
"""Most files in one answer; a film may have tens of thousands of pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineTask:
    """One task of a job's run in its workflow's DAG."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    task: str
    """Task id: probe, plan, encode, package or publish."""
    map_index: int | None = None
    """Number of a mapped task, from 0; None for any other task."""
    label: str | None = None
    """What a mapped task makes, for people."""
    state: str | None = None
    """Airflow's state of the task; None before Airflow has scheduled it."""
    attempt: int = 0
    """Number of the task's attempt; 0 before the first one."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reused: bool | None = None
    """Whether an earlier attempt or job had already made all results of the task; None where nothing says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTimeline:
    """The tasks of a job, in order."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    dag_id: str | None = None
    """DAG of the workflow; None when no submission has made the job."""
    run_id: str | None = None
    """Run of that DAG; None before the job has got its slot."""
    state: str | None = None
    """Airflow's state of the run."""
    is_in_one_task: bool = False
    """Whether the first task does all of the job's work, because the work is short; the other tasks are skipped."""
    tasks: tuple[TimelineTask, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One announcement to one target."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    target: str
    """Name of the target, without any secret."""
    kind: str
    """Kind of the target, such as url, sqs, sns or eventbridge."""
    state: DeliveryState
    """``waiting`` before the first attempt has ended, ``retrying`` between attempts, ``delivered`` or ``failed``."""
    attempts: int = 0
    attempted_at: datetime | None = None
    """When the latest attempt ended."""
    next_attempt_at: datetime | None = None
    """When the next attempt begins; None where none is planned."""
    error: dict[str, Any] | None = None
    """``code`` and ``message`` of the latest attempt; None when it has not failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementView:
    """One event of a job, and its deliveries."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    event: str
    """Type of the event, such as ``job.succeeded``."""
    event_id: str
    """Id that receivers find in every attempt, as ``webhook-id``."""
    time: datetime
    """When the event happened."""
    dag_id: str
    """DAG of the announcing run."""
    run_id: str
    deliveries: tuple[DeliveryView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAnnouncements:
    """The announcements of a job, oldest first."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    announcements: tuple[AnnouncementView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedFact:
    """One fact of a published file."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    """Name of the fact: width, height, frame_rate, duration, codecs, channels, sample_rate, bit_rate and others.

    `frame_rate` is the mean. `exact_frame_rate`, such as `24000/1001`, is absent where frames come at uneven times.
    """
    expected: Any = None
    """Value in the job's plan; None when the plan says nothing about the fact."""
    found: Any = None
    """Value that verification measured before the file was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVerification:
    """One published file and its facts."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    path: str
    """Path below the output location, as in the route of the job's files."""
    output: str
    facts: tuple[VerifiedFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobVerification:
    """The verification of a job's files; a file that differs from its plan is never published."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    has_plan: bool
    """Whether the job's plan is still stored; without it, no fact has an expected value."""
    total: int
    """Number of published files, including parts of streams, which have no facts of their own."""
    files: tuple[FileVerification, ...] = field(default=())
    """The first thousand files with facts."""


def verification_of(files: Mapping[str, PublishedFile], plan: Plan | None) -> JobVerification:
    """Compare the facts of published files with the plan.

    :param files: published files by their path below the output location.
    """
    planned = _expectations(plan) if plan else {}
    verified: list[FileVerification] = []
    for path, file in files.items():
        facts = tuple(_facts(file.facts, _planned_facts(planned.get(path))))
        if facts and len(verified) < VERIFIED_FILES:
            verified.append(FileVerification(path=path, output=file.output, facts=facts))
    return JobVerification(has_plan=plan is not None, total=len(files), files=tuple(verified))


def _expectations(plan: Plan) -> dict[str, Expectation]:
    found: dict[str, Expectation] = {}
    for unit in plan.units:
        for artifact in unit.artifacts:
            found |= dict.fromkeys(artifact.published(), artifact.expect)
    return found


def _facts(found: Mapping[str, Any], planned: Mapping[str, Any]) -> Iterator[VerifiedFact]:
    for name in dict.fromkeys((*planned, *found)):
        yield VerifiedFact(name=name, expected=planned.get(name), found=found.get(name))


def _planned_facts(expected: Expectation | None) -> dict[str, Any]:
    """Return the planned facts of a file under the names of measured facts."""
    if expected is None:
        return {}
    picture = expected.image or next(iter(expected.video), None)
    video, audio = next(iter(expected.video), None), next(iter(expected.audio), None)
    streams: Sequence[Any] = (*expected.video, *expected.audio)
    facts = {
        "width": picture and picture.width,
        "height": picture and picture.height,
        "frame_rate": round(float(video.frame_rate), 3) if video and video.frame_rate else None,
        "exact_frame_rate": str(video.frame_rate) if video and video.frame_rate else None,
        "duration": max((round(stream.duration, 3) for stream in streams), default=None),
        "codecs": [stream.codec for stream in streams] or None,
        "channels": audio and audio.channels,
        "sample_rate": audio and audio.sample_rate,
    }
    return {name: value for name, value in facts.items() if value is not None}
