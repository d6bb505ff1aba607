"""Announcement: one event and its targets, as the conf of one Airflow run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_media.core.announcements.event import JobEvent, JobReport, job_event, run_id
from airflow_provider_media.core.announcements.target import Target, subscribers_of
from airflow_provider_media.core.serde import from_json, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One event and its targets."""

    run_id: str
    """Id derived from the event, so that repeated requests create the announcing run only once."""
    event: JobEvent
    targets: tuple[Target, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the conf of the run that delivers the announcement."""
        return dict(to_json(self))

    @staticmethod
    def from_json(conf: Mapping[str, Any]) -> Announcement:
        """Return the announcement that a run's conf holds."""
        return from_json(Announcement, {name: conf[name] for name in ("run_id", "event", "targets")})


def announcement(report: JobReport, targets: Iterable[Target], *, time: datetime) -> Announcement | None:
    """Return the announcement of a job's state, or None if no target wants it.

    :param time: when the job reached the state.
    """
    subscribers = subscribers_of(targets, report.state)
    return (
        Announcement(run_id=run_id(report), event=job_event(report, time=time), targets=subscribers)
        if subscribers
        else None
    )
