"""What ``airflow media status`` says of published files, and ``jobs`` of times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow_provider_media.cli.jobs import elapsed
from airflow_provider_media.cli.status import output_lines


def made(output: str, *names: str) -> list[dict[str, object]]:
    return [{"output": output, "uri": f"s3://out/films/{name}", "size": 1000} for name in names]


def test_few_files_are_named_one_by_one():
    assert list(output_lines(made("mp4", "a.mp4"))) == ["s3://out/films/a.mp4 (1,000 bytes)"]


def test_package_is_summed_up_and_its_indexes_are_named():
    segments = [f"a/720p/{number:05}.m4s" for number in range(1, 61)]
    lines = list(output_lines([*made("mp4", "a.mp4"), *made("stream", *segments, "a/master.m3u8", "a/manifest.mpd")]))
    assert lines == [
        "s3://out/films/a.mp4 (1,000 bytes)",
        "s3://out/films/a/ (stream: 62 files, 62,000 bytes)",
        "s3://out/films/a/master.m3u8 (1,000 bytes)",
        "s3://out/films/a/manifest.mpd (1,000 bytes)",
    ]


def test_list_that_was_cut_says_so():
    assert "100 files or more" in next(output_lines(made("stream", *(f"a/{number}.m4s" for number in range(100)))))


def test_time_spent_is_told_in_hours_minutes_and_seconds():
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    assert elapsed(begin, begin + timedelta(hours=26, minutes=3, seconds=4)) == "26:03:04"
    assert elapsed(begin, begin) == "0:00:00"
