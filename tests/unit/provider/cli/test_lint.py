"""``airflow media lint`` says what is wrong and ends with a code that scripts can use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from airflow_provider_media.cli.__main__ import main
from airflow_provider_media.core.workflows.schema import workflow_schema

ROOT = Path(__file__).parents[4]
GOOD = "name: good\noutputs: {a: {preset: h264-720p}}\n"
WRONG = "name: wrong\noutputs: {a: {kind: transcode, fps: 25}}\n"


def lint(*arguments: object) -> int:
    try:
        main(["lint", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("workflows", "presets", "state_machines"):
        (tmp_path / folder).mkdir()
    (tmp_path / "workflows" / "good.yaml").write_text(GOOD)
    (tmp_path / "presets" / "house.yaml").write_text("house: {preset: poster}\n")
    (tmp_path / "queues.yaml").write_text("accounts: {}\n")
    return tmp_path


def test_the_shipped_files_are_sound(capsys):
    assert lint(ROOT / "include") == 0
    assert capsys.readouterr().out == "7 files: 0 errors, 0 warnings\n"


def test_lint_mistake_printed_with_place_exit_code_2(project, capsys):
    path = project / "workflows" / "wrong.yaml"
    path.write_text(WRONG)
    assert lint(project) == 2
    first, *_, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{path}:2:32: outputs.a.fps: there is no such field")
    assert last == "3 files: 1 error, 0 warnings"


def test_warnings_are_printed_and_end_with_0(project, capsys):
    (project / "workflows" / "facts.yaml").write_text("name: facts\noutputs: {a: {kind: probe_report}}\n")
    assert lint(project) == 0
    assert "outputs: warning: makes a report and no media" in capsys.readouterr().out


def test_a_single_file_finds_the_presets_of_its_project(project):
    path = project / "workflows" / "cover.yaml"
    path.write_text("name: cover\noutputs: {a: {preset: house}}\n")
    assert lint(path) == 0


def test_presets_may_lie_elsewhere(project, tmp_path_factory):
    path = tmp_path_factory.mktemp("alone") / "cover.yaml"
    path.write_text("name: cover\noutputs: {a: {preset: house}}\n")
    assert lint(path) == 2
    assert lint(path, "--presets", project / "presets") == 0


def test_lint_mistake_in_preset_used_by_many_printed_once(project, capsys):
    (project / "presets" / "house.yaml").write_text("house: {preset: poster, widht: 5}\n")
    for name in ("one", "two"):
        (project / "workflows" / f"{name}.yaml").write_text(f"name: {name}\noutputs: {{a: {{preset: h264-720p}}}}\n")
    assert lint(project) == 2
    assert capsys.readouterr().out.count("widht") == 1


def test_json_is_a_list_of_diagnostics(project, capsys):
    (project / "workflows" / "wrong.yaml").write_text(WRONG)
    assert lint(project, "--json") == 2
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["field"], one["rule"], one["severity"], one["mark"]["line"]) == (
        "outputs.a.fps",
        "unknown-field",
        "error",
        2,
    )


def test_a_file_that_is_not_there_ends_with_2(tmp_path, capsys):
    assert lint(tmp_path / "none.yaml") == 2
    assert "cannot be read: No such file or directory" in capsys.readouterr().out


def test_lint_with_nothing_to_check_fails_in_text_and_json(tmp_path, capsys):
    assert lint(tmp_path) == 2
    assert capsys.readouterr().err.startswith("configuration_invalid: There is nothing to check")
    assert lint(tmp_path, "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "configuration_invalid"


def test_the_schema_is_printed(capsys):
    assert lint("--schema") == 0
    assert json.loads(capsys.readouterr().out) == workflow_schema()


def test_it_runs_where_airflow_is_not_installed(tmp_path):
    blocked = tmp_path / "airflow"
    blocked.mkdir()
    (blocked / "__init__.py").write_text("raise ImportError('Airflow is not installed here')\n")
    done = subprocess.run(
        [sys.executable, "-m", "airflow_provider_media.cli", "lint", str(ROOT / "include")],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "7 files: 0 errors, 0 warnings\n"), done.stderr


def test_accounts_of_the_project_are_judged_too(project, capsys):
    (project / "queues.yaml").write_text("accounts:\n  acme: {limit: 5}\n")
    assert lint(project / "workflows" / "good.yaml") == 2
    assert capsys.readouterr().out.startswith(f"{project / 'queues.yaml'}:2:10: accounts.acme.limit: ")


def test_file_named_alone_is_judged_beside_those_of_its_folder(project, capsys):
    path = project / "workflows" / "second.yaml"
    path.write_text(GOOD)
    (project / "workflows" / "wrong.yaml").write_text(WRONG)
    assert lint(path) == 2
    assert (
        capsys.readouterr().out.splitlines()[0].startswith(f"{path}:1:1: name: 'good' is the name of the workflow in")
    )
    assert lint(project / "workflows" / "good.yaml") == 0
