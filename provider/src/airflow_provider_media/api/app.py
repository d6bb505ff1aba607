"""The app that Airflow's API server mounts at ``/media``."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from typing import Any

from fastapi import Depends, FastAPI
from pydantic.json_schema import models_json_schema

from airflow_provider_media import __version__
from airflow_provider_media.api.auth import signed_in
from airflow_provider_media.api.concurrency_limit import ConcurrencyLimit
from airflow_provider_media.api.error_responses import add_handlers
from airflow_provider_media.api.rate import RateLimits
from airflow_provider_media.api.ready import made_ready
from airflow_provider_media.api.routes import (
    activities,
    documentation,
    events,
    execution_history,
    executions,
    jobs,
    publications,
    queues,
    submissions,
    task_tokens,
    uploads,
    workflows,
)
from airflow_provider_media.hooks import settings

PREFIX = "/media"
OF_ACCOUNTS = (submissions.router, jobs.router, queues.router, workflows.router, uploads.router, events.router)
DESCRIPTION = """\
Submit videos, ask how they are doing, and look at the queues; run state machines, and answer
their tasks that wait.

**Who may.** Send a token of Airflow in the header `Authorization: Bearer`. You may look at an account when you may read the runs of its
ingest queue's DAG (`media_ingest_normal`, with `__<account>` behind it for any but the default account), and submit to it when you may
trigger them. An account that you may not look at is answered like one that does not exist, and so is another account's job. With
Airflow's cookie instead of a token, requests that change something need any value in the header `X-Requested-With`.

Executions of a state machine are for those who may read the runs of its DAG (`state_machine_<name>`), and start, stop and answer them for
those who may trigger it.

**Errors** are `{"error": {"code", "message", "detail"}}`; codes are stable. Requests in Brightcove's form get Brightcove's array of
`{"error_code", "message"}`. Answers with status 429 or 503 that say `Retry-After` are worth trying again after so many seconds.

**Limits.** A body has at most 1 MiB and 32 levels. Each process of the API server takes `requests_per_second` requests of an account
(200 unless `include/queues.yaml` says otherwise).
"""


class MediaApi(FastAPI):
    """The app; its OpenAPI document also contains the bodies that the core itself reads."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self.openapi_schema is None:
            document = super().openapi()
            _, bodies = models_json_schema(
                [(body, "validation") for body in (*submissions.BODIES, *task_tokens.BODIES, *executions.BODIES, *events.BODIES)],
                ref_template="#/components/schemas/{model}",
            )
            document["components"]["schemas"] |= bodies["$defs"]
            self.openapi_schema = document
        return self.openapi_schema


def build_app() -> MediaApi:
    """Build the app with all its routes, each behind Airflow's authentication."""
    app = MediaApi(
        title="Media API",
        version=__version__,
        description=DESCRIPTION,
        servers=[{"url": PREFIX}],
        dependencies=[Depends(signed_in)],
        # FastAPI's own pages would be open to everybody.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=made_ready,
    )
    app.state.rate_limits = RateLimits()
    app.state.express_limit = ConcurrencyLimit(settings.express_executions())
    for router in OF_ACCOUNTS:
        app.include_router(router, prefix="/v1/accounts/{account}")
    app.include_router(executions.router, prefix="/v1")
    app.include_router(execution_history.router, prefix="/v1")
    app.include_router(publications.router, prefix="/v1")
    app.include_router(task_tokens.router, prefix="/v1")
    app.include_router(activities.router, prefix="/v1")
    app.include_router(documentation.router)
    add_handlers(app)
    return app
