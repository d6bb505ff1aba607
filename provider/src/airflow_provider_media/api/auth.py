"""Airflow's authentication and permissions: the only place that uses them, because they are no public interface of it."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import get_user
from airflow.configuration import conf
from airflow.models import DagModel
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from airflow_provider_media.api.error_responses import CrossSite, NotAuthenticated

Method = Literal["GET", "POST"]
May = Callable[[BaseUser, Method, str], bool]
"""Whether a user may read (GET) or trigger (POST) the runs of a DAG."""
READING = frozenset({"GET", "HEAD"})
INTENT = "x-requested-with"
"""A header that no page of another site can send with a cookie."""

_bearer = HTTPBearer(auto_error=False, description="A token of Airflow, such as `POST /auth/token` gives.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def signed_in(request: Request, bearer: Bearer) -> BaseUser:
    """Who asks: the owner of the token in the header, or else in Airflow's cookie.

    :raises NotAuthenticated: when there is none, or none that holds.
    """
    try:
        return await get_user(request, None, bearer)
    except HTTPException:
        raise NotAuthenticated from None


User = Annotated[BaseUser, Depends(signed_in)]


async def deliberate(request: Request, bearer: Bearer) -> None:
    """Refuse to change anything for a browser that may have been sent here by another site.

    :raises CrossSite: when nothing but a cookie tells who asks.
    """
    if request.method not in READING and bearer is None and INTENT not in request.headers:
        raise CrossSite


def may_do(user: BaseUser, method: Method, dag_id: str) -> bool:
    """What Airflow's auth manager says."""
    team = DagModel.get_team_name(dag_id) if conf.getboolean("core", "multi_team") else None
    details = DagDetails(id=dag_id, team_name=team)
    return get_auth_manager().is_authorized_dag(method=method, access_entity=DagAccessEntity.RUN, details=details, user=user)


async def permissions() -> May:
    """What to ask for permissions."""
    return may_do
