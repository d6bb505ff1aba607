"""History of queues: how many jobs came, started and ended in each span of time, and how long they waited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from statistics import median
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.views import DOCUMENTED


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTimes:
    """When one job came, started and ended."""

    priority: Priority
    submitted_at: datetime
    started_at: datetime | None = None
    """When the job got its slot."""
    ended_at: datetime | None = None
    ended_as: JobState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueBucket:
    """What happened in a queue in one span of time."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    begin: datetime
    """First moment of the span, in UTC."""
    submitted: int = 0
    started: int = 0
    """Jobs that got a slot."""
    succeeded: int = 0
    failed: int = 0
    """Jobs that failed or ran out of time."""
    cancelled: int = 0
    waited_median: float | None = None
    """Median of the seconds that the started jobs had waited; None when no job started."""
    waited_longest: float | None = None
    """Seconds that the started job with the longest wait had waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueHistory:
    """The history of an account's queues."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    account: str
    bucket_seconds: int
    """Length of each span."""
    queues: Mapping[Priority, tuple[QueueBucket, ...]]
    """Spans of each priority, oldest first, without a gap; the last one is still going on."""


@dataclass(slots=True)
class _Counts:
    submitted: int = 0
    ends: list[JobState] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def queue_history(
    account: str, jobs: Iterable[JobTimes], *, since: datetime, until: datetime, bucket: timedelta
) -> QueueHistory:
    """Count jobs by priority and span.

    :param since: the first span holds this moment; what happened before that span is not counted.
    :param until: the last span holds this moment.
    :param bucket: length of a span.
    """
    spans = list(_spans(since, until, bucket))
    counts = {place: _Counts() for place in product(PRIORITIES, spans)}
    for job in jobs:
        _count(job, counts, bucket)
    queues = {priority: tuple(_bucket(begin, counts[priority, begin]) for begin in spans) for priority in PRIORITIES}
    return QueueHistory(account=account, bucket_seconds=int(bucket.total_seconds()), queues=queues)


def begin_of(moment: datetime, bucket: timedelta) -> datetime:
    """Return the first moment of the span that holds a moment; spans begin at multiples of their length."""
    seconds = bucket.total_seconds()
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)


def _spans(since: datetime, until: datetime, bucket: timedelta) -> Iterator[datetime]:
    begin = begin_of(since, bucket)
    while begin <= until:
        yield begin
        begin += bucket


def _count(job: JobTimes, counts: Mapping[tuple[Priority, datetime], _Counts], bucket: timedelta) -> None:
    def at(moment: datetime) -> _Counts:
        # Moments outside the spans are counted nowhere.
        return counts.get((job.priority, begin_of(moment, bucket)), _Counts())

    at(job.submitted_at).submitted += 1
    if job.started_at:
        at(job.started_at).waits.append(max(0.0, (job.started_at - job.submitted_at).total_seconds()))
    if job.ended_at and job.ended_as:
        at(job.ended_at).ends.append(job.ended_as)


def _bucket(begin: datetime, counts: _Counts) -> QueueBucket:
    return QueueBucket(
        begin=begin,
        submitted=counts.submitted,
        started=len(counts.waits),
        succeeded=counts.ends.count(JobState.SUCCEEDED),
        failed=counts.ends.count(JobState.FAILED),
        cancelled=counts.ends.count(JobState.CANCELLED),
        waited_median=round(median(counts.waits), 3) if counts.waits else None,
        waited_longest=round(max(counts.waits), 3) if counts.waits else None,
    )
