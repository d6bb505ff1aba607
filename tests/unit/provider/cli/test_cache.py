"""``airflow media cache`` shows and prunes finished work, and leaves everything else."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from airflow_provider_media.cli.__main__ import main

DAY = 86_400


def cache(*arguments: object) -> int:
    try:
        main(["cache", *map(str, arguments)])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def store(path: Path, *, days: float, size: int = 1000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output location with work of 1, 10 and 100 days ago, and published files."""
    for days in (1, 10, 100):
        for name in ("done.json", "attempt/film.mp4"):
            store(tmp_path / ".media" / "units" / f"key-{days}" / name, days=days)
    store(tmp_path / ".media" / "probes" / "old.json", days=100)
    store(tmp_path / ".media" / "jobs" / "j" / "manifest.json", days=100)
    store(tmp_path / "film.mp4", days=100)
    return tmp_path


def kept(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def test_cache_status_sums_up_finished_work(out, capsys):
    assert cache("status", out) == 0
    assert "4 entries, 7 files, 0.000 GiB, the oldest one used 100.0 days ago" in capsys.readouterr().out
    assert cache("status", out, "--json") == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == 7000


def test_cache_status_of_empty_location_says_so(tmp_path, capsys):
    assert cache("status", tmp_path / "new") == 0
    assert "no finished work" in capsys.readouterr().out


def test_cache_prune_deletes_only_unused_work(out, capsys):
    assert cache("prune", out, "--days", 30) == 0
    assert "deleted: 2 entries, 3 files" in capsys.readouterr().out
    units = {f".media/units/key-{days}/{name}" for days in (1, 10) for name in ("done.json", "attempt/film.mp4")}
    assert kept(out) == units | {".media/jobs/j/manifest.json", "film.mp4"}


def test_cache_prune_by_size_keeps_work_used_last(out):
    assert cache("prune", out, "--gib", 4500 / 1024**3) == 0
    assert {path.split("/")[2] for path in kept(out) if "/units/" in path} == {"key-1", "key-10"}


def test_cache_prune_never_touches_work_of_today(out):
    assert cache("prune", out, "--gib", 0, "--days", 0) == 0
    assert {path.split("/")[2] for path in kept(out) if "/units/" in path} == {"key-1"}


def test_cache_prune_dry_run_deletes_nothing(out, capsys):
    before = kept(out)
    assert cache("prune", out, "--days", 30, "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["entries"] == 2
    assert kept(out) == before


def test_cache_prune_without_limits_takes_configured_ones(out, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_DAYS", "30")
    assert cache("prune", out) == 0
    assert {path.split("/")[2] for path in kept(out) if "/units/" in path} == {"key-1", "key-10"}
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_DAYS", "5")
    assert cache("prune", out) == 0
    assert {path.split("/")[2] for path in kept(out) if "/units/" in path} == {"key-1"}


def test_cache_prune_keeps_work_that_longer_jobs_may_need(out, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__JOB_SECONDS", str(20 * DAY))
    assert cache("prune", out, "--days", 0) == 0
    assert {path.split("/")[2] for path in kept(out) if "/units/" in path} == {"key-1", "key-10"}


@pytest.mark.parametrize("limits", [(), ("--days", "-1")])
def test_cache_prune_without_limit_is_refused(out, limits, capsys, monkeypatch):
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_DAYS", "")
    monkeypatch.setenv("AIRFLOW__MEDIA__REUSE_BYTES", "")
    before = kept(out)
    assert cache("prune", out, *limits) == 2
    assert "Give --days, --gib or both" in capsys.readouterr().err
    assert kept(out) == before
