"""Each check finds what is wrong with its part, and nothing where all is well."""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest

from airflow_provider_media.cli import doctor as command
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.doctor import components, deployment, examine, locations, plugin, pools, project, tools
from airflow_provider_media.doctor.check_result import error, ok, warning
from airflow_provider_media.hooks import catalogue

WORKFLOW = """
name: clip
output: {location: "file://%s/", connection: media_local}
outputs: {poster: {kind: snapshots, at: [1]}}
"""


@pytest.fixture
def media(monkeypatch, tmp_path):
    """A project with a workflow that writes to a folder, which a connection opens."""
    include, out = tmp_path / "include", tmp_path / "out"
    (include / "workflows").mkdir(parents=True)
    (include / "workflows" / "clip.yaml").write_text(WORKFLOW % out)
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "dags"))
    connection = {"conn_type": "media", "extra": {"local_folders": str(out)}}
    monkeypatch.setenv("AIRFLOW_CONN_MEDIA_LOCAL", json.dumps(connection))
    return tmp_path


def by_status(findings):
    found = {}
    for one in findings:
        found.setdefault(one.status, []).append(one)
        assert (one.status == "ok") == (one.advice == ""), one
    return found


def test_tools_are_found_with_their_versions():
    found = by_status(tools.tools())
    assert {"ffmpeg", "ffprobe", "packager"} <= {one.check for one in found["ok"]}


def test_a_missing_sandbox_is_a_warning_unless_it_is_required(monkeypatch):
    chain = SimpleNamespace(bubblewrap=None, **dict.fromkeys(("ffmpeg", "ffprobe", "packager"), "/tool"))
    for name in ("ffmpeg", "ffprobe", "packager"):
        setattr(chain, f"{name}_version", "9")
    monkeypatch.setattr("airflow_provider_media.hooks.settings.toolchain", lambda: chain)
    assert [one.check for one in by_status(tools.tools())["warning"]] == ["sandbox"]
    monkeypatch.setenv("AIRFLOW__MEDIA__REQUIRE_SANDBOX", "True")
    assert [one.check for one in by_status(tools.tools())["error"]] == ["sandbox"]


def test_an_old_ffmpeg_is_an_error_with_its_advice(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__FFMPEG_PATH", str(tmp_path / "nothing"))
    (one,) = tools.tools()
    assert (one.status, one.check) == ("error", "tools")
    assert "nothing" in one.message


def test_a_location_is_written_read_and_left_as_it_was(media):
    found = by_status(locations.connections())
    assert [one.message for one in found["ok"]] == [f"file://{media}/out/: written, read and deleted"]
    assert list((media / "out").iterdir()) == []


def test_connection_not_opening_location_is_error(media, monkeypatch):
    monkeypatch.setenv(
        "AIRFLOW_CONN_MEDIA_LOCAL", json.dumps({"conn_type": "media", "extra": {"local_folders": "/elsewhere"}})
    )
    (one,) = by_status(locations.connections())["error"]
    assert one.check == "connection media_local"
    assert "media_local" in one.advice


def test_a_location_that_answers_with_other_bytes_is_an_error(media, monkeypatch):
    monkeypatch.setattr("airflow_provider_media.core.storage.local.LocalStorage.read", lambda *_, **__: b"stale")
    (one,) = by_status(locations.connections())["error"]
    assert "not what was written" in one.message


def test_files_with_mistakes_are_errors_that_name_them(media):
    (media / "include" / "workflows" / "wrong.yaml").write_text("name: wrong\noutputs: {x: {kind: snapshot}}\n")
    (media / "include" / "queues.yaml").write_text("accounts: [1]")
    catalogue._read_queues.cache_clear()
    messages = " ".join(one.message for one in by_status(project.files())["error"])
    assert "wrong.yaml" in messages
    assert "accounts must map" in messages


def test_an_include_in_two_places_is_a_warning(media):
    assert by_status(project.include()).keys() == {"ok"}
    (media / "dags" / "include").mkdir(parents=True)
    assert by_status(project.include()).keys() == {"warning"}


def test_a_missing_include_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_FOLDER", str(tmp_path / "dags"))
    (one,) = project.include()
    assert one.status == "error"
    assert "airflow media init" in one.advice


def test_pools_are_compared_with_the_accounts(media, monkeypatch):
    def found(**sizes):
        made = {
            name: SimpleNamespace(slots=slots, include_deferred=deferred) for name, (slots, deferred) in sizes.items()
        }
        monkeypatch.setattr(pools, "read_pools", lambda: made)
        return by_status(pools.pools())

    assert found(default_pool=(128, False), media_jobs=(100, True)).keys() == {"ok"}
    assert "missing until a job" in found(default_pool=(128, False))["warning"][0].message
    assert "does not count deferred" in found(default_pool=(128, False), media_jobs=(100, False))["error"][0].message
    assert "has no slots" in found(default_pool=(128, False), media_jobs=(0, True))["error"][0].message
    assert "queues.yaml says 100" in found(default_pool=(128, False), media_jobs=(7, True))["warning"][0].message
    assert "default_pool is missing" in found(media_jobs=(100, True))["error"][0].message


def test_dags_that_are_paused_or_unknown_are_named(media, monkeypatch):
    known = {"media_ingest_normal": False, "media_ingest_low": True, "media_announce": False}
    monkeypatch.setattr(pools, "read_paused", lambda _: known)
    found = by_status(pools.dags())
    assert found["error"][0].message == "Airflow does not know media_clip"
    assert found["warning"][0].message == "paused: media_ingest_low"
    monkeypatch.setattr(pools, "read_paused", lambda dags: dict.fromkeys(dags, False))
    assert by_status(pools.dags()).keys() == {"ok"}


def test_airflows_tables_are_read_for_pools_and_pauses(media, tmp_path):
    from tests.airflow_database import database

    with database(tmp_path):
        assert pools.read_pools() == {}
        assert pools.read_paused(["media_clip"]) == {}
        found = by_status(components.components())
        assert {one.check for one in found["error"]} == {"scheduler", "triggerer", "dag-processor"}
        assert by_status(components.database_clock()).keys() == {"ok"}


@pytest.mark.parametrize(("behind", "status"), [(0, "ok"), (60, "error"), (-60, "error")])
def test_clocks_that_differ_are_an_error(behind, status):
    assert components._clock("somebody", datetime.now(UTC) - timedelta(seconds=behind)).status == status


def test_an_api_that_cannot_be_reached_is_an_error(monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "http://127.0.0.1:9/execution/")
    (one,) = components.api()
    assert (one.status, one.check) == ("error", "API")


def test_an_api_without_the_plugin_is_an_error(monkeypatch):
    def get(url, **_):
        date = {"date": format_datetime(datetime.now(UTC), usegmt=True)}
        is_airflow = url.endswith("/version")
        return SimpleNamespace(status_code=200 if is_airflow else 404, headers=date, json=lambda: {"version": "3.3.2"})

    monkeypatch.setattr("httpx.get", get)
    assert [one.check for one in by_status(components.api())["error"]] == ["REST"]


def test_the_plugin_is_looked_for_among_airflows(monkeypatch):
    plugins = [SimpleNamespace(name="media", source="the distribution")]
    monkeypatch.setattr("airflow.plugins_manager._get_plugins", lambda: (plugins, {}))
    assert by_status(plugin.plugin()).keys() == {"ok"}
    monkeypatch.setattr("airflow.plugins_manager._get_plugins", lambda: (plugins, {"media.py": "already registered"}))
    assert by_status(plugin.plugin()).keys() == {"error"}
    monkeypatch.setattr("airflow.plugins_manager._get_plugins", lambda: ([], {}))
    assert by_status(plugin.plugin()).keys() == {"error"}


def test_option_that_is_no_number_is_error_naming_it(monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__LIMIT_PIXELS", "many")
    found = by_status(deployment.options())
    assert "limit_pixels" in found["error"][0].message


CELERY = {
    "CORE__EXECUTOR": "CeleryExecutor",
    "CELERY__RESULT_BACKEND": "db+postgresql+psycopg2://airflow@postgres/airflow",
    "CELERY__EXTRA_CELERY_CONFIG": '{"include": ["airflow_provider_media.preloading"]}',
    "CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "86400",
}


@pytest.mark.parametrize(
    ("changed", "version", "wrong"),
    [
        ({}, "5.5.3", []),
        ({}, "5.7.0", ["Celery 5.7.0 is not supported: from 5.7 on, its workers end at their start"]),
        (
            {"CELERY__RESULT_BACKEND": "db+postgresql://airflow@postgres/airflow"},
            "5.5.3",
            ["[celery] result_backend names no driver"],
        ),
        ({"CELERY__EXTRA_CELERY_CONFIG": "{}"}, "5.5.3", ["workers import this provider again for each task"]),
        ({"CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "3600"}, "5.5.3", ["visibility_timeout is 1.0 h"]),
    ],
)
def test_what_celery_needs_is_looked_at_where_it_works(monkeypatch, changed, version, wrong):
    for name, value in (CELERY | changed).items():
        monkeypatch.setenv(f"AIRFLOW__{name}", value)
    monkeypatch.setattr(deployment, "version", lambda _: version)
    assert [one.message for one in deployment.celery() if one.status != "ok"] == wrong


def test_without_celery_nothing_is_said_of_it(monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "LocalExecutor")
    assert list(deployment.celery()) == []


def test_check_that_breaks_is_finding_and_hides_no_other():
    def broken_check():
        yield ok("a", "well")
        raise RuntimeError("no such table\nlong story")

    found = list(examine.examine([broken_check, lambda: [ok("b", "well")]]))
    assert [(one.check, one.status) for one in found] == [("a", "ok"), ("broken check", "error"), ("b", "ok")]
    assert "long story" not in found[1].message


@pytest.mark.parametrize(
    ("found", "code"),
    [([ok("a", "x")], 0), ([warning("a", "x", "y")], 0), ([warning("a", "x", "y"), error("b", "x", "y")], 2)],
)
def test_the_exit_code_says_whether_jobs_can_work(monkeypatch, capsys, found, code):
    monkeypatch.setattr(examine, "examine", lambda _: found)
    monkeypatch.setenv(command.PROCESS_CONTEXT, "client")
    assert command.run(argparse.Namespace(json=True, offline=False)) == code
    assert [one["check"] for one in json.loads(capsys.readouterr().out)] == [one.check for one in found]
    assert os.environ[command.PROCESS_CONTEXT] == "client"


def test_every_finding_not_ok_has_line_of_advice(capsys, monkeypatch):
    monkeypatch.setattr(examine, "examine", lambda _: [error("pools", "missing", "Make it.")])
    command.run(argparse.Namespace(json=False, offline=True))
    assert "-> Make it." in capsys.readouterr().out


def test_without_airflow_the_doctor_says_so(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "airflow_provider_media.doctor.examine", None)
    with pytest.raises(ConfigurationError, match="Airflow is not installed here"):
        command.run(argparse.Namespace(json=False, offline=True))
