"""Entries of EventBridge, and what its responses mean."""

from datetime import UTC, datetime

import pytest

from airflow_provider_media.core.announcements.errors import DeliveryFailed, DeliveryRefused
from airflow_provider_media.core.announcements.event import JobEvent
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.hooks.senders.eventbridge import entry_bytes, entry_of, receipt_of

BUS = Target(kind="eventbridge", address="arn:aws-cn:events:cn-north-1:123456789012:event-bus/media")


def event(**content):
    return JobEvent(
        id="evt_1", type="job.succeeded", time=datetime(2026, 11, 22, tzinfo=UTC), subject="1", content=content
    )


def test_entry_names_s3_objects_of_job_in_bus_partition():
    entry = entry_of(event(source="s3://in/a b.mp4", manifest="https://host/manifest.json"), BUS)
    assert entry["Resources"] == ["evt_1", "arn:aws-cn:s3:::in/a b.mp4"]
    assert (entry["Source"], entry["DetailType"], entry["Time"]) == ("airflow.media", "job.succeeded", event().time)


def test_entry_size_counts_bytes_of_utf8_and_the_time():
    entry = {"Source": "é", "DetailType": "b", "Detail": "{}", "Resources": ["cd"]}
    assert entry_bytes(entry) == 14 + 2 + 1 + 2 + 2


def test_entry_that_is_taken_gives_its_id():
    assert receipt_of({"FailedEntryCount": 0, "Entries": [{"EventId": "7"}]}, BUS) == {"event_id": "7"}


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalFailure", "AccessDeniedException"])
def test_entry_error_that_may_pass_is_a_failure(code):
    with pytest.raises(DeliveryFailed, match=f"eventbridge media was refused with {code}") as failed:
        receipt_of({"FailedEntryCount": 1, "Entries": [{"ErrorCode": code, "ErrorMessage": "secret"}]}, BUS)
    assert (failed.value.retryable, "secret" in str(failed.value)) == (True, False)


def test_entry_error_that_stays_ends_the_delivery():
    with pytest.raises(DeliveryRefused, match="MalformedDetail"):
        receipt_of({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "MalformedDetail"}]}, BUS)
