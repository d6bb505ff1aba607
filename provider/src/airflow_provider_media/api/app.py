"""The app that Airflow's API server mounts at ``/media``."""

from __future__ import annotations

from itertools import chain
from typing import Any

from fastapi import Depends, FastAPI, Request
from pydantic.json_schema import models_json_schema

from airflow_provider_media import __version__
from airflow_provider_media.api.auth import signed_in
from airflow_provider_media.api.concurrency_limit import ConcurrencyLimit, NiceThreads
from airflow_provider_media.api.console_files import ConsoleFiles
from airflow_provider_media.api.definition_checks import CHECKS_AT_ONCE
from airflow_provider_media.api.error_responses import add_handlers
from airflow_provider_media.api.errors import DefinitionChecksBusy, MachineTestsBusy, NoRoute, PreviewsBusy
from airflow_provider_media.api.etags import ETags
from airflow_provider_media.api.machine_test_work import TESTS_AT_ONCE
from airflow_provider_media.api.rate import RateLimits
from airflow_provider_media.api.ready import made_ready
from airflow_provider_media.api.routes import (
    account_list,
    activities,
    airflow_runs,
    definitions,
    documentation,
    events,
    execution_differences,
    execution_history,
    execution_people,
    executions,
    files,
    frames,
    job_changes,
    job_pages,
    jobs,
    machine_tests,
    machines,
    previews,
    publications,
    queues,
    submissions,
    task_tokens,
    uploads,
    workflow_schema,
    workflows,
)
from airflow_provider_media.core.execution.preview import KnownSources
from airflow_provider_media.hooks import settings

PREFIX = "/media"
OF_ACCOUNTS = (
    submissions.router,
    previews.router,
    jobs.router,
    job_changes.router,
    job_pages.router,
    files.router,
    frames.router,
    queues.router,
    workflows.router,
    uploads.router,
    events.router,
)
WITH_BODIES = (submissions, previews, job_changes, queues, task_tokens, executions, machine_tests, events, definitions)
BODIES = tuple(chain.from_iterable(routes.BODIES for routes in WITH_BODIES))
"""Bodies that the core itself reads."""
DESCRIPTION = """\
This API submits media jobs, shows jobs and queues, and runs state machines.

**Authentication.** Each request needs a token of Airflow in the header `Authorization: Bearer`. `POST /auth/token`
returns a token. A request with Airflow's cookie instead of a token needs any value in the header
`X-Requested-With`, unless it is a `GET`.

**Rights to an account.** A right to an account is a right to the DAG of its ingest queue: `media_ingest_normal`
for the default account, `media_ingest_normal__<account>` for another one. Who may read the DAG's runs may read the
account's jobs, their published files and the queues. Who may trigger the DAG may submit, cancel and retry jobs,
change their priority, and pause and resume queues. Who may change the account's pool in Airflow may set the limits
of its queues. Without the right to read, the API answers as if the account did not exist.

**Rights to a state machine.** A right to a state machine is a right to its DAG, `state_machine_<name>`. Who may
read the DAG's runs may read its executions. Who may trigger the DAG may start, stop and redrive executions and
answer their task tokens. Tests of definitions (`test-state`, `mock-runs`) read and change nothing, so every signed-in
user may send them.

**Rights to a definition.** A right to a stored workflow or state machine is a right to its DAG, `media_<name>` or
`state_machine_<name>`, whether or not the DAG exists yet. Who may look at the DAG may read the definition and its
versions. Who may edit the DAG may save the definition.

**Errors.** The body of an error is `{"error": {"code", "message", "detail"}}`. Codes are stable. A request in
Brightcove's form gets Brightcove's array of `{"error_code", "message"}`. After an error with status 429 or 503 and
the header `Retry-After`, the client can repeat the request after that number of seconds.

**Polling.** Each JSON answer to a `GET` has an `ETag`. The same request with this value in the header
`If-None-Match` is answered with 304 and no body while the answer is unchanged.

**Limits.** A body has at most 1 MiB and 32 levels. Each process of the API server accepts `requests_per_second`
requests of an account (default: 200, set in `include/queues.yaml`).
"""


class MediaApi(FastAPI):
    """The app; its OpenAPI document also contains the bodies that the core itself reads."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self.openapi_schema is None:
            document = super().openapi()
            _, bodies = models_json_schema(
                [(body, "validation") for body in BODIES],
                ref_template="#/components/schemas/{model}",
            )
            document["components"]["schemas"] |= bodies["$defs"]
            self.openapi_schema = document
        return self.openapi_schema


async def storable_path(request: Request) -> None:
    """Refuse a path with a NUL character: PostgreSQL takes none in a query, so that nothing can have such a name.

    :raises NoRoute: for such a path.
    """
    if "\0" in request.scope["path"]:
        raise NoRoute


def build_app() -> MediaApi:
    """Build the app with all its routes, each behind Airflow's authentication."""
    app = MediaApi(
        title="Media API",
        version=__version__,
        description=DESCRIPTION,
        servers=[{"url": PREFIX}],
        dependencies=[Depends(signed_in), Depends(storable_path)],
        # FastAPI's own pages would be open to everybody.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=made_ready,
    )
    app.state.rate_limits = RateLimits()
    app.state.express_limit = ConcurrencyLimit(settings.express_executions())
    app.state.preview_threads = NiceThreads(settings.previews(), PreviewsBusy)
    app.state.known_sources = KnownSources()
    app.state.machine_test_limit = ConcurrencyLimit(TESTS_AT_ONCE, MachineTestsBusy)
    app.state.definition_check_limit = ConcurrencyLimit(CHECKS_AT_ONCE, DefinitionChecksBusy)
    for router in OF_ACCOUNTS:
        app.include_router(router, prefix="/v1/accounts/{account}")
    app.include_router(account_list.router, prefix="/v1")
    app.include_router(workflow_schema.router, prefix="/v1")
    app.include_router(machines.router, prefix="/v1")
    app.include_router(definitions.router, prefix="/v1")
    app.include_router(machine_tests.router, prefix="/v1")
    app.include_router(executions.router, prefix="/v1")
    app.include_router(execution_history.router, prefix="/v1")
    app.include_router(execution_people.router, prefix="/v1")
    app.include_router(execution_differences.router, prefix="/v1")
    app.include_router(publications.router, prefix="/v1")
    app.include_router(task_tokens.router, prefix="/v1")
    app.include_router(activities.router, prefix="/v1")
    app.include_router(airflow_runs.router, prefix="/v1")
    app.include_router(documentation.router)
    app.mount("/console", ConsoleFiles())
    add_handlers(app)
    app.add_middleware(ETags)
    return app
