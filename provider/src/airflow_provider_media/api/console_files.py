"""The built console and its places in Airflow's pages."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

CONSOLE = Path(__file__).parent / "console"
"""What ``provider/console/build.py`` makes."""
ENTRY, REFERENCE = "main.js", "docs.html"
NAME = "Media"
log = logging.getLogger(__name__)


class ConsoleFiles(StaticFiles):
    """The files of the console, open to everybody, for they hold no data."""

    def __init__(self) -> None:
        super().__init__(directory=CONSOLE, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file; a browser asks for the entry each time, and keeps what has a hash in its name."""
        response = await super().get_response(path, scope)
        kept = path.startswith(("chunks", "assets"))
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return response


def react_apps(prefix: str) -> list[dict[str, Any]]:
    """Return the places of the console in Airflow: the navigation, a tab on the page of each run, and the home page.

    :param prefix: path of the API below Airflow's own; addresses are relative, so that Airflow may have a base path.
    """
    if not (CONSOLE / ENTRY).exists():
        log.warning("The console is not built: install the wheel, or run provider/console/build.py.")
        return []
    files = f"{prefix.strip('/')}/console"
    app = {"name": NAME, "bundle_url": f"{files}/{ENTRY}", "icon": f"{files}/icon.svg"}
    return [
        {**app, "destination": "nav", "url_route": "media", "nav_top_level": True},
        {**app, "destination": "dag_run", "url_route": "media_job"},
        {**app, "name": f"{NAME} jobs", "destination": "dashboard"},
    ]


def external_views(prefix: str) -> list[dict[str, Any]]:
    """Return the API's reference as an entry of Airflow's menu of documentation.

    :param prefix: path of the API below Airflow's own.
    """
    if not (CONSOLE / REFERENCE).exists():
        return []
    href = f"{prefix.strip('/')}/console/{REFERENCE}"
    return [
        {"name": "Media API", "href": href, "destination": "nav", "category": "docs", "url_route": "media_api"},
    ]
