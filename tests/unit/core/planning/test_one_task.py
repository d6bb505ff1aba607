from dataclasses import replace

import pytest

from airflow_provider_media.core.planning.describe import describe
from airflow_provider_media.core.planning.estimates import processor_seconds
from airflow_provider_media.core.planning.one_task import with_choice_of_tasks
from airflow_provider_media.core.plans import ExpectedDecode
from tests.planned import plan

MADE = plan({"web": {"kind": "transcode"}, "poster": {"kind": "snapshots", "at": ["1s"]}})
ESTIMATED = sum(map(processor_seconds, MADE.units))


def finished(**fields):
    return replace(MADE, units=tuple(replace(unit, is_finished=True, **fields) for unit in MADE.units))


@pytest.mark.parametrize(("seconds", "expected"), [(0.0, False), (ESTIMATED, False), (ESTIMATED + 0.001, True)])
def test_job_goes_through_in_one_task_below_limit(seconds, expected):
    chosen = with_choice_of_tasks(MADE, seconds)
    assert chosen.is_in_one_task is expected
    assert ("one task does all of it" in describe(chosen)) is expected


def test_finished_units_count_nothing_for_one_task():
    assert with_choice_of_tasks(finished(), 0.001).is_in_one_task


def test_finished_unit_counts_if_it_has_to_decode_source():
    decode = ExpectedDecode(stream=0, frames=250, start=0.0, duration=10.0)
    assert not with_choice_of_tasks(finished(expected_decode=decode), 0.001).is_in_one_task


def test_job_without_units_never_goes_in_one_task_at_zero():
    assert not with_choice_of_tasks(replace(MADE, units=()), 0.0).is_in_one_task
