import asyncio
import itertools
from types import SimpleNamespace

import pytest

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.storage.errors import ObjectNotFound
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.uploads.listing import WatchedLocation
from airflow_provider_media.core.workflows.model import Trigger
from airflow_provider_media.triggers import arrival
from airflow_provider_media.triggers.arrival import MediaArrivalTrigger


def watch(workflow="vod", bucket="inbox", **fields):
    place = Trigger(bucket=bucket, prefix="up/", suffixes=(".mp4",))
    return WatchedLocation(
        **{"workflow": workflow, "priority": "normal", "trigger": place, "account": Account(), **fields}
    )


class World:
    """A bucket, the jobs that exist, and the room that is left in each queue."""

    def __init__(self):
        self.bucket, self.jobs, self.left, self.asked = MemoryStorage(), set(), {}, []

    def missing(self, account, jobs):
        self.asked.append(len(jobs))
        return {job for job in jobs if (account, job) not in self.jobs}

    def room(self, account, priority):
        return self.left.get((account.name, priority), 99)


@pytest.fixture
def world(monkeypatch):
    one = World()

    class Hook:
        def __init__(self, *_):
            pass

        def storage(self, _):
            return one.bucket

        def made_here(self, uri):
            return uri.endswith("_output.mp4")

    monkeypatch.setattr(arrival, "MediaHook", Hook)
    monkeypatch.setattr(arrival, "missing_jobs", one.missing)
    monkeypatch.setattr(arrival, "room", one.room)
    return one


def trigger(*watches, give_up=30.0):
    return MediaArrivalTrigger([to_json(each) for each in watches], poll_seconds=0.001, give_up_seconds=give_up)


def first_event(waiting):
    event = asyncio.run(asyncio.wait_for(anext(waiting.run()), 10))
    return event.payload


def upload(world, *keys):
    for key in keys:
        world.bucket.write(f"s3://inbox/up/{key}", b"media", media_type="video/mp4")


def keys(event):
    return [each["upload"]["key"].removeprefix("up/") for each in event]


def test_arrival_trigger_ends_when_list_of_watched_workflows_changes(world, monkeypatch):
    names = itertools.chain((["vod"], ["vod"]), itertools.repeat(["late", "vod"]))
    monkeypatch.setattr(arrival, "watched_workflows", lambda: next(names))
    monkeypatch.setattr(arrival, "NOTICE_SECONDS", 0.001)
    waiting = MediaArrivalTrigger([to_json(watch())], poll_seconds=3600, give_up_seconds=3600, watched=["vod"])
    assert first_event(waiting) == []


def test_files_that_cannot_be_read_do_not_end_the_watch(world, monkeypatch):
    def refuse():
        raise ConfigurationError("presets/house.yaml: cannot be read")

    monkeypatch.setattr(arrival, "watched_workflows", refuse)
    upload(world, "a.mp4")
    waiting = MediaArrivalTrigger([to_json(watch())], poll_seconds=0.001, give_up_seconds=30, watched=["vod"])
    assert keys(first_event(waiting)) == ["a.mp4"]


def test_two_uploads_close_together_both_arrive(world):
    upload(world, "a.mp4", "b.mp4")
    assert keys(first_event(trigger(watch()))) == ["a.mp4", "b.mp4"]


def test_after_a_restart_only_what_has_no_job_arrives(world):
    upload(world, "a.mp4")
    (known,) = first_event(trigger(watch()))
    world.jobs.add(("default", known["job"]))
    upload(world, "b.mp4")
    assert keys(first_event(trigger(watch()))) == ["b.mp4"]


def test_jobs_that_are_there_are_asked_for_once(world):
    upload(world, "a.mp4", "b.mp4")
    world.jobs |= {("default", each["job"]) for each in first_event(trigger(watch()))}
    world.asked.clear()
    assert first_event(trigger(watch(), give_up=0.1)) == []
    assert [asked for asked in world.asked if asked] == [2]


def test_one_upload_arrives_for_every_workflow_that_watches_its_place(world):
    upload(world, "a.mp4")
    assert {each["workflow"] for each in first_event(trigger(watch("vod"), watch("social")))} == {"vod", "social"}


def test_outputs_among_uploads_start_no_job(world):
    upload(world, "a_output.mp4", "a.mp4")
    assert keys(first_event(trigger(watch()))) == ["a.mp4"]


def test_arrivals_fit_queue_room_and_do_not_block_other_queues(world):
    upload(world, "a.mp4", "b.mp4", "c.mp4")
    world.left = {("default", "normal"): 2, ("default", "low"): 0, ("acme", "normal"): 1}
    arrived = first_event(trigger(watch(), watch("slow", priority="low"), watch("other", account=Account(name="acme"))))
    assert [each["workflow"] for each in arrived] == ["vod", "vod", "other"]


def test_what_finds_no_room_arrives_once_there_is_some(world):
    upload(world, "a.mp4")
    world.left = {("default", "normal"): 0}
    assert first_event(trigger(watch(), give_up=0.05)) == []
    world.left.clear()
    assert keys(first_event(trigger(watch()))) == ["a.mp4"]


def test_trigger_without_arrivals_ends_after_its_time_for_changed_watches(world, monkeypatch):
    passed, looks = itertools.count(), []  # each reading of the clock is a second later
    monkeypatch.setattr(arrival, "time", SimpleNamespace(monotonic=lambda: next(passed)))
    monkeypatch.setattr(world.bucket, "list", lambda uri: looks.append(next(passed)) or [])
    assert first_event(trigger(watch(), give_up=30)) == []
    assert len(looks) > 1
    assert looks[-1] <= 30 < next(passed)


def test_location_that_cannot_be_listed_does_not_stop_others(world, monkeypatch):
    upload(world, "a.mp4")
    listing = world.bucket.list

    def listed(uri):
        if uri.startswith("s3://gone"):
            raise ObjectNotFound("there is no such bucket")
        return listing(uri)

    monkeypatch.setattr(world.bucket, "list", listed)
    assert len(first_event(trigger(watch("social", "gone"), watch()))) == 1


def test_the_triggerer_can_make_it_again():
    original = trigger(watch())
    path, arguments = original.serialize()
    assert path == "airflow_provider_media.triggers.arrival.MediaArrivalTrigger"
    assert MediaArrivalTrigger(**arguments).serialize() == original.serialize()
