"""Listing: uploads found by listing buckets, for workflows that get no upload events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.protocol import ObjectInfo
from airflow_provider_media.core.uploads.matching import Upload
from airflow_provider_media.core.uploads.upload_trigger import job_of, waits_for
from airflow_provider_media.core.workflows.model import Trigger, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedLocation:
    """A workflow, and the location where its uploads are listed."""

    workflow: str
    priority: Priority
    trigger: Trigger
    account: Account
    """The account whose queues take the jobs."""
    since: float = 0.0
    """Seconds since the epoch; objects last modified before this time are ignored."""

    @property
    def location(self) -> str:
        """URI of the location."""
        return f"s3://{self.trigger.bucket}/{self.trigger.prefix}"


def is_always_watched(workflow: Workflow) -> bool:
    """Return whether a workflow's uploads are listed continuously, rather than by events or on a schedule."""
    return workflow.trigger is not None and workflow.trigger.events == "listing" and workflow.schedule is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An upload for which a workflow must start a job."""

    workflow: str
    upload: Upload
    job: str
    """Id of the job."""
    size: int
    """Bytes."""


def arrivals(watch: WatchedLocation, found: Iterable[ObjectInfo]) -> Iterator[Arrival]:
    """Return the uploads among the objects of a watched location, except those that the account may not read."""
    for info in found:
        # The same bytes uploaded again have the same ETag but another modification time.
        version = f"{info.version}-{info.modified:.3f}"
        upload = Upload(bucket=watch.trigger.bucket, key=parse(info.uri).key, version=version, etag=info.version)
        if info.modified >= watch.since and waits_for(watch.trigger, upload) and watch.account.may_read(upload.uri):
            job = job_of(upload, watch.workflow, watch.trigger, watch.account)
            yield Arrival(workflow=watch.workflow, upload=upload, job=job, size=info.size)


def settled(earlier: Collection[Arrival], now: Iterable[Arrival]) -> list[Arrival]:
    """Return the arrivals that are complete: their version and size are equal in two listings.

    :param earlier: arrivals of the previous listing.
    """
    return [arrival for arrival in now if arrival in earlier]
