import dataclasses

from airflow_provider_media.core.ingest.arrivals import Watch, arrivals, settled
from airflow_provider_media.core.storage.base import ObjectInfo

WATCH = Watch(workflow="vod", dag_id="media_vod", location="s3://in/up/", suffixes=(".mp4", ".MOV"), connection="aws_default")


def found(key="a.mp4", size=10, version="v1", modified=1000.0):
    return ObjectInfo(uri=f"s3://in/up/{key}", size=size, version=version, modified=modified)


def keys(*infos, since=0.0):
    return [arrival.source.removeprefix("s3://in/up/") for arrival in arrivals(WATCH, infos, since=since)]


def test_endings_are_compared_without_case():
    assert keys(found("a.MP4"), found("b.mov"), found("c.txt"), found("mp4")) == ["a.MP4", "b.mov"]


def test_what_jobs_keep_for_themselves_is_no_upload():
    assert keys(found(".media/units/k/a.mp4"), found("x.media/a.mp4")) == ["x.media/a.mp4"]


def test_objects_older_than_the_lookback_are_no_news():
    assert keys(found("old.mp4", modified=10.0), found("new.mp4", modified=20.0), since=20.0) == ["new.mp4"]


def test_a_run_id_tells_workflow_object_and_version_apart_and_nothing_else():
    def run_id(watch=WATCH, **facts):
        return next(iter(arrivals(watch, [found(**facts)], since=0.0))).run_id

    assert run_id() == run_id(modified=2000.0)
    other = dataclasses.replace(WATCH, workflow="social")
    assert len({run_id(), run_id(version="v2"), run_id(key="b.mp4"), run_id(other)}) == 4
    assert run_id().startswith("normal__")
    assert run_id(dataclasses.replace(WATCH, priority="low")).startswith("low__")


def test_an_upload_is_whole_once_two_looks_agree():
    first = list(arrivals(WATCH, [found(size=5), found("b.mp4")], since=0.0))
    second = list(arrivals(WATCH, [found(size=9), found("b.mp4"), found("c.mp4")], since=0.0))
    assert settled((), first) == []
    assert [arrival.source for arrival in settled(first, second)] == ["s3://in/up/b.mp4"]
    assert len(settled(second, second)) == 3
