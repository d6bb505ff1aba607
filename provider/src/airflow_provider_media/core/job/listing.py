"""Listing: uploads as looks into buckets show them, for workflows that nobody tells of uploads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.priorities import Priority
from airflow_provider_media.core.ingest.uploads import Upload
from airflow_provider_media.core.job.upload_trigger import job_of, waits_for
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.protocol import ObjectInfo
from airflow_provider_media.core.workflows.model import Trigger, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedLocation:
    """A workflow, and the place where its uploads are looked for."""

    workflow: str
    priority: Priority
    trigger: Trigger
    account: Account
    """Whose queues take its jobs."""
    since: float = 0.0
    """Seconds since the epoch; objects last changed before are no news."""

    @property
    def location(self) -> str:
        """URI of the place."""
        return f"s3://{self.trigger.bucket}/{self.trigger.prefix}"


def is_always_watched(workflow: Workflow) -> bool:
    """Whether a workflow's uploads are looked for all the time, rather than told of or looked for by a schedule."""
    return workflow.trigger is not None and workflow.trigger.events == "listing" and workflow.schedule is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An upload that a workflow owes a job."""

    workflow: str
    upload: Upload
    job: str
    """Id of the job."""
    size: int
    """Bytes."""


def arrivals(watch: WatchedLocation, found: Iterable[ObjectInfo]) -> Iterator[Arrival]:
    """The uploads among the objects of a watched place, without those that the account may not read."""
    for info in found:
        # The same bytes that come again have the same ETag, and a time of their own.
        version = f"{info.version}-{info.modified:.3f}"
        upload = Upload(bucket=watch.trigger.bucket, key=parse(info.uri).key, version=version, etag=info.version)
        if info.modified >= watch.since and waits_for(watch.trigger, upload) and watch.account.may_read(upload.uri):
            job = job_of(upload, watch.workflow, watch.trigger, watch.account)
            yield Arrival(workflow=watch.workflow, upload=upload, job=job, size=info.size)


def settled(earlier: Collection[Arrival], now: Iterable[Arrival]) -> list[Arrival]:
    """The arrivals that are whole: of one version and size over two looks.

    :param earlier: what the look before has found.
    """
    return [arrival for arrival in now if arrival in earlier]
