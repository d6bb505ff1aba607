"""The DAGs of the ingest queues."""

import pytest

from airflow_provider_media.core.accounts.accounts import Account, parse_queues
from airflow_provider_media.factory import ingest
from airflow_provider_media.factory.ingest import account_dags, ingest_dags


def tasks(**fields):
    normal, low = account_dags(Account.model_validate(fields))
    return normal.get_task("job"), low.get_task("job")


def test_every_account_has_a_queue_for_each_priority(monkeypatch):
    monkeypatch.setattr(ingest, "queues", lambda: parse_queues({"accounts": {"acme": None}}))
    assert sorted(ingest_dags()) == [
        "media_ingest_low",
        "media_ingest_low__acme",
        "media_ingest_normal",
        "media_ingest_normal__acme",
    ]


def test_queues_of_account_share_slots_and_normal_jobs_outweigh_low():
    normal, low = tasks(name="acme")
    assert {normal.pool, low.pool} == {"media_jobs_acme"}
    assert (normal.priority_weight, low.priority_weight) == (1000, 1)
    assert {normal.weight_rule, low.weight_rule} == {"absolute"}


def test_with_ageing_the_date_alone_orders_jobs():
    normal, low = tasks(ageing_minutes=10)
    assert normal.priority_weight == low.priority_weight


def test_a_limit_of_one_priority_is_one_of_its_task():
    normal, low = tasks(limits={"active_per_priority": {"low": 3}})
    assert (normal.max_active_tis_per_dag, low.max_active_tis_per_dag) == (None, 3)


@pytest.mark.parametrize("active", [1, 100, 5000])
def test_account_dags_limit_active_runs_slightly_above_slots(active):
    for dag in account_dags(Account.model_validate({"limits": {"active": active}})):
        assert active + 16 <= dag.max_active_runs <= max(active + 16, 1.25 * active)
        assert dag.max_active_tasks == dag.max_active_runs


def test_a_job_is_closed_whatever_became_of_it():
    for dag in account_dags(Account()):
        close = dag.get_task("close")
        assert (close.trigger_rule, close.upstream_task_ids) == ("all_done", {"job"})
        assert close.pool != dag.get_task("job").pool


def test_a_queue_tells_people_how_it_works():
    normal, low = account_dags(Account(name="acme"))
    assert "`media_jobs_acme`" in normal.doc_md
    assert "while normal jobs wait" in low.doc_md
