"""Jobs are found by their runs in Airflow's database."""

import pytest

from airflow_provider_media.core.submission.views import JobOfRun
from airflow_provider_media.job_store.errors import JobUnknown


def find(dag_id, run_id):
    from airflow_provider_media.job_store.jobs_of_runs import find_job_of_run

    return find_job_of_run(dag_id, run_id)


def test_job_found_by_its_run_in_workflow_and_in_queue(queues):
    job_id = queues.submit().id
    queues.admit()
    run_id = queues.work(job_id)
    job = JobOfRun(account="default", id=job_id)
    assert find("media_clip", run_id) == job
    assert find("media_ingest_normal", run_id) == job


def test_run_with_changed_conf_belongs_to_no_job(queues):
    from sqlalchemy.orm.attributes import flag_modified

    from airflow_provider_media.job_store.dag_runs import find_run_of

    job_id = queues.submit().id
    queues.admit()
    run_id = queues.work(job_id)
    assert find("media_clip", run_id).account == "default"
    with queues.session() as session:
        run = find_run_of("media_clip", run_id, session)
        run.conf["account"] = "acme"
        flag_modified(run, "conf")
    with pytest.raises(JobUnknown):
        find("media_clip", run_id)


def test_run_that_airflow_does_not_know_belongs_to_no_job(queues):
    with pytest.raises(JobUnknown):
        find("media_clip", "manual__2026-11-26T09:00:00+00:00")
