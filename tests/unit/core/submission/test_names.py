import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.accounts.priorities import PRIORITIES
from airflow_provider_media.core.submission import names

RUN_ID = re.compile(r"^[A-Za-z0-9_.~:+-]+$")
"""Airflow's ``[scheduler] allowed_run_id_pattern``."""


@given(account=st.text(min_size=1), key=st.text(min_size=1))
def test_any_key_makes_an_id_that_airflow_takes(account, key):
    job_id = names.job_id_of_key(account, key)
    assert job_id == names.job_id_of_key(account, key)
    for priority in PRIORITIES:
        run = names.run_id(priority, job_id)
        assert RUN_ID.match(run)
        assert (names.job_id_of_run(run), names.priority_of_run(run)) == (job_id, priority)


def test_keys_belong_to_their_accounts():
    assert names.job_id_of_key("a", "k") != names.job_id_of_key("b", "k")


UPLOAD = {"account": "default", "workflow": "vod", "bucket": "in", "key": "a.mp4", "version": "1"}


@pytest.mark.parametrize("field", UPLOAD)
def test_an_upload_is_another_where_any_part_of_it_is(field):
    assert names.job_id_of_upload(**UPLOAD) != names.job_id_of_upload(**{**UPLOAD, field: "other"})


def test_no_parts_of_an_upload_can_be_taken_for_others():
    one = names.job_id_of_upload("default", "vod", "in", "a/b", "1")
    assert one != names.job_id_of_upload("default", "vod", "in/a", "b", "1")


def test_new_ids_differ():
    assert names.new_job_id() != names.new_job_id()


def test_the_default_account_has_plain_names_and_others_their_own():
    assert (names.pool_name("default"), names.pool_name("acme")) == ("media_jobs", "media_jobs_acme")


@pytest.mark.parametrize("run", ["manual__2026-01-01", "normal", "normally__x", ""])
def test_other_runs_have_no_priority(run):
    assert names.priority_of_run(run) is None
