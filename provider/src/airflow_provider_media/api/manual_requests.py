"""Guard of Airflow's own API: requests that change this package's runs are judged, and refusals are answered."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from airflow_provider_media.core.submission.manual_actions import Button
from airflow_provider_media.job_store.action_guard import JUDGED, watch_sessions
from airflow_provider_media.job_store.errors import ManualActionRefused

READING = ("GET", "HEAD", "OPTIONS")
NOT_BY_HAND = ("/execution/", "/media/")
"""Path prefixes of requests by workers and by this package's own clients."""


OF_TASKS = ("taskInstances", "taskGroupInstances")
"""Parts of the paths of requests about single tasks."""


class ManualRequests:
    """Middleware that has the changes of requests to Airflow's own API judged.

    It answers a refused request with status 409, in Airflow's form.

    :param app: the app behind this middleware.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        watch_sessions()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the app, and answer it if the guard refuses it."""
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
    """Return the buttons that a request may be about.

    Marking a whole run as failed skips the tasks that have not begun; that is no button of its own.

    :param path: path of the request's URL.
    """
    return frozenset(Button) if any(name in path for name in OF_TASKS) else frozenset(Button) - {Button.SKIP}


def _path(scope: Scope) -> str:
    """Return the path below the mount point of the server."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
