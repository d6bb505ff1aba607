"""An account's pool is made by the doors that need it, where no plugin and no start-up has made it."""

import pytest

from airflow_provider_media.job_store.job_commands import retry_job

pytestmark = pytest.mark.usefixtures("no_listeners")


@pytest.fixture
def no_listeners(monkeypatch):
    """An Airflow that has loaded no plugin, and so none of the listeners that make pools."""
    from airflow.listeners.listener import ListenerManager
    from airflow.models import dagrun

    monkeypatch.setattr(dagrun, "get_listener_manager", ListenerManager)


@pytest.fixture
def pools(queues):
    """Slots of each pool, by name."""

    def slots():
        from airflow.models import Pool

        with queues.session() as session:
            return {pool.pool: pool.slots for pool in session.query(Pool) if pool.pool.startswith("media_jobs")}

    return slots


def delete_pools(queues):
    from airflow.models import Pool

    with queues.session() as session:
        session.query(Pool).filter(Pool.pool.startswith("media_jobs")).delete()


@pytest.mark.parametrize(("account", "pool"), [("default", "media_jobs"), ("acme", "media_jobs_acme")])
def test_submission_without_pool_makes_pool_of_account(queues, pools, account, pool):
    assert pools() == {}
    queues.submit(account=account)
    assert pools() == {pool: 2}


def test_retry_after_deletion_of_pool_makes_pool_of_account(queues, pools):
    job = queues.submit()
    queues.admit()
    queues.end(job.id, "failed")
    delete_pools(queues)
    retry_job(queues.account(), job.id)
    assert pools() == {"media_jobs": 2}


def test_pool_of_other_size_keeps_its_slots_at_submission(queues, pools):
    queues.submit()
    from airflow.models import Pool

    with queues.session() as session:
        session.query(Pool).filter(Pool.pool == "media_jobs").one().slots = 7
    queues.submit()
    assert pools() == {"media_jobs": 7}
