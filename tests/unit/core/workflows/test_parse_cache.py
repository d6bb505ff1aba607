"""The parse cache gives back what was put in, and nothing that somebody else or another time has put there."""

from __future__ import annotations

import hashlib
import os

import pytest

from airflow_provider_media.core.diagnostics import Diagnostic, Mark
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parse_cache import (
    ParsedFile,
    conditions_of,
    private_directory,
    read_snapshot,
    stamp_of,
    write_snapshot,
)
from airflow_provider_media.core.workflows.parsing import parse_workflow

TEXT = "name: clip\noutputs: {file: {preset: h264-720p}, poster: {kind: snapshots, at: [10%, 5s]}}\n"
PROBLEM = Diagnostic(mark=Mark(file="bad.yaml", line=3, column=1), field="name", message="is bad", rule="name")


@pytest.fixture
def files(tmp_path):
    path = tmp_path / "clip.yaml"
    path.write_text(TEXT)
    stamp = stamp_of(path, path.read_bytes())
    good = ParsedFile(stamp=stamp, workflow=freeze(parse_workflow(TEXT)), is_lasting=True)
    bad = ParsedFile(stamp=stamp.model_copy(update={"path": "bad.yaml"}), diagnostics=(PROBLEM,), is_lasting=True)
    return good, bad


def test_snapshot_round_trip_gives_equal_workflows_and_errors(tmp_path, files):
    snapshot = tmp_path / "s.json"
    write_snapshot(snapshot, "now", files)
    assert read_snapshot(snapshot, "now") == {file.stamp.path: file for file in files}
    assert (snapshot.stat().st_mode & 0o777, list(tmp_path.glob("*.new"))) == (0o600, [])
    assert read_snapshot(snapshot, "now")["bad.yaml"].diagnostics == (PROBLEM,)


def test_snapshot_made_under_other_conditions_is_ignored(tmp_path, files):
    snapshot = tmp_path / "s.json"
    write_snapshot(snapshot, "now", files)
    assert read_snapshot(snapshot, "later") == {}


def test_snapshot_damaged_at_any_byte_is_ignored(tmp_path, files):
    snapshot = tmp_path / "s.json"
    write_snapshot(snapshot, "now", files)
    whole = snapshot.read_bytes()
    for place in range(0, len(whole), 97):
        for content in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            snapshot.write_bytes(content)
            found = read_snapshot(snapshot, "now")
            assert found == {} or place == 64  # the byte between checksum and content says nothing


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"conditions": "now", "files": [{"workflow": {}}]}', b"\xff"])
def test_snapshot_that_is_no_snapshot_is_ignored(tmp_path, body):
    snapshot = tmp_path / "s.json"
    snapshot.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert read_snapshot(snapshot, "now") == {}


def test_snapshot_that_others_could_have_written_is_ignored(tmp_path, files, monkeypatch):
    snapshot = tmp_path / "s.json"
    write_snapshot(snapshot, "now", files)
    (tmp_path / "link.json").symlink_to(snapshot)
    assert read_snapshot(tmp_path / "link.json", "now") == {}
    snapshot.chmod(0o620)
    assert read_snapshot(snapshot, "now") == {}
    snapshot.chmod(0o600)
    own = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: own + 1)
    assert read_snapshot(snapshot, "now") == {}


def test_snapshot_that_is_a_pipe_or_a_directory_is_ignored(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    assert read_snapshot(tmp_path / "pipe.json", "now") == {}
    assert read_snapshot(tmp_path / "folder.json", "now") == {}


def test_private_directory_is_made_for_its_user_alone(tmp_path):
    assert private_directory(tmp_path / "a" / "b") == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_private_directory_open_foreign_or_symlink_is_refused(tmp_path, monkeypatch):
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    (tmp_path / "file").write_text("")
    assert [private_directory(tmp_path / name) for name in ("open", "link", "file", "file/below")] == [None] * 4
    own = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: own + 1)
    assert private_directory(tmp_path / "own") is None


def test_snapshot_that_cannot_be_written_leaves_nothing_behind(tmp_path, files):
    (tmp_path / "s.json").mkdir()
    write_snapshot(tmp_path / "s.json", "now", files)
    write_snapshot(tmp_path / "nowhere" / "s.json", "now", files)
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".new")] == []


def test_snapshot_write_deletes_snapshots_of_weeks_ago(tmp_path, files):
    write_snapshot(tmp_path / "old.json", "now", files)
    os.utime(tmp_path / "old.json", (0, 0))
    write_snapshot(tmp_path / "s.json", "now", files)
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["s.json"]


def test_conditions_change_with_presets_and_the_package_version(tmp_path, monkeypatch):
    presets = tmp_path / "presets.yaml"
    seen = {conditions_of([presets])}
    for text in ("a: {}", "b: {}"):
        presets.write_text(text)
        seen.add(conditions_of([presets]))
    assert conditions_of([presets]) in seen
    monkeypatch.setattr("airflow_provider_media.__version__", "99")
    seen.add(conditions_of([presets]))
    assert len(seen) == 4
