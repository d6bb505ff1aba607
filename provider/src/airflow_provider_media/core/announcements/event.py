"""Event: one thing that has happened to a job, with an id that never changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.serde import digest, to_json

HAPPENED: Mapping[JobState, str] = {JobState.WAITING: "queued", JobState.RUNNING: "started"}
"""Event names that differ from the name of the state."""

MESSAGE_BYTES = 1000
URI_BYTES = 1200
"""Room for the longest bucket and key of S3; with 50 outputs, a body stays below 20 kB."""
LISTED_OUTPUTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEvent:
    """One event of a job, the same for every target."""

    id: str
    """The same in every delivery and every retry, so that receivers can detect duplicates."""
    type: str
    """Event type, such as ``job.succeeded``."""
    time: datetime
    """When the event happened."""
    subject: str
    """Subject of the event; FIFO queues keep the order of one subject's events."""
    content: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputSummary:
    """One output of a job."""

    name: str
    files: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """Facts of a job for its announcements."""

    job_id: str
    account: str
    workflow: str
    priority: str
    state: JobState
    redrive: int = 0
    """Number of earlier redrives of the job."""
    video_id: str | None = None
    """The submitter's own name of the video."""
    source: str
    output: str | None = None
    """URI of the output location."""
    manifest: str | None = None
    """URI of the manifest of a job that succeeded."""
    outputs: tuple[OutputSummary, ...] = ()
    failed_outputs: tuple[str, ...] = ()
    """Names of optional outputs that failed."""
    error: dict[str, str] | None = None
    """``code`` and ``message`` of a job that did not succeed."""
    submitted_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


def job_event(report: JobReport, *, time: datetime) -> JobEvent:
    """Return the event of a job's new state.

    :param time: when the job reached the state. The time is signed, so it must be the same whenever the event is made
        again.
    """
    content = to_json(report)
    content |= {name: _uri(getattr(report, name)) for name in ("source", "output", "manifest")}
    content["outputs"] = content["outputs"][:LISTED_OUTPUTS]
    content["failed_outputs"] = content["failed_outputs"][:LISTED_OUTPUTS]
    if report.error:
        content["error"] = {"code": report.error["code"], "message": clipped(report.error["message"], MESSAGE_BYTES)}
    return JobEvent(
        id=event_id(report.job_id, report.state, report.redrive),
        type=f"job.{happened(report.state)}",
        time=time,
        subject=report.job_id,
        content=content,
    )


def happened(state: JobState) -> str:
    """Return one word for the event of a job's new state."""
    return HAPPENED.get(state, state)


def event_id(*of: object) -> str:
    """Return the id of an event: a hash of the values that identify the event."""
    return f"evt_{digest(list(of))[:32]}"


def run_id_prefix(job_id: str) -> str:
    """Return the beginning of the ids of the runs that announce a job's states."""
    return f"{job_id}__"


def run_id(report: JobReport) -> str:
    """Return the id of the run that announces a job's state; only one run can have it."""
    again = f"__redrive-{report.redrive}" if report.redrive else ""
    return f"{run_id_prefix(report.job_id)}{happened(report.state)}{again}"


def clipped(text: str, size: int) -> str:
    """Return a text without control characters, of at most ``size`` bytes in UTF-8."""
    shown = "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text)
    whole = shown.encode(errors="replace")
    return shown if len(whole) <= size else whole[: size - 3].decode(errors="ignore") + "…"


def _uri(uri: str | None) -> str | None:
    return None if uri is None else clipped(redact(uri), URI_BYTES)
