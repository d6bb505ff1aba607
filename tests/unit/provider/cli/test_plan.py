"""``airflow media plan`` shows what would be done, and does none of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_provider_media.cli.__main__ import main
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.serde import from_json
from tests.media import clip


def plan(*arguments: object) -> int:
    try:
        main(["plan", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def workflow(tmp_path: Path) -> Path:
    path = tmp_path / "workflows" / "cover.yaml"
    path.parent.mkdir()
    path.write_text("name: cover\noutputs: {poster: {preset: poster, width: 64, path: 'poster.jpg'}}\n")
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return clip(tmp_path / "a.mp4")


def test_plan_prints_units_and_outputs_and_command_lines_on_request(workflow, source, capsys):
    assert plan("--workflow", workflow, "--source", source) == 0
    brief = capsys.readouterr().out
    assert plan("--workflow", workflow, "--source", source, "--commands") == 0
    whole = capsys.readouterr().out
    assert "poster.jpg" in brief
    assert max(map(len, brief.splitlines())) < 120
    assert "  ffmpeg " in whole


def test_machines_read_the_plan_itself(workflow, source, capsys):
    assert plan("--workflow", workflow, "--source", source, "--json") == 0
    (unit,) = from_json(Plan, json.loads(capsys.readouterr().out)).units
    assert [artifact.published() for artifact in unit.artifacts] == [("poster.jpg",)]


def test_nothing_is_made(workflow, source, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert plan("--workflow", workflow, "--source", source) == 0
    assert sorted(tmp_path.rglob("*")) == before


def test_plan_of_output_location_says_what_is_finished(workflow, source, tmp_path, capsys):
    arguments = ("--workflow", workflow, "--source", source, "--output", tmp_path / "out")
    assert plan(*arguments) == 0
    assert "finished before" not in capsys.readouterr().out
    main(["run", *map(str, arguments)])
    capsys.readouterr()
    assert plan(*arguments) == 0
    assert "unit 1: poster (cost 0.00, finished before)" in capsys.readouterr().out


def test_what_is_missing_is_said(workflow, source, capsys):
    assert plan("--source", source) == 2
    assert capsys.readouterr().err == "configuration_invalid: --workflow is missing\n"
    assert plan("--workflow", workflow) == 2


def test_a_workflow_with_a_mistake_is_refused_with_its_place(workflow, source, capsys):
    workflow.write_text("name: cover\noutputs: {poster: {preset: poster, widht: 64}}\n")
    assert plan("--workflow", workflow, "--source", source, "--json") == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "workflow_invalid"
    assert f"{workflow}:2:" in error["message"]
    assert "width" in error["message"]
