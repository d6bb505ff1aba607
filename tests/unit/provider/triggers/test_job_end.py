import asyncio

from airflow_provider_media.triggers import job
from airflow_provider_media.triggers.ends import Ends
from airflow_provider_media.triggers.job import JobEndTrigger


def test_it_ends_once_the_jobs_run_has(monkeypatch):
    looks = []

    def count(dag_id, states, run_ids):
        looks.append((dag_id, list(run_ids)))
        return len(run_ids) if len(looks) > 3 else 0

    monkeypatch.setattr(job, "ENDS", Ends(count=count))
    trigger = JobEndTrigger(dag_id="media_ingest_low", run_id="low__1", poll_seconds=0.001)
    event = asyncio.run(asyncio.wait_for(anext(trigger.run()), 10))
    assert event.payload == "low__1"
    assert set(map(str, looks)) == {"('media_ingest_low', ['low__1'])"}


def test_the_triggerer_can_make_it_again():
    original = JobEndTrigger(dag_id="d", run_id="r", poll_seconds=0.5)
    path, arguments = original.serialize()
    assert path == "airflow_provider_media.triggers.job.JobEndTrigger"
    assert JobEndTrigger(**arguments).serialize() == original.serialize()
