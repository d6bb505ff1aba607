"""EventBridge: puts events on an event bus, where rules select them by source, detail type, resources and detail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_media.core.announcements.bodies import body
from airflow_provider_media.core.announcements.errors import DeliveryFailed, DeliveryRefused
from airflow_provider_media.core.announcements.event import JobEvent
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.hooks.senders.aws_messages import aws_client

SOURCE = "airflow.media"
"""Source of all events; sources that begin with ``aws`` are reserved."""
MAX_ENTRY_BYTES = 256 * 1024
"""Size that an entry must stay below in every AWS region; some take more.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/calculate-putevents-entry-size.html.
"""
TIME_BYTES = 14
"""Size of an entry's time, by the same page."""
FINAL_CODES = frozenset({"InvalidArgument", "MalformedDetail"})
"""Error codes of entries that no further attempt can change.

Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html.
"""


def put_event(event: JobEvent, target: Target) -> dict[str, Any]:
    """Put an event on an event bus, and return the id that EventBridge gave it.

    :raises DeliveryFailed: when EventBridge did not take the event.
    :raises DeliveryRefused: when EventBridge would never take the event, because it is too large or not valid.
    """
    entry = entry_of(event, target)
    size = entry_bytes(entry)
    if size >= MAX_ENTRY_BYTES:
        raise DeliveryRefused(
            f"The event for {target.name} has {size} bytes, but an EventBridge entry must stay below {MAX_ENTRY_BYTES}"
            " bytes: shorten the event's content, or put it into a file and send its address."
        )
    with aws_client("events", target) as client:
        response = client.put_events(Entries=[entry])
    return receipt_of(response, target)


def entry_of(event: JobEvent, target: Target) -> dict[str, Any]:
    """Return the entry of an event, as ``PutEvents`` takes it.

    The id of the event is the first of the resources, because each attempt gets another id from EventBridge.
    """
    return {
        "EventBusName": target.address,
        "Source": SOURCE,
        "DetailType": event.type,
        "Detail": body(event, target.body),
        "Time": event.time,
        "Resources": [event.id, *_object_arns(event, partition=target.address.split(":")[1])],
    }


def _object_arns(event: JobEvent, *, partition: str) -> list[str]:
    """Return the ARNs of a job's source and manifest, as far as they are in S3."""
    uris = (str(event.content.get(name) or "") for name in ("source", "manifest"))
    return [f"arn:{partition}:s3:::{uri.removeprefix('s3://')}" for uri in uris if uri.startswith("s3://")]


def entry_bytes(entry: Mapping[str, Any]) -> int:
    """Return the size of an entry in bytes, by the rules of EventBridge."""
    texts = (entry["Source"], entry["DetailType"], entry["Detail"], *entry["Resources"])
    return TIME_BYTES + sum(len(text.encode()) for text in texts)


def receipt_of(response: Mapping[str, Any], target: Target) -> dict[str, Any]:
    """Return the id of the one entry in a response of ``PutEvents``, which succeeds even if the entry failed.

    :raises DeliveryFailed: when the entry failed, so that another attempt may succeed.
    :raises DeliveryRefused: when no attempt can succeed.
    """
    (result,) = response["Entries"]
    code = result.get("ErrorCode")
    if code is None:
        return {"event_id": result["EventId"]}
    error = DeliveryRefused if code in FINAL_CODES else DeliveryFailed
    raise error(f"{target.name} was refused with {code}")
