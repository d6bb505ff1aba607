"""A database of Airflow's own tables for each module, by default with queues, which each test finds empty."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from airflow.sdk import DAG

from airflow_provider_media.core.accounts.accounts import parse_queues
from airflow_provider_media.core.submission.request import Request
from airflow_provider_media.core.submission.submit import frozen_job, submit
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import build_workflow
from airflow_provider_media.core.workflows.presets import load_presets
from tests.airflow_database import database, store

LIMITS = {"active": 2, "waiting": {"normal": 3, "low": 2}}
QUEUES = parse_queues(
    {
        "accounts": {
            "default": {"limits": LIMITS, "workflow": "clip"},
            "acme": {"limits": LIMITS},
            "patient": {"limits": LIMITS, "paused_workflows": "wait"},
            "aged": {"limits": LIMITS, "ageing_minutes": 10},
            "narrow": {"limits": {**LIMITS, "active": 3, "active_per_priority": {"low": 1}}},
        }
    }
)
CLIP = freeze(
    build_workflow(
        {
            "name": "clip",
            "output": {"location": "s3://out/"},
            "outputs": {"poster": {"kind": "snapshots", "at": ["0s"]}},
        },
        load_presets(Path("/nonexistent")),
    )
)


@pytest.fixture
def accounts():
    return QUEUES


@pytest.fixture
def clip():
    return CLIP


@pytest.fixture(scope="module")
def dags() -> Iterable[DAG]:
    """DAGs of the queues; a module of tests that needs other DAGs in the database overrides this fixture."""
    from airflow_provider_media.factory.announce import announce_dag
    from airflow_provider_media.factory.ingest import account_dags
    from airflow_provider_media.factory.workflow import workflow_dag

    queues = (dag for account in QUEUES.accounts.values() for dag in account_dags(account))
    return [workflow_dag(CLIP), announce_dag(), *queues]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory, dags: Iterable[DAG]) -> Iterator[None]:
    """A database of Airflow's own tables with DAGs in it."""
    with database(tmp_path_factory.mktemp("database")):
        store(dags)
        yield


@pytest.fixture(scope="module")
def secret() -> Iterator[None]:
    """The secret that signs task tokens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW__API__SECRET_KEY", "a secret of this test")
        yield


@pytest.fixture
def queues(tables: None) -> "Queues":
    from airflow.models import DagModel, DagRun, Pool
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import delete, update

    with create_session(scoped=False) as session:
        for model in (XComModel, DagRun, Pool):
            session.execute(delete(model))
        session.add(Pool(pool="default_pool", slots=16, include_deferred=False))
        session.execute(update(DagModel).values(is_paused=False))
    return Queues()


class Queues:
    """What tests do with the queues, and what they pretend that Airflow has done."""

    ACCOUNTS, CLIP = QUEUES, CLIP

    def account(self, name="default"):
        return QUEUES.account(name)

    def submission(self, account="default"):
        """A job that no job store has."""
        request = Request(source="s3://in/1.mp4", workflow="clip", job_id="f" * 32)
        return frozen_job(request, self.account(account), CLIP, datetime.now(UTC))

    def pause(self, dag_id="media_clip", *, paused=True):
        """Pause a DAG, as Airflow's UI does."""
        from airflow.models import DagModel

        with self.session() as session:
            session.get(DagModel, dag_id).is_paused = paused

    def submit(self, number=None, *, account="default", minutes=0, **wanted):
        from airflow_provider_media.job_store.sql_store import SqlStore

        self.count = getattr(self, "count", 0) + 1
        request = Request(**{"source": f"s3://in/{number or self.count}.mp4", "workflow": "clip", **wanted})
        return submit(
            request,
            account=self.account(account),
            store=SqlStore(),
            workflows=lambda _: CLIP,
            now=lambda: datetime.now(UTC) + timedelta(minutes=minutes),
        )

    def session(self):
        from airflow.utils.session import create_session

        return create_session(scoped=False)

    def admit(self, number=1, account="default"):
        """Give slots as Airflow's scheduler does, and return the ids of the jobs that got one."""
        from airflow.models import DagRun, TaskInstance

        from airflow_provider_media.core.submission.names import job_id_of_run
        from airflow_provider_media.job_store import queue_occupancy

        order = (-TaskInstance.priority_weight, DagRun.logical_date)
        with self.session() as session:
            rows = session.execute(
                queue_occupancy.slot_tasks(account)
                .where(queue_occupancy.is_alive, queue_occupancy.is_awaiting, ~queue_occupancy.is_held())
                .order_by(*order)
                .limit(number)
            ).all()
            for run, task in rows:
                run.state, task.state, task.start_date = "running", "deferred", datetime.now(UTC)
            return [job_id_of_run(run.run_id) for run, _ in rows]

    def end(self, job_id, state="succeeded", errors=(), account="default"):
        """End a job as its trigger does."""
        from airflow_provider_media.job_store.dag_runs import push_xcom
        from airflow_provider_media.job_store.job_queries import find_run

        with self.session() as session:
            run, task = find_run(self.account(account), job_id, session)
            push_xcom(task, "outcome", value={"state": state, "errors": list(errors)}, session=session)
            push_xcom(task, "state", value=state, session=session)
            task.state, task.end_date = "success" if state == "succeeded" else "skipped", datetime.now(UTC)
            run.state = "success" if state == "succeeded" else "failed"

    def announce_end(self, job_id):
        """Do what follows the end of a job that did not succeed."""
        from airflow_provider_media.job_store.job_queries import find_run

        with self.session() as session:
            find_run(self.account(), job_id, session)[0].state = "failed"

    def work(self, job_id, state="running", account="default"):
        """Make the run of a job in its workflow's DAG, as the task that holds its slot does."""
        from airflow_provider_media.core.submission.names import run_id
        from airflow_provider_media.hooks.signing import sign
        from airflow_provider_media.job_store.dag_runs import create_run, latest_dag
        from airflow_provider_media.job_store.job_queries import find_job

        job = find_job(self.account(account), job_id)
        own = run_id(job.priority, job_id)
        with self.session() as session:
            run = create_run(
                latest_dag("media_clip", session),
                own,
                conf={"source": job.source},  # of which Airflow checks and keeps the params
                logical_date=None,
                door="operator",
                user=None,
                session=session,
            )
            run.conf = sign({"source": job.source, "account": account}, dag_id="media_clip", run_id=own)
            run.state = state
            return run.run_id
