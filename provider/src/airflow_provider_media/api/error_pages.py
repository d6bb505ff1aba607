"""Errors as pages, for browsers that open a route whose answers are pages; other clients get JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from airflow_provider_media.api.errors import NotAuthenticated
from airflow_provider_media.api.html_pages import CONTENT_SECURITY_POLICY, page_template
from airflow_provider_media.core.dag_ids import workflow_dag_id
from airflow_provider_media.core.errors import MediaError

CONSOLE = "/plugin/media"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
VARY = {"Vary": "Accept"}
"""Header of both forms of an error."""
WORDS = {
    NotAuthenticated.code: ("You are not signed in to Airflow.", "Sign in; this page then opens again."),
}
"""Texts of errors whose own texts are for programs: what is wrong, and what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    """A link of a page.

    :param href: address on this server, with the base path of Airflow.
    """

    text: str
    href: str


_REFUSED = re.compile(r"q\s*=\s*0(\.0*)?\s*$")
"""Weight of what a client does not accept: RFC 9110 §12.4.2."""


def has_pages(request: Request) -> bool:
    """Return whether the answers of a request's route are pages for people."""
    route = request.scope.get("route")
    return getattr(route, "response_class", None) is HTMLResponse


def accepts_pages(request: Request) -> bool:
    """Return whether the client asks for HTML by name, as browsers do for a page; ``*/*`` does not count."""
    kinds = (kind.partition(";") for kind in request.headers.get("accept", "").lower().split(","))
    return any(kind.strip() == "text/html" and not _REFUSED.search(weight) for kind, _, weight in kinds)


def error_page(request: Request, error: MediaError, status: int, headers: Mapping[str, str]) -> HTMLResponse:
    """Return an error as a page: what is wrong, what to do next, and links back."""
    what, advice = WORDS.get(error.code, (error.message, error.advice))
    page = page_template("error.html").render(
        status=status,
        phrase=HTTPStatus(status).phrase,
        what=what,
        advice=advice,
        code=error.code,
        links=list(_links(request, error)),
    )
    return HTMLResponse(page, status_code=status, headers={**headers, **HEADERS, **VARY})


def _links(request: Request, error: MediaError) -> Iterator[PageLink]:
    # The path of the app is Airflow's base path and the one segment below which the app is mounted.
    root = request.scope.get("root_path", "")
    base = root.rpartition("/")[0]
    # A server in front may have taken the base path away.
    own = request.url.path if request.url.path.startswith(f"{root}/") else f"{root}{request.url.path}"
    if error.code == NotAuthenticated.code:
        query = urlencode({"next": quote(own)})
        yield PageLink(text="Sign in", href=f"{base}/api/v2/auth/login?{query}")
        return
    yield PageLink(text="Try again", href=quote(own))
    yield PageLink(text="Open the media console", href=f"{base}{CONSOLE}")
    path = request.path_params
    if "machine" in path:
        machine = path["machine"]
        yield PageLink(text=f"Executions of {machine}", href=f"{base}{CONSOLE}/machines/{quote(machine, safe='')}")
    if "workflow" in path:
        run = f"{base}/dags/{quote(workflow_dag_id(path['workflow']), safe='')}/runs/{quote(path['run'], safe='')}"
        yield PageLink(text="The run in Airflow", href=run)
