"""The definition store from the command line: files in, versions out, and exit status 6 for what is refused."""

import json
import re

import pytest

from airflow_provider_media.cli.definition import parser
from airflow_provider_media.job_store import dag_parsing

CLIPS = "name: clips\noutputs:\n  hd:\n    preset: h264-720p\n"


@pytest.fixture(autouse=True)
def asked(tmp_path, monkeypatch):
    """An empty store, one workflow in a file, and what DAG files were asked for."""
    for option, name in (("WORKFLOWS", "workflows"), ("STATE_MACHINES", "machines"), ("PRESETS", "presets")):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(f"AIRFLOW__MEDIA__{option}_FOLDER", str(tmp_path / name))
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", f"file://{tmp_path}/store")
    (tmp_path / "workflows" / "vod.yaml").write_text(CLIPS.replace("clips", "vod"))
    (tmp_path / "clips.yaml").write_text(CLIPS)
    (tmp_path / "broken.yaml").write_text(CLIPS.replace("preset", "pre"))
    requests = []
    monkeypatch.setattr(dag_parsing, "request_parsing", requests.append)
    return requests


def call(capsys, *arguments):
    args = parser().parse_args(["definitions", *map(str, arguments)])
    try:
        args.func(args)
        status = 0
    except SystemExit as ended:
        status = ended.code
    done = capsys.readouterr()
    return status, done.out, done.err


def test_put_get_history_and_list(capsys, tmp_path, asked):
    assert call(capsys, "put", "workflows", "clips", tmp_path / "clips.yaml", "--comment", "first")[:2] == (
        0,
        "version 1\n",
    )
    assert asked == ["workflows"]
    put = ("put", "workflows", "clips", tmp_path / "clips.yaml", "--base", 1, "--status", "disabled", "--json")
    assert json.loads(call(capsys, *put)[1])["version"] == 2
    assert call(capsys, "get", "workflows", "clips")[1] == CLIPS
    assert json.loads(call(capsys, "get", "workflows", "clips", "--version", 1, "--json")[1])["comment"] == "first"
    history = call(capsys, "history", "workflows", "clips")[1].splitlines()
    assert [line.split()[0] for line in history] == ["2", "1"]
    assert history[1].endswith("first")
    assert re.match(r" +2  [0-9-]+ [0-9:]+ UTC  disabled ", history[0])
    listed = json.loads(call(capsys, "list", "--json")[1])
    assert [(one["name"], one["origin"], one.get("status")) for one in listed] == [
        ("clips", "store", "disabled"),
        ("vod", "files", None),
    ]
    assert "vod  file" in call(capsys, "list", "workflows")[1]


def test_put_refuses_stale_base_name_of_file_and_errors(capsys, tmp_path, asked):
    call(capsys, "put", "workflows", "clips", tmp_path / "clips.yaml")
    asked.clear()
    status, _, error = call(capsys, "put", "workflows", "clips", tmp_path / "clips.yaml")
    assert (status, "definition_changed" in error) == (6, True)
    status, _, error = call(capsys, "put", "workflows", "vod", tmp_path / "clips.yaml")
    assert (status, "definition_in_files" in error) == (6, True)
    status, _, error = call(capsys, "put", "workflows", "clips", tmp_path / "broken.yaml", "--base", 1)
    assert status == 6
    assert "text:3:3: outputs.hd.kind: is missing" in error
    assert asked == []


def test_file_that_cannot_be_read_is_named(capsys, tmp_path):
    status, _, error = call(capsys, "put", "workflows", "clips", tmp_path / "absent.yaml")
    assert (status, "absent.yaml cannot be read" in error) == (2, True)


def test_without_store_commands_say_so(capsys, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__DEFINITIONS", "")
    status, _, error = call(capsys, "get", "workflows", "clips")
    assert (status, "definitions_unavailable" in error) == (6, True)
    assert "vod" in call(capsys, "list")[1]
