"""Timeline and workflow of a job, from Airflow's database."""

import pytest

from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.workflows.document import read_yaml


def timeline(queues, job_id):
    from airflow_provider_media.job_store.job_pages import read_timeline

    return read_timeline(queues.account(), job_id)


def workflow(queues, job_id):
    from airflow_provider_media.job_store.job_pages import read_workflow

    return read_workflow(queues.account(), job_id)


def test_timeline_of_waiting_job_names_dag_without_tasks(queues):
    found = timeline(queues, queues.submit().id)
    assert (found.dag_id, found.run_id, found.state, found.tasks) == ("media_clip", None, None, ())


def test_timeline_lists_tasks_in_order_of_stages_with_reuse(queues):
    from airflow.models import TaskInstance
    from sqlalchemy import select

    from airflow_provider_media.job_store.dag_runs import push_xcom

    job_id = queues.submit().id
    queues.admit()
    run_id = queues.work(job_id)
    with queues.session() as session:
        tasks = {task.task_id: task for task in session.scalars(select(TaskInstance).filter_by(run_id=run_id))}
        tasks["probe"].state = "success"
        for task, records in (("encode", {"name": "poster", "reused": True}), ("package", [])):
            if task in tasks:
                push_xcom(tasks[task], "return_value", value=records, session=session)
    found = timeline(queues, job_id)
    assert (found.run_id, found.state) == (run_id, "running")
    order = ["probe", "plan", "encode", "package", "publish"]
    assert [task.task for task in found.tasks if task.task in order] == [task for task in order if task in tasks]
    by_task = {task.task: task for task in found.tasks}
    assert (by_task["probe"].state, by_task["probe"].map_index, by_task["probe"].reused) == ("success", None, None)
    assert by_task["encode"].reused is True


@pytest.mark.parametrize("choice", [{}, {"is_in_one_task": True}])
def test_timeline_says_whether_job_goes_in_one_task(queues, choice):
    from airflow_provider_media.job_store.dag_runs import find_run_of, find_task_of, push_xcom

    job_id = queues.submit().id
    queues.admit()
    run_id = queues.work(job_id)
    with queues.session() as session:
        probe = find_task_of(find_run_of("media_clip", run_id, session), "probe", session)
        push_xcom(probe, "return_value", value={"seconds": 0.2, **choice}, session=session)
    assert timeline(queues, job_id).is_in_one_task is bool(choice)


def test_workflow_text_is_that_of_submission(queues):
    assert read_yaml(workflow(queues, queues.submit().id)).plain()["name"] == "clip"


def test_workflow_of_run_made_by_hand_refused(queues):
    from sqlalchemy.orm.attributes import flag_modified

    from airflow_provider_media.job_store.job_queries import find_run

    job_id = queues.submit().id
    with queues.session() as session:
        run = find_run(queues.account(), job_id, session)[0]
        run.conf["output"] = "s3://elsewhere/"
        flag_modified(run, "conf")
    with pytest.raises(ConfUntrusted):
        workflow(queues, job_id)
    assert timeline(queues, job_id).dag_id is None
