"""The record of what DAGs are made of, which outlives their files."""

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_media.core.workflows.dag_record import (
    EMPTY,
    GRACE,
    DagRecord,
    SoundFiles,
    digest_of,
    follow,
    from_text,
    release,
    to_text,
)

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def files(**contents: str) -> SoundFiles:
    return SoundFiles(
        digests=contents,
        content_of=lambda name: {"content": contents[name]},
        has_other_tasks=lambda before, now: before["content"][0] != now["content"][0],
    )


def test_follow_with_sound_files_records_their_contents():
    record = follow(EMPTY, files(one="a", two="b"), NOW)
    assert {name: source.content for name, source in record.sources.items()} == {
        "one": {"content": "a"},
        "two": {"content": "b"},
    }
    assert (record.held, record.digest) == ({}, digest_of({"one": "a", "two": "b"}))


def test_follow_with_a_missing_file_retires_its_source_once():
    first = follow(EMPTY, files(one="a", two="b"), NOW)
    gone = follow(follow(first, files(two="b"), NOW), files(two="b"), LATER)
    assert {name: source.retired_at for name, source in gone.held.items()} == {"one": NOW}
    assert gone.sources["one"].content == {"content": "a"}
    assert gone.digest != first.digest


def test_follow_with_the_file_back_ends_the_retirement():
    gone = follow(follow(EMPTY, files(one="a"), NOW), files(), NOW)
    assert follow(gone, files(one="a"), LATER) == follow(EMPTY, files(one="a"), NOW)


def test_follow_with_other_content_of_the_same_tasks_holds_nothing():
    assert follow(follow(EMPTY, files(one="a1"), NOW), files(one="a2"), LATER).held == {}


def test_follow_with_other_tasks_holds_first_content_through_further_changes():
    changed = follow(follow(EMPTY, files(one="a"), NOW), files(one="b"), LATER)
    again = follow(changed, files(one="c"), LATER + timedelta(minutes=1))
    assert {
        (source.before["content"], source.replaced_at) for source in (*changed.held.values(), *again.held.values())
    } == {("a", LATER)}
    assert again.sources["one"].content == {"content": "c"}


def test_release_forgets_retired_sources_and_earlier_contents_after_a_while():
    record = follow(follow(EMPTY, files(one="a", two="b", three="c"), NOW), files(two="x", three="c"), LATER)
    assert set(record.held) == {"one", "two"}
    idle = release(record, (), LATER)
    assert set(release(idle, (), LATER + GRACE / 2).held) == {"one", "two"}
    assert release(idle, (), LATER + GRACE) == follow(EMPTY, files(two="x", three="c"), NOW)


def test_release_with_unfinished_runs_again_begins_to_wait_anew():
    record = follow(follow(EMPTY, files(one="a"), NOW), files(), NOW)
    idle = release(record, (), NOW)
    busy = release(idle, {"one"}, LATER)
    assert busy == record
    assert release(busy, (), LATER + GRACE).sources["one"].idle_at == LATER + GRACE


def test_text_of_a_record_holds_all_of_it():
    record = follow(follow(EMPTY, files(one="a", two="b"), NOW), files(two="x"), LATER)
    assert from_text(to_text(record)) == record


@pytest.mark.parametrize("text", ["", "no base64!", "bm8gemxpYg==", to_text(DagRecord(sources={}))[:-6], "\udcff"])
def test_text_that_is_no_record_is_an_empty_one(text):
    assert from_text(text) == EMPTY
