"""Runs DAGs in this process and prints what came of them; Airflow is started once for all of them.

Reads ``{"home": …, "bundles": {name: path}, "source": …, "runs": [{"dag_id": …, "run_id": …, "conf": …}]}`` from
standard input. Where a source is given, each conf but those of workflows also names a job of it that has ended. The
settings of Airflow are read when it is imported, so this is a process of its own.
"""

import json
import os
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path


def configure(home, bundles):
    local = "airflow.dag_processing.bundles.local.LocalDagBundle"
    config = [{"name": name, "classpath": local, "kwargs": {"path": path}} for name, path in bundles.items()]
    os.environ |= {
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(config),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        # Airflow makes secrets of its own in the file that its commands write, and here is none.
        "AIRFLOW__MEDIA__SUBMISSION_KEYS": "key-of-the-tests-" + "0" * 32,
    }


def start():

    from airflow.utils.db import initdb

    initdb()


def find(bundles):
    from airflow.dag_processing.dagbag import BundleDagBag

    found, errors = {}, {}
    for name, path in bundles.items():
        bag = BundleDagBag(dag_folder=path, bundle_path=Path(path), bundle_name=name)
        found |= bag.dags
        errors |= bag.import_errors
    return found, errors


def store_queues(dags):
    from tests.airflow_database import store

    store(dag for dag in dags.values() if dag.dag_id.startswith("media_ingest"))


def ended_job(source):
    """The id of a job that was submitted and has ended, as far as Airflow's tables tell."""
    from airflow.utils.session import create_session

    from airflow_provider_media.core.submission.request import Request
    from airflow_provider_media.core.submission.submit import submit
    from airflow_provider_media.hooks.catalogue import find_workflow, queues
    from airflow_provider_media.job_store.dag_runs import push_xcom
    from airflow_provider_media.job_store.job_queries import find_run
    from airflow_provider_media.job_store.sql_store import SqlStore

    account = queues().account("default")
    request = Request(source=source, workflow="vod", output="s3://media-out/")
    job = submit(request, account=account, store=SqlStore(), workflows=find_workflow).id
    with create_session(scoped=False) as session:
        run, task = find_run(account, job, session)
        push_xcom(task, "outcome", value={"state": "succeeded", "errors": []}, session=session)
        task.state = run.state = "success"
    return job


def run(dag, conf):
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    began = time.monotonic()
    done = dag.test(run_conf=conf)
    with create_session() as session:
        rows = session.execute(
            select(XComModel.task_id, XComModel.map_index, XComModel.key, XComModel.value).where(
                XComModel.run_id == done.run_id
            )
        )
        xcoms = [{"task": task, "index": index, "key": key, "value": value} for task, index, key, value in rows]
        instances = [
            {"task": each.task_id, "index": each.map_index, "state": str(each.state), "name": each.rendered_map_index}
            for each in done.get_task_instances(session=session)
        ]
    return {
        "state": str(done.state),
        "run_id": done.run_id,
        "tasks": instances,
        "xcoms": xcoms,
        "seconds": time.monotonic() - began,
    }


def main():
    order = json.load(sys.stdin)
    configure(order["home"], order["bundles"])
    with redirect_stdout(sys.stderr):
        start()
        dags, errors = find(order["bundles"])
        store_queues(dags)
        job = {"job_id": ended_job(order["source"])} if "source" in order else {}
        # Workflows take a source and an output location from a manual run, and nothing besides.
        confs = [
            each["conf"] if each["dag_id"].startswith("media_") else {**job, **each["conf"]} for each in order["runs"]
        ]
        runs = [run(dags[each["dag_id"]], conf) for each, conf in zip(order["runs"], confs, strict=True)]
    json.dump({"errors": errors, "runs": runs}, sys.stdout, default=str)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
