"""Workflow files are parsed once per change, whatever process parses them."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from airflow_provider_media.core.project import workflow_files
from airflow_provider_media.core.project.project import Project, ProjectFiles, yaml_files

GOOD = "name: {name}\noutputs:\n  poster: {{kind: snapshots, at: [1]}}\n  file: {{preset: h264-720p}}\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "workflows").mkdir()
    (tmp_path / "presets").mkdir()
    for name in ("one", "two"):
        (tmp_path / "workflows" / f"{name}.yaml").write_text(GOOD.format(name=name))
    (tmp_path / "workflows" / "bad.yaml").write_text("name: bad\noutputs: {x: {kind: snapshot}}\n")
    return tmp_path


@pytest.fixture
def parsed(monkeypatch):
    names = []
    original = workflow_files.examine_workflow

    def counting(content, file, context):
        names.append(os.path.basename(file))  # noqa: PTH119
        return original(content, file, context)

    monkeypatch.setattr(workflow_files, "examine_workflow", counting)
    return names


def load(folder):
    files = ProjectFiles(
        workflows=yaml_files(folder / "workflows"), presets=folder / "presets", accounts=folder / "queues.yaml"
    )
    return Project.load(files, folder / "cache")


def facts(project):
    return project.workflows, project.diagnostics


def test_load_parses_each_file_once_and_cache_gives_same(folder, parsed):
    cold = facts(load(folder))
    assert sorted(parsed) == ["bad.yaml", "one.yaml", "two.yaml"]
    assert facts(load(folder)) == cold
    assert len(parsed) == 3


def test_load_after_a_change_parses_only_the_changed_file(folder, parsed):
    load(folder)
    path = folder / "workflows" / "one.yaml"
    state = path.stat()
    changed = path.read_text().replace("at: [1]", "at: [2]")
    path.write_text(changed)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # time and size are as before
    parsed.clear()
    loaded = load(folder)
    assert parsed == ["one.yaml"]
    assert {name: frozen.workflow.outputs["poster"].at[0].value for name, frozen in loaded.workflows.items()} == {
        "one": 2,
        "two": 1,
    }
    path.unlink()
    assert list(load(folder).workflows) == ["two"]


@pytest.mark.parametrize("changed", ["presets/mine.yaml", "queues.yaml"])
def test_load_after_change_of_presets_or_accounts_parses_all_files(folder, parsed, changed):
    load(folder)
    parsed.clear()
    (folder / changed).write_text(
        "accounts: {}\n" if changed == "queues.yaml" else "mine: {kind: snapshots, at: [1]}\n"
    )
    load(folder)
    assert len(parsed) == 3


def test_load_with_a_damaged_snapshot_parses_again(folder, parsed):
    cold = facts(load(folder))
    for snapshot in (folder / "cache").iterdir():
        snapshot.write_bytes(snapshot.read_bytes()[:-10])
    assert facts(load(folder)) == cold
    assert len(parsed) == 6


def test_load_without_a_private_directory_parses_each_time(folder, parsed):
    cold = facts(load(folder))
    (folder / "cache").chmod(0o755)
    assert facts(load(folder)) == cold
    assert len(parsed) == 6


def test_load_never_keeps_a_workflow_that_names_a_font(folder, parsed):
    (folder / "workflows" / "two.yaml").write_text(
        GOOD.format(name="two") + "watermarks: [{text: x, corner: top_left, font: 'file:///nowhere.ttf'}]\n"
    )
    load(folder)
    parsed.clear()
    load(folder)
    assert parsed == ["two.yaml"]


def test_load_never_keeps_the_error_of_an_unknown_timezone(folder, parsed):
    (folder / "workflows" / "bad.yaml").write_text(
        GOOD.format(name="bad") + "trigger: {bucket: inbox}\nschedule: '@daily'\ntimezone: Europe/Atlantis\n"
    )
    load(folder)
    parsed.clear()
    load(folder)
    assert parsed == ["bad.yaml"]


def _load_names(folder: Path) -> list[str]:
    return list(load(folder).workflows)


def test_load_in_many_processes_at_once_gives_same_to_all(folder):
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.map(_load_names, [folder] * 24, chunksize=1) == [["one", "two"]] * 24
    assert [path.suffix for path in (folder / "cache").iterdir()] == [".json"]


def test_load_from_the_cache_takes_a_third_of_parsing(folder):
    for number in range(100):
        (folder / "workflows" / f"w{number}.yaml").write_text(GOOD.format(name=f"w{number}"))
    began = time.process_time()
    cold = facts(load(folder))
    parsed, warm = time.process_time() - began, []
    for _ in range(3):  # the best of three: another process may take the caches of the processor away
        began = time.process_time()
        assert facts(load(folder)) == cold
        warm.append(time.process_time() - began)
    assert min(warm) < parsed / 3
