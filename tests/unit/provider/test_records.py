import json
from datetime import UTC, datetime

import pytest

from airflow_provider_media.airflow_contract.records import ActivityOffer, JobOutcome, WaitRecord, read_record
from airflow_provider_media.core.job_states import JobState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OUTCOME = JobOutcome(
    state=JobState.FAILED, errors=({"task": "probe", "code": "c", "message": "m"},), ended_at=NOON, redrive=2
)


@pytest.mark.parametrize("form", [dict, json.dumps])
def test_job_outcome_is_pulled_from_an_object_or_from_text(form):
    assert JobOutcome.pulled(form(OUTCOME.to_json())) == OUTCOME


@pytest.mark.parametrize("pushed", [None, "null"])
def test_job_outcome_is_none_when_nothing_was_pushed(pushed):
    assert JobOutcome.pulled(pushed) is None


def test_job_outcome_leaves_the_plain_state_beside_the_record():
    assert OUTCOME.xcoms() == {"state": "failed", "outcome": OUTCOME.to_json()}


def test_job_outcome_now_has_the_time_of_the_end():
    before = datetime.now(UTC)
    ended = JobOutcome.now(JobState.SUCCEEDED).ended_at
    assert before <= ended <= datetime.now(UTC)


@pytest.mark.parametrize(
    "record",
    [WaitRecord(since="2026-11-22T12:00:00+00:00", about={"run_id": "r"}), ActivityOffer(attempt=2, input=[1])],
)
def test_text_of_a_record_is_pulled_as_the_same_record(record):
    assert type(record).pulled(record.to_text()) == record
    assert type(record).pulled(read_record(record.to_text())) == record
