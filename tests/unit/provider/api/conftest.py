"""The real app over queues in memory; only who asks is pretended."""

import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Annotated

import pytest

from tests.unit.provider.api.memory_backend import RIGHTS, Backend, Person, may, may_use_dag


@pytest.fixture(scope="session")
def built():
    with warnings.catch_warnings():
        # A library of Airflow's imports a test client that warns of its own future.
        warnings.simplefilter("ignore")
        from airflow_provider_media.api.app import build_app

        return build_app()


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def app(built, backend: Backend) -> Iterator[object]:
    from fastapi import Header

    from airflow_provider_media.api import auth, definition_backend, job_backend
    from airflow_provider_media.api import backend as seam
    from airflow_provider_media.api.errors import NotAuthenticated
    from airflow_provider_media.api.rate import RateLimits

    def signed_in(authorization: Annotated[str, Header()] = "", cookie: Annotated[str, Header()] = "") -> Person:
        name = authorization.removeprefix("Bearer ") or cookie.removeprefix("_token=")
        if name not in RIGHTS:
            raise NotAuthenticated
        return Person(name)

    built.state.rate_limits = RateLimits()
    built.dependency_overrides = {
        auth.signed_in: signed_in,
        auth.permissions: lambda: may,
        auth.dag_permissions: lambda: may_use_dag,
        definition_backend.parse_requests: lambda: backend.parse_requests.append,
        seam.queues: lambda: backend.queues,
        seam.job_store: lambda: backend,
        seam.workflows: lambda: backend.find_workflow,
        seam.job_queries: lambda: backend,
        seam.job_commands: lambda: backend,
        seam.upload_triggers: lambda: backend,
        seam.executions: lambda: backend,
        seam.task_tokens: lambda: backend,
        seam.activity_tasks: lambda: backend,
        seam.execution_list: lambda: backend.list_executions,
        seam.machine_standings: lambda: backend.standing_of,
        seam.execution_records: lambda: backend,
        seam.workflow_list: lambda: backend.list_workflows,
        seam.publications: lambda: backend,
        seam.upload_signer: lambda: backend.sign,
        job_backend.published_files: lambda: backend,
        job_backend.job_pages: lambda: backend,
        job_backend.job_of_run_finder: lambda: backend.find_job_of_run,
        job_backend.queue_commands: lambda: backend,
        job_backend.queue_statistics: lambda: backend,
    }
    yield built
    built.dependency_overrides = {}


@pytest.fixture
def client(app, monkeypatch) -> Iterator[object]:
    from fastapi.testclient import TestClient

    from airflow_provider_media.api import ready

    # There is no database to look into.
    monkeypatch.setattr(ready, "reconciliation", nullcontext)
    with TestClient(app, headers={"Authorization": "Bearer ann"}, root_path="/media") as client:
        yield client
