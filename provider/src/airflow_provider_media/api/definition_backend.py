"""Backend of the routes of definitions: what is done after a save is a dependency, which tests can replace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends

from airflow_provider_media.core.definitions.definition import DefinitionKind

ParseRequests = Callable[[DefinitionKind], None]
"""Function that has the DAG files of a kind parsed at once."""


async def parse_requests() -> ParseRequests:
    """Return the function that asks Airflow's DAG processor."""
    from airflow_provider_media.job_store.dag_parsing import request_parsing

    return request_parsing


ParseRequestsNow = Annotated[ParseRequests, Depends(parse_requests)]
