"""Bodies of events."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from airflow_provider_media.core.announcements.event import JobEvent
from airflow_provider_media.core.announcements.target import BodyShape
from airflow_provider_media.core.serde import canonical


def standard(event: JobEvent) -> str:
    """Return type, time and data, as in Standard Webhooks 1.0: https://www.standardwebhooks.com (Payload structure)."""
    return canonical({"type": event.type, "timestamp": event.time.isoformat(), "data": event.content})


def brightcove(event: JobEvent) -> str:
    """Return the last callback of Brightcove's Dynamic Ingest, ``TITLE`` ``CREATE``: the job has ended.

    Source: https://apis.support.brightcove.com/dynamic-ingest/general/notifications-dynamic-ingest-api.html.
    """
    job = event.content
    video = job.get("video_id") or job["job_id"]
    error = (job.get("error") or {}).get("message")
    body = {
        "entity": video,
        "entityType": "TITLE",
        "version": "1",
        "action": "CREATE",
        "jobId": job["job_id"],
        "videoId": video,
        "accountId": job["account"],
        "status": "SUCCESS" if job["state"] == "succeeded" else "FAILED",
    }
    return canonical(body | ({"errorMessage": error} if error else {}))


BODIES: Mapping[BodyShape, Callable[[JobEvent], str]] = {"standard": standard, "brightcove": brightcove}


def body(event: JobEvent, shape: BodyShape) -> str:
    """Return the body of an event; the text is the same every time, because it is signed."""
    return BODIES[shape](event)
