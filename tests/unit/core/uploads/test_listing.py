from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.storage.protocol import ObjectInfo
from airflow_provider_media.core.uploads.listing import WatchedLocation, arrivals, settled
from airflow_provider_media.core.workflows.model import Trigger

TRIGGER = Trigger(bucket="in-1", prefix="up/", suffixes=(".mp4", ".MOV"))


def watch(workflow="vod", **fields):
    return WatchedLocation(
        **{"workflow": workflow, "priority": "normal", "trigger": TRIGGER, "account": Account(), **fields}
    )


def found(key="a.mp4", size=10, version="v1", modified=1000.0):
    return ObjectInfo(uri=f"s3://in-1/up/{key}", size=size, version=version, modified=modified)


def keys(*infos, since=0.0):
    return [arrival.upload.key.removeprefix("up/") for arrival in arrivals(watch(since=since), infos)]


def test_what_its_trigger_is_for_arrives():
    assert keys(found("a.MP4"), found("b.mov"), found("c.txt"), found(".media/units/k/a.mp4")) == ["a.MP4", "b.mov"]


def test_objects_of_before_the_watermark_are_no_news():
    assert keys(found("old.mp4", modified=10.0), found("new.mp4", modified=20.0), since=20.0) == ["new.mp4"]


def test_what_the_account_may_not_read_is_passed_over():
    ours = watch(account=Account(sources=("s3://in-1/up/ours/",)))
    assert [arrival.upload.key for arrival in arrivals(ours, [found("a.mp4"), found("ours/b.mp4")])] == [
        "up/ours/b.mp4"
    ]


def test_arrivals_job_id_depends_on_account_workflow_object_version_only():
    def job(watching=None, **facts):
        return next(iter(arrivals(watching or watch(), [found(**facts)]))).job

    assert job() == job(size=11) == job(watch(priority="low", since=1.0))
    others = [
        job(version="v2"),
        job(modified=2000.0),
        job(key="b.mp4"),
        job(watch("social")),
        job(watch(account=Account(name="acme"))),
    ]
    assert len({job(), *others}) == 6


def test_arrivals_same_content_skip_gives_same_job_for_same_bytes():
    watching = watch(trigger=TRIGGER.model_copy(update={"same_content": "skip"}))
    (first,), (again,), (other,) = (
        arrivals(watching, [found(**facts)]) for facts in ({}, {"modified": 2000.0}, {"version": "v2"})
    )
    assert first.job == again.job != other.job


def test_an_upload_is_whole_once_two_looks_agree():
    first = list(arrivals(watch(), [found(size=5), found("b.mp4")]))
    second = list(arrivals(watch(), [found(size=9), found("b.mp4"), found("c.mp4")]))
    assert settled((), first) == []
    assert [arrival.upload.key for arrival in settled(first, second)] == ["up/b.mp4"]
    assert len(settled(second, second)) == 3


def test_watches_and_arrivals_cross_a_task_boundary_whole():
    watching = watch(account=Account(name="acme", connections=frozenset({"hooks"}), ageing_minutes=5), since=12.5)
    (arrival,) = arrivals(watching, [found()])
    assert from_json(WatchedLocation, to_json(watching)) == watching
    assert from_json(type(arrival), to_json(arrival)) == arrival
