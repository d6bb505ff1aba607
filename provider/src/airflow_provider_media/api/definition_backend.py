"""Backend of the routes of definitions: the check, and what is done after a save, which tests can replace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from airflow_provider_media.api.definition_checks import BoundedCheck
from airflow_provider_media.core.definitions.definition import DefinitionKind

ParseRequests = Callable[[DefinitionKind], None]
"""Function that has the DAG files of a kind parsed at once."""


async def parse_requests() -> ParseRequests:
    """Return the function that asks Airflow's DAG processor."""
    from airflow_provider_media.job_store.dag_parsing import request_parsing

    return request_parsing


ParseRequestsNow = Annotated[ParseRequests, Depends(parse_requests)]


async def bounded_check(request: Request) -> BoundedCheck:
    """Return the check of the API server."""
    return BoundedCheck(request.app.state.definition_check_limit)


BoundedCheckNow = Annotated[BoundedCheck, Depends(bounded_check)]
