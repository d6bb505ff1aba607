import asyncio
import time

import pytest

from airflow_provider_media.core.errors import ObjectNotFound
from airflow_provider_media.core.ingest.arrivals import Watch
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.triggers import arrival
from airflow_provider_media.triggers.arrival import MediaArrivalTrigger


def watch(workflow="vod", location="s3://in/up/"):
    return Watch(workflow=workflow, dag_id=f"media_{workflow}", location=location, suffixes=(".mp4",), connection="aws_default")


@pytest.fixture
def world(monkeypatch):
    """A bucket, and the runs that exist."""
    bucket, runs = MemoryStorage(), set()

    class Hook:
        def __init__(self, *_):
            pass

        def storage(self, _):
            return bucket

        def made_here(self, uri):
            return uri.endswith("_output.mp4")

    monkeypatch.setattr(arrival, "MediaHook", Hook)
    monkeypatch.setattr(arrival, "missing_runs", lambda dag_id, run_ids: {run_id for run_id in run_ids if (dag_id, run_id) not in runs})
    return bucket, runs


def trigger(*watches, give_up=30.0):
    return MediaArrivalTrigger([to_json(each) for each in watches], poll_seconds=0.001, lookback_seconds=3600, give_up_seconds=give_up)


def first_event(waiting):
    event = asyncio.run(asyncio.wait_for(anext(waiting.run()), 10))
    return event.payload


def upload(bucket, key):
    bucket.write(f"s3://in/up/{key}", b"media", media_type="video/mp4")


def test_two_uploads_close_together_both_arrive(world):
    upload(world[0], "a.mp4")
    upload(world[0], "b.mp4")
    assert [each["source"] for each in first_event(trigger(watch()))] == ["s3://in/up/a.mp4", "s3://in/up/b.mp4"]


def test_after_a_restart_only_what_has_no_run_arrives(world):
    bucket, runs = world
    upload(bucket, "a.mp4")
    (known,) = first_event(trigger(watch()))
    runs.add((known["dag_id"], known["run_id"]))
    upload(bucket, "b.mp4")
    assert [each["source"] for each in first_event(trigger(watch()))] == ["s3://in/up/b.mp4"]


def test_one_upload_starts_every_workflow_that_watches_its_place(world):
    upload(world[0], "a.mp4")
    assert {each["dag_id"] for each in first_event(trigger(watch("vod"), watch("social")))} == {"media_vod", "media_social"}


def test_outputs_among_uploads_start_no_job(world):
    upload(world[0], "a_output.mp4")
    upload(world[0], "a.mp4")
    assert [each["source"] for each in first_event(trigger(watch()))] == ["s3://in/up/a.mp4"]


def test_with_nothing_new_it_ends_after_its_time_so_that_changed_watches_come_into_use(world):
    began = time.monotonic()
    assert first_event(trigger(watch(), give_up=0.05)) == []
    assert time.monotonic() - began < 5


def test_a_place_that_cannot_be_listed_does_not_stop_the_others(world, monkeypatch):
    bucket, _ = world
    upload(bucket, "a.mp4")
    listing = bucket.list

    def listed(uri):
        if uri.startswith("s3://gone"):
            raise ObjectNotFound("there is no such bucket")
        return listing(uri)

    monkeypatch.setattr(bucket, "list", listed)
    assert len(first_event(trigger(watch("social", "s3://gone/"), watch()))) == 1


def test_the_triggerer_can_make_it_again():
    original = trigger(watch())
    path, arguments = original.serialize()
    assert path == "airflow_provider_media.triggers.arrival.MediaArrivalTrigger"
    assert MediaArrivalTrigger(**arguments).serialize() == original.serialize()
