import argparse
import json
from pathlib import Path

import pytest

from airflow_provider_media.cli import init
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.workflows.parsing import load_workflow
from airflow_provider_media.core.workflows.presets import load_presets


def called(folder, capsys, *, layout="beside"):
    assert init.run(argparse.Namespace(folder=str(folder), layout=layout, json=True)) == 0
    return json.loads(capsys.readouterr().out)


def test_init_writes_dags_a_valid_sample_and_a_source(tmp_path, capsys):
    done = called(tmp_path, capsys)
    assert done["kept"] == []
    assert (tmp_path / "dags" / "media_ingest.py").is_file()
    workflow = load_workflow(
        tmp_path / "include" / "workflows" / "first_job.yaml", load_presets(tmp_path / "include" / "presets")
    )
    assert workflow.output.location == f"file://{tmp_path}/media/out/"
    assert Path(done["source"].removeprefix("file://")).stat().st_size > 10_000
    assert done["unpause"] == ["media_ingest_normal", "media_ingest_low", "media_first_job", "media_announce"]


def test_init_called_again_overwrites_nothing(tmp_path, capsys):
    called(tmp_path, capsys)
    queues = tmp_path / "include" / "queues.yaml"
    queues.write_text("accounts: {default: {limits: {active: 3}}}")
    again = called(tmp_path, capsys)
    assert (again["written"], queues.read_text()) == ([], "accounts: {default: {limits: {active: 3}}}")


def test_init_layout_inside_puts_include_below_dags(tmp_path, capsys):
    called(tmp_path, capsys, layout="inside")
    assert (tmp_path / "dags" / "include" / "queues.yaml").is_file()
    assert not (tmp_path / "include").exists()


def test_init_folder_that_cannot_be_made_says_so(tmp_path, capsys):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="cannot be written"):
        init.run(argparse.Namespace(folder=str(tmp_path / "file"), layout="beside", json=False))


def test_init_tells_people_what_to_do_next(tmp_path, capsys):
    init.run(argparse.Namespace(folder=str(tmp_path), layout="beside", json=False))
    text = capsys.readouterr().out
    assert "airflow connections add media_local --conn-type media" in text
    assert "airflow dags unpause" in text
