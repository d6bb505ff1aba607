"""``airflow media run`` does a job and tells how it ended."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from airflow_provider_media.cli import run as command
from airflow_provider_media.cli.__main__ import main
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.jobs.model import Manifest, ManifestEntry
from airflow_provider_media.core.plans import LeftOut
from airflow_provider_media.core.serde import from_json
from tests.media import clip, text_file


def run(*arguments: object) -> int:
    try:
        main(["run", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.fixture
def given(tmp_path: Path) -> list[object]:
    path = tmp_path / "workflows" / "cover.yaml"
    path.parent.mkdir()
    path.write_text("name: cover\noutputs: {poster: {preset: poster, width: 64, path: 'poster.jpg'}}\n")
    return ["--workflow", path, "--source", clip(tmp_path / "a.mp4"), "--output", tmp_path / "out"]


def test_run_of_successful_job_prints_manifest_and_exits_with_0(given, tmp_path, capsys):
    assert run(*given, "--json") == 0
    told = capsys.readouterr()
    manifest = from_json(Manifest, json.loads(told.out))
    assert told.err == ""
    assert [made.uri for made in manifest.outputs] == [f"file://{tmp_path}/out/poster.jpg"]
    assert (tmp_path / "out" / "poster.jpg").stat().st_size == manifest.outputs[0].size


def test_people_read_what_was_published_and_where_the_manifest_is(given, tmp_path, capsys):
    assert run(*given) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.endswith(f"  file://{tmp_path}/out/poster.jpg")
    assert last.startswith("1 file in ")
    assert last.endswith("/manifest.json")


@pytest.mark.parametrize("option", ["--workflow", "--source", "--output"])
def test_what_is_missing_is_said(given, option, capsys):
    at = given.index(option)
    assert run(*given[:at], *given[at + 2 :], "--json") == 2
    assert json.loads(capsys.readouterr().out)["error"] == {
        "code": "configuration_invalid",
        "message": f"{option} is missing",
    }


def test_a_refused_source_leaves_no_output_folder(given, tmp_path, capsys):
    text_file(tmp_path / "a.mp4")
    assert run(*given) == 3
    assert capsys.readouterr().err.startswith("source_not_media: ")
    assert not (tmp_path / "out").exists()


def test_run_with_unwritable_output_exits_with_5_before_encoding(given, tmp_path, capsys):
    (tmp_path / "out").write_text("a file where the folder should be")
    assert run(*given, "--json") == 5
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "storage_failed"
    assert "cannot be made; check every part of its path" in error["message"]


def test_everything_that_was_not_made_as_wanted_is_told():
    made = ManifestEntry(
        output="a", file="a.mp4", uri="s3://out/a.mp4", size=1_234_567, sha256="0", media_type="video/mp4"
    )
    manifest = Manifest(
        job_id="1",
        workflow="w",
        workflow_hash="h",
        source={},
        outputs=(made,),
        left_out=(LeftOut(output="b", reason="no audio"),),
        failed=({"name": "c", "code": "encode_failed", "message": "no frames"},),
        warnings=("cut short",),
        timings={"probe": 0.5, "encode": 1.0},
        uri="s3://out/manifest.json",
    )
    assert command.describe(manifest).splitlines() == [
        "   1,234,567  s3://out/a.mp4",
        "    left out  b: no audio",
        "      failed  c: no frames",
        "     warning  cut short",
        "1 file in 1.5 s; manifest s3://out/manifest.json",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_updates_one_terminal_line_and_is_silent_elsewhere(monkeypatch):
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        monkeypatch.setattr("sys.stderr", stream)
        report = command._reporter()
        report(Progress(name="mp4", percent=50.0))
        report(Progress(name="mp4", percent=100.0))
    half, whole = f"[{'#' * 15}{'-' * 15}]", f"[{'#' * 30}]"
    assert terminal.getvalue() == f"\r\033[K{half} mp4:  50.0 %\r\033[K{whole} mp4: 100.0 %\n"
    assert pipe.getvalue() == ""
