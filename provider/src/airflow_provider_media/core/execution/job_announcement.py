"""Announcement of the end of a submitted job, and its targets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_media.core.announcements.event import JobReport, OutputSummary
from airflow_provider_media.core.announcements.outbox import Announcement, announcement
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.submit import Submission


def announcement_of(
    submission: Submission,
    state: JobState,
    *,
    at: datetime,
    redrive: int = 0,
    started_at: datetime | None = None,
    result: Mapping[str, Any] | None = None,
    error: Mapping[str, Any] | None = None,
) -> Announcement | None:
    """Return the announcement of a job's new state, or None if the job has no targets for it.

    :param at: when the job reached the state.
    :param redrive: number of earlier retries of the job; each end of the job is an event of its own.
    :param result: result of the publishing task, if the job succeeded.
    :param error: ``code`` and ``message``, if the job did not succeed.
    """
    published = result or {}
    report = JobReport(
        job_id=submission.job_id,
        account=submission.account,
        workflow=submission.workflow.workflow.name,
        priority=submission.priority,
        state=state,
        redrive=redrive,
        video_id=submission.video,
        source=submission.source,
        output=submission.output,
        manifest=published.get("manifest"),
        outputs=tuple(OutputSummary(**each) for each in published.get("outputs", ())),
        failed_outputs=tuple(str(each.get("output")) for each in published.get("failed", ())),
        error=None if error is None else {name: str(error.get(name, "")) for name in ("code", "message")},
        submitted_at=submission.submitted_at,
        started_at=started_at,
        ended_at=at if state.ended else None,
    )
    return announcement(report, submission.notify, time=at)
