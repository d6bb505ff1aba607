"""What a conf says of a job, whoever has written it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.submission.conf_facts import ConfFacts, facts_of

CONF = {
    "source": "s3://in/a.mp4",
    "output": "s3://out/",
    "workflow": {"workflow": {"name": "vod"}},
    "video": "film",
    "request": "hash",
    "subject": "s",
    "submitted_at": "2026-01-02T03:04:05.678901Z",
}
WHOLE = ConfFacts(
    source="s3://in/a.mp4", output="s3://out/", workflow="vod", video="film", request="hash", subject="s",
    submitted_at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*CONF, "name"]) | st.text(), inner),
    max_leaves=20,
)


def test_facts_of_a_submitted_conf_are_complete():
    assert facts_of(CONF) == WHOLE


@pytest.mark.parametrize("name", CONF)
@pytest.mark.parametrize("value", [None, 3, [], {}, {"workflow": []}, True])
def test_facts_of_malformed_field_are_missing_and_all_others_there(name, value):
    assert facts_of({**CONF, name: value}) == facts_of({key: item for key, item in CONF.items() if key != name})


@pytest.mark.parametrize("text", ["yesterday", "2026-01-02T03:04:05", "9" * 1000, ""])
def test_facts_hold_no_invalid_time_and_none_without_zone(text):
    assert facts_of({**CONF, "submitted_at": text}).submitted_at is None


@pytest.mark.parametrize("name", ["../x", "A", "", "v" * 1000, "\ud800"])
def test_facts_hold_no_name_that_no_workflow_can_have(name):
    assert facts_of({**CONF, "workflow": {"workflow": {"name": name}}}).workflow == ""


def test_facts_of_a_huge_conf_are_small():
    assert len(facts_of({**CONF, "source": "s3://in/" + "a" * 10_000_000}).source) <= 4096


@given(conf=st.dictionaries(st.sampled_from(list(CONF)) | st.text(), VALUES) | VALUES)
def test_facts_of_any_conf_are_text_utf_8_can_write(conf):
    facts = facts_of(conf)
    for name in ("source", "output", "workflow", "video", "request", "subject"):
        text = getattr(facts, name)
        assert text is None or text.encode()[:4] is not None
    assert facts.submitted_at is None or facts.submitted_at.tzinfo is not None
