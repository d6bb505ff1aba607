"""Requests to Airflow's own API that change something: what they ask of this package's runs is judged, and refusals are answered."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from airflow_provider_media.core.errors import ManualActionRefused
from airflow_provider_media.core.ingest.manual_actions import Button
from airflow_provider_media.job_store.action_guard import JUDGED, watch_sessions

READING = ("GET", "HEAD", "OPTIONS")
NOT_BY_HAND = ("/execution/", "/media/")
"""Where workers and this package's own clients ask."""


OF_TASKS = ("taskInstances", "taskGroupInstances")
"""What is in the paths of requests about single tasks."""


class ManualRequests:
    """Middleware that has the changes of such requests judged, and answers what is refused with status 409 as Airflow does.

    :param app: what is behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        watch_sessions()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] in READING or _path(scope).startswith(NOT_BY_HAND):
            await self.app(scope, receive, send)
            return
        token = JUDGED.set(judged(_path(scope)))
        try:
            await self.app(scope, receive, send)
        except ManualActionRefused as refused:
            await JSONResponse({"detail": refused.message}, status_code=409)(scope, receive, send)
        finally:
            JUDGED.reset(token)


def judged(path: str) -> frozenset[Button]:
    """The buttons that a request may be about.

    :param path: of its URL; marking a whole run as failed skips the tasks that have not begun, which is no button of its own.
    """
    return frozenset(Button) if any(name in path for name in OF_TASKS) else frozenset(Button) - {Button.SKIP}


def _path(scope: Scope) -> str:
    """The path below the one that the server is mounted at."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
