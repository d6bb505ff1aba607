"""Limits of queues that people change while jobs come."""

import pytest

from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.submission.errors import QueueFull
from airflow_provider_media.core.submission.live_limits import LimitsBody


@pytest.fixture(autouse=True)
def _no_limits(queues):
    from airflow.models.variable import Variable
    from sqlalchemy import delete

    with queues.session() as session:
        session.execute(delete(Variable))


def limit(queues, account="default", **limits):
    from airflow_provider_media.job_store.queue_limits import change_limits

    change_limits(queues.account(account), LimitsBody.model_validate(limits), "ann")


def view(queues):
    from airflow_provider_media.job_store.job_queries import describe_queues

    return describe_queues(queues.account())


def test_waiting_limit_holds_from_the_next_submission_on(queues):
    for _ in range(3):
        queues.submit()
    limit(queues, waiting={"normal": 1})
    with pytest.raises(QueueFull, match=r"\(limit 1\)"):
        queues.submit()
    limit(queues, waiting={"normal": 2})
    queues.submit()
    assert (view(queues).queues["normal"].waiting_limit, view(queues).queues["low"].waiting_limit) == (2, 2)


def test_active_limit_holds_at_once(queues):
    limit(queues, active=3)
    assert [queues.submit().state for _ in range(4)] == ["running"] * 3 + ["waiting"]
    limits = view(queues).limits
    assert (limits.configured["active"], limits.changed["active"], limits.changed_by) == (2, 3, "ann")


def test_lowered_active_limit_is_no_warning(queues):
    limit(queues, active=1)
    assert [notice.code for notice in view(queues).warnings if notice.code == "pool_too_small"] == []


def test_empty_limits_restore_those_of_the_file(queues):
    limit(queues, active=5, waiting={"normal": 7, "low": 0})
    limit(queues)
    now = view(queues)
    assert (now.slots, now.limits.changed) == (2, {})
    assert [queue.waiting_limit for queue in now.queues.values()] == [3, 2]


def test_more_slots_than_the_dags_have_runs_are_refused(queues):
    with pytest.raises(RequestInvalid, match="fill at most 18 slots"):
        limit(queues, active=19)
    assert view(queues).slots == 2


def test_limits_of_one_account_leave_others_alone(queues):
    limit(queues, "acme", waiting={"normal": 0})
    assert view(queues).queues["normal"].waiting_limit == 3


def test_variable_that_people_wrote_wrongly_changes_nothing(queues):
    from airflow.models.variable import Variable

    with queues.session() as session:
        Variable.set("media_limits", '{"waiting": "many"}', session=session)
    assert view(queues).queues["normal"].waiting_limit == 3
