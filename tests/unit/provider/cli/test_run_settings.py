"""What the commands run with comes from the command line and the environment."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_provider_media.cli.run_settings import (
    HTTPS_ALLOW,
    REQUIRE_SANDBOX,
    as_folder,
    engine_for,
    job_of,
    required,
    uri_of,
)
from airflow_provider_media.core.errors import ConfigurationError, WorkflowInvalid
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.storage.local import LocalStorage

WORKFLOW = "name: cover\noutputs: {a: {preset: house}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("workflows", "presets"):
        (tmp_path / folder).mkdir()
    (tmp_path / "workflows" / "cover.yaml").write_text(WORKFLOW)
    (tmp_path / "presets" / "house.yaml").write_text("house: {preset: poster, width: 64}\n")
    return tmp_path


def arguments(project: Path, **changes: object) -> argparse.Namespace:
    given = {"workflow": str(project / "workflows" / "cover.yaml"), "source": "s3://in/a.mp4", "presets": None}
    return argparse.Namespace(**{**given, **changes})


def test_a_job_has_the_presets_beside_its_workflow_resolved(project):
    job = job_of(arguments(project), output="s3://out/a")
    assert job.workflow.workflow.outputs["a"].width == 64
    assert (job.source, job.output) == ("s3://in/a.mp4", "s3://out/a/")


def test_presets_may_lie_elsewhere(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "house.yaml").write_text("house: {preset: poster, width: 48}\n")
    assert job_of(arguments(project, presets=str(elsewhere)), output="/out").workflow.workflow.outputs["a"].width == 48


def test_every_call_is_a_job_of_its_own(project):
    assert job_of(arguments(project), output="/out").id != job_of(arguments(project), output="/out").id


def test_a_mistake_in_the_workflow_is_told_with_its_place(project):
    path = project / "workflows" / "cover.yaml"
    path.write_text("name: cover\noutputs: {a: {preset: hause}}\n")
    with pytest.raises(WorkflowInvalid, match=rf"{path}:2:\d+: .*house"):
        job_of(arguments(project), output="/out")


@pytest.mark.parametrize("missing", ["workflow", "source"])
def test_a_missing_option_is_bad_configuration(project, missing):
    with pytest.raises(ConfigurationError, match=f"--{missing} is missing"):
        job_of(arguments(project, **{missing: None}), output="/out")


def test_required_options_are_given_back(project):
    assert required(arguments(project), "source") == "s3://in/a.mp4"


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("s3://in/a b.mp4", "s3://in/a b.mp4"),
        ("file:///srv/a%20b.mp4", "file:///srv/a%20b.mp4"),
        ("/srv/a b#c.mp4", "file:///srv/a%20b%23c.mp4"),
        ("https://example.com/a.mp4?X-Sig=1", "https://example.com/a.mp4?X-Sig=1"),
    ],
)
def test_paths_become_uris_and_uris_stay(text, uri):
    assert uri_of(text) == uri


def test_relative_paths_and_the_home_folder_are_found(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert uri_of("a.mp4") == f"file://{tmp_path}/a.mp4"
    assert uri_of("~/a.mp4") == "file:///home/somebody/a.mp4"


@pytest.mark.parametrize("text", ["ftp://host/a", "s3://", "file://host/a"])
def test_what_is_no_location_is_refused(text):
    with pytest.raises(ConfigurationError, match="is not a URI that can be read or written"):
        uri_of(text)


@pytest.mark.parametrize("text", ["s3://out/a", "s3://out/a/", "s3://out/a//"])
def test_an_output_location_ends_in_one_slash(text):
    assert as_folder(text) == "s3://out/a/"


def test_the_bucket_itself_is_a_location():
    assert as_folder("s3://out") == as_folder("s3://out/") == "s3://out/"


def test_the_engine_leaves_nothing_behind():
    with engine_for() as engine:
        (engine.directory / "sub").mkdir()
        (engine.directory / "sub" / "file").write_bytes(b"x")
        assert isinstance(engine.storages("/srv/a.mp4"), LocalStorage)
    assert not engine.directory.exists()


def test_the_environment_asks_for_a_sandbox_and_allows_private_hosts(monkeypatch):
    monkeypatch.setenv(REQUIRE_SANDBOX, "1")
    monkeypatch.setenv(HTTPS_ALLOW, "127.0.0.1:8080,media.local:80")
    with engine_for() as engine:
        assert engine.require_sandbox
        assert engine.storages("https://x/a.mp4").allow == {"127.0.0.1:8080", "media.local:80"}
    monkeypatch.delenv(REQUIRE_SANDBOX)
    with engine_for() as engine:
        assert not engine.require_sandbox


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_cancels_work_and_second_signal_reaches_previous_handler(number):
    heard: list[int] = []
    before = signal.signal(number, lambda number, _: heard.append(number))
    try:
        with engine_for() as engine:
            assert not engine.cancelled()
            os.kill(os.getpid(), number)
            assert engine.cancelled()
            assert heard == []
            os.kill(os.getpid(), number)
            assert heard == [number]
    finally:
        signal.signal(number, before)


def test_signals_regain_previous_handlers_when_work_has_ended():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with engine_for():
        assert signal.getsignal(signal.SIGINT) is not before[signal.SIGINT]
    assert {number: signal.getsignal(number) for number in before} == before


def test_engine_takes_limits_tools_and_work_directory_of_the_configuration(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__LIMIT_PIXELS", "1000")
    monkeypatch.setenv("AIRFLOW__MEDIA__WORK_DIRECTORY", str(tmp_path / "work"))
    monkeypatch.setenv("AIRFLOW__MEDIA__HTTPS_ALLOW", "media.internal:443")
    monkeypatch.setenv("AIRFLOW__MEDIA__REQUIRE_SANDBOX", "True")
    with engine_for() as engine:
        assert (engine.limits.pixels, engine.directory.parent, engine.require_sandbox) == (
            1000,
            tmp_path / "work",
            True,
        )
    assert list((tmp_path / "work").iterdir()) == []


def test_engine_without_airflow_has_the_defaults(monkeypatch):
    monkeypatch.setattr("airflow_provider_media.cli.run_settings.find_spec", lambda _: None)
    monkeypatch.setenv("AIRFLOW__MEDIA__LIMIT_PIXELS", "1000")
    with engine_for() as engine:
        assert engine.limits == Limits()


READ = """
import sys
from airflow_provider_media.cli.run_settings import settings_of_machine
print(settings_of_machine().limits.pixels, "airflow" in sys.modules)
"""


@pytest.mark.parametrize(
    ("configuration", "told"),
    [
        ("", "35389440 False"),
        ("[core]\nload_examples = False\n", "35389440 False"),
        ("[media]\nlimit_pixels = 1000\n", "1000 True"),
    ],
)
def test_airflow_is_loaded_only_with_media_section_in_configuration(tmp_path, configuration, told):
    (tmp_path / "airflow.cfg").write_text(configuration)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")}
    done = subprocess.run(
        [sys.executable, "-c", READ],
        env={**environment, "AIRFLOW_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == told
