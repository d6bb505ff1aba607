import json
import logging

import pytest

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.storage.https import HttpsStorage
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.hooks import media, s3_storages
from airflow_provider_media.hooks.media import MediaHook, progress_log


@pytest.fixture
def opened(monkeypatch):
    """The AWS connections that storages were opened with."""
    names = []
    monkeypatch.setattr(s3_storages, "client_of", lambda connection, *_: names.append(connection) or object())
    return names


def test_files_are_refused_until_a_folder_is_allowed(tmp_path):
    with pytest.raises(
        ConfigurationError, match="allowed nowhere yet; add its folder to the option \\[media\\] local_folders"
    ):
        MediaHook().storage(f"file://{tmp_path}/a.mp4")


def test_files_allowed_below_configured_folders_symlink_and_parent_path_refused(monkeypatch, tmp_path):
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(tmp_path)
    monkeypatch.setenv("AIRFLOW__MEDIA__LOCAL_FOLDERS", str(inside))
    find = MediaHook().storage
    assert isinstance(find(f"file://{inside}/a.mp4"), LocalStorage)
    for outside in (f"{tmp_path}/a.mp4", f"{inside}/../a.mp4", f"{inside}/link/a.mp4"):
        with pytest.raises(ConfigurationError, match="only below"):
            find(f"file://{outside}")


def test_sources_of_the_web_are_fetched_by_the_guarded_client():
    assert isinstance(MediaHook().storage("https://example.com/a.mp4"), HttpsStorage)


def test_outputs_use_their_own_connection_and_everything_else_the_sources(opened):
    find = MediaHook("reader", "writer", "s3://out/vod/").storage
    find("s3://in/a.mp4")
    find("s3://out/vod/a.mp4")
    find("s3://out/vod/b.mp4")
    assert opened == ["reader", "writer"]


def test_a_media_connection_names_its_aws_connection_and_its_folders(monkeypatch, opened, tmp_path):
    extra = {"aws_conn_id": "minio", "local_folders": str(tmp_path)}
    monkeypatch.setenv("AIRFLOW_CONN_STUDIO", json.dumps({"conn_type": "media", "extra": extra}))
    find = MediaHook("studio").storage
    find("s3://in/a.mp4")
    assert opened == ["minio"]
    assert isinstance(find(f"file://{tmp_path}/a.mp4"), LocalStorage)


def test_kept_hook_makes_one_client_per_connection_renewed_within_minute(monkeypatch, opened):
    clock = [1000.0 * media.KEPT_SECONDS]
    monkeypatch.setattr(media.time, "monotonic", lambda: clock[0])
    for _ in range(3):
        media.kept_hook("reader").storage("s3://in/a.mp4")
    media.kept_hook("writer").storage("s3://in/a.mp4")
    assert opened == ["reader", "writer"]
    clock[0] += media.KEPT_SECONDS
    media.kept_hook("reader").storage("s3://in/a.mp4")
    assert opened == ["reader", "writer", "reader"]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({}, "The connection is complete."),
        ({"s3": {"acl": "private"}, "locations": {"s3://b/": {"region": "eu-west-1"}}}, "The connection is complete."),
        ({"s3": {"acl": "mine"}}, "s3.acl in the connection's extra"),
        ({"locations": {"s3://b/": {"acl": "mine"}}}, "locations.s3://b/.acl in the connection's extra"),
        ({"locations": {"ftp://b/": {}}}, "locations.ftp://b/ in the connection's extra is in no bucket"),
    ],
)
def test_connection_test_names_a_wrong_option(monkeypatch, opened, extra, said):
    monkeypatch.setenv("AIRFLOW_CONN_STUDIO", json.dumps({"conn_type": "media", "extra": extra}))
    good, message = MediaHook("studio").test_connection()
    assert good == (said == "The connection is complete.")
    assert said in message


def test_the_engine_has_this_workers_tools_limits_and_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__WORK_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__MEDIA__LIMIT_STREAMS", "3")
    engine = MediaHook().engine(cancelled=lambda: True)
    assert engine.toolchain.ffmpeg.is_file()
    assert (engine.limits.streams, engine.directory, engine.cancelled()) == (3, tmp_path, True)


def test_progress_is_logged_first_last_and_now_and_then(caplog):
    report = progress_log(logging.getLogger("task").info, seconds=3600)
    with caplog.at_level(logging.INFO):
        for percent in (0.0, 10.0, 50.0, 100.0):
            report(Progress(name="mp4", percent=percent, speed=2.0, eta=5.0))
        report(Progress(name="poster", percent=1.0))
    assert [record.message for record in caplog.records] == [
        "mp4:   0.0 % at 2.00x, 5 s left",
        "mp4: 100.0 % at 2.00x, 5 s left",
        "poster:   1.0 %",
    ]


def test_one_client_serves_all_objects_of_a_connection(monkeypatch):
    made = []

    class Hook:
        def __init__(self, connection):
            made.append(connection)

        def made_here(self, uri):
            return "made" in uri

    monkeypatch.setattr(media, "MediaHook", Hook)
    is_output = media.outputs()
    assert [is_output("a", "made"), is_output("a", "b"), is_output("b", "c")] == [True, False, False]
    assert made == ["a", "b"]
