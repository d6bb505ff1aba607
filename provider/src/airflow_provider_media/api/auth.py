"""Airflow's authentication and permissions; only this module uses them, because they are no public interface."""

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

from airflow_provider_media.api.errors import CrossSite, NotAuthenticated

Method = Literal["GET", "POST"]
May = Callable[[BaseUser, Method, str], bool]
"""Function that returns whether a user may read (GET) or trigger (POST) the runs of a DAG."""
DagMethod = Literal["GET", "PUT"]
MayDag = Callable[[BaseUser, DagMethod, str], bool]
"""Function that returns whether a user may look at (GET) or edit (PUT) a DAG itself."""
READING = frozenset({"GET", "HEAD"})
INTENT = "x-requested-with"
"""Header that no page of another site can send with a cookie."""

_bearer = HTTPBearer(auto_error=False, description="A token of Airflow, such as `POST /auth/token` gives.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


async def signed_in(request: Request, bearer: Bearer) -> BaseUser:
    """Return the user of a request: the owner of the token in the header, or else in Airflow's cookie.

    :raises NotAuthenticated: when there is no token, or when the token is not valid.
    """
    try:
        return await get_user(request, None, bearer)
    except HTTPException:
        raise NotAuthenticated from None


User = Annotated[BaseUser, Depends(signed_in)]


async def deliberate(request: Request, bearer: Bearer) -> None:
    """Refuse a change from a browser that another site may have sent here.

    :raises CrossSite: when only a cookie says who the user is.
    """
    if request.method not in READING and bearer is None and INTENT not in request.headers:
        raise CrossSite


def may_do(user: BaseUser, method: Method, dag_id: str) -> bool:
    """Return whether Airflow's auth manager lets a user read or trigger the runs of a DAG."""
    return get_auth_manager().is_authorized_dag(
        method=method, access_entity=DagAccessEntity.RUN, details=_details(dag_id), user=user
    )


def may_use_dag(user: BaseUser, method: DagMethod, dag_id: str) -> bool:
    """Return whether Airflow's auth manager lets a user look at or edit a DAG, which need not exist yet."""
    return get_auth_manager().is_authorized_dag(method=method, details=_details(dag_id), user=user)


def _details(dag_id: str) -> DagDetails:
    team = DagModel.get_team_name(dag_id) if conf.getboolean("core", "multi_team") else None
    return DagDetails(id=dag_id, team_name=team)


async def permissions() -> May:
    """Return the function that checks permissions."""
    return may_do


async def dag_permissions() -> MayDag:
    """Return the function that checks permissions for DAGs themselves."""
    return may_use_dag
