"""Workflow files are parsed once per change, whatever process parses them."""

from __future__ import annotations

import multiprocessing
import os
import time

import pytest

from airflow_provider_media.factory import workflow_files
from airflow_provider_media.factory.workflow_files import load

GOOD = "name: {name}\noutputs:\n  poster: {{kind: snapshots, at: [1]}}\n  file: {{preset: h264-720p}}\n"


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("AIRFLOW__MEDIA__WORKFLOWS_FOLDER", str(tmp_path / "workflows"))
    monkeypatch.setenv("AIRFLOW__MEDIA__PRESETS_FOLDER", str(tmp_path / "presets"))
    monkeypatch.setenv("AIRFLOW__MEDIA__QUEUES_FILE", str(tmp_path / "queues.yaml"))
    monkeypatch.setenv("AIRFLOW__MEDIA__CACHE_DIRECTORY", str(tmp_path / "cache"))
    (tmp_path / "workflows").mkdir()
    (tmp_path / "presets").mkdir()
    for name in ("one", "two"):
        (tmp_path / "workflows" / f"{name}.yaml").write_text(GOOD.format(name=name))
    (tmp_path / "workflows" / "bad.yaml").write_text("name: bad\noutputs: {x: {kind: snapshot}}\n")
    return tmp_path


@pytest.fixture
def parsed(monkeypatch):
    names = []
    original = workflow_files.parse_content

    def counting(content, file, presets):
        names.append(os.path.basename(file))  # noqa: PTH119
        return original(content, file, presets)

    monkeypatch.setattr(workflow_files, "parse_content", counting)
    return names


def facts(loaded):
    return loaded.workflows, [error.to_json() for error in loaded.errors]


def test_load_parses_each_file_once_and_gives_the_same_from_the_cache(folder, parsed):
    cold = facts(load())
    assert sorted(parsed) == ["bad.yaml", "one.yaml", "two.yaml"]
    assert facts(load()) == cold
    assert len(parsed) == 3


def test_load_after_a_change_parses_only_the_changed_file(folder, parsed):
    load()
    path = folder / "workflows" / "one.yaml"
    state = path.stat()
    changed = path.read_text().replace("at: [1]", "at: [2]")
    path.write_text(changed)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # time and size are as before
    parsed.clear()
    loaded = load()
    assert parsed == ["one.yaml"]
    assert {frozen.workflow.name: frozen.workflow.outputs["poster"].at[0].value for frozen in loaded.workflows} == {"one": 2, "two": 1}
    path.unlink()
    assert [frozen.workflow.name for frozen in load().workflows] == ["two"]


@pytest.mark.parametrize("changed", ["presets/mine.yaml", "queues.yaml"])
def test_load_after_a_change_of_presets_or_accounts_parses_all_files(folder, parsed, changed):
    load()
    parsed.clear()
    (folder / changed).write_text("accounts: {}\n" if changed == "queues.yaml" else "mine: {kind: snapshots, at: [1]}\n")
    load()
    assert len(parsed) == 3


def test_load_with_a_damaged_snapshot_parses_again(folder, parsed):
    cold = facts(load())
    for snapshot in (folder / "cache").iterdir():
        snapshot.write_bytes(snapshot.read_bytes()[:-10])
    assert facts(load()) == cold
    assert len(parsed) == 6


def test_load_without_a_private_directory_parses_each_time(folder, parsed):
    cold = facts(load())
    (folder / "cache").chmod(0o755)
    assert facts(load()) == cold
    assert len(parsed) == 6


def test_load_never_keeps_a_workflow_that_names_a_font(folder, parsed):
    (folder / "workflows" / "two.yaml").write_text(
        GOOD.format(name="two") + "watermarks: [{text: x, corner: top_left, font: 'file:///nowhere.ttf'}]\n"
    )
    load()
    parsed.clear()
    load()
    assert parsed == ["two.yaml"]


def test_load_never_keeps_the_error_of_an_unknown_timezone(folder, parsed):
    (folder / "workflows" / "bad.yaml").write_text(
        GOOD.format(name="bad") + "trigger: {bucket: inbox}\nschedule: '@daily'\ntimezone: Europe/Atlantis\n"
    )
    load()
    parsed.clear()
    load()
    assert parsed == ["bad.yaml"]


def _load_names(_: int) -> list[str]:
    return [frozen.workflow.name for frozen in load().workflows]


def test_load_in_many_processes_at_once_gives_the_same_to_all(folder):
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.map(_load_names, range(24), chunksize=1) == [["one", "two"]] * 24
    assert [path.suffix for path in (folder / "cache").iterdir()] == [".json"]


def test_load_from_the_cache_takes_a_third_of_parsing(folder):
    for number in range(100):
        (folder / "workflows" / f"w{number}.yaml").write_text(GOOD.format(name=f"w{number}"))
    began = time.process_time()
    cold = facts(load())
    parsed = time.process_time()
    warm = facts(load())
    ended = time.process_time()
    assert warm == cold
    assert ended - parsed < (parsed - began) / 3
