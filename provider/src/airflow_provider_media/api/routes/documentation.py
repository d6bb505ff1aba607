"""Routes of the API's own description, for users who may use the API."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def read_openapi(request: Request) -> dict[str, Any]:
    """Return the OpenAPI document, with the address under which the caller reached this server."""
    return {**request.app.openapi(), "servers": [{"url": request.scope.get("root_path", "")}]}


@router.get("/docs")
def read_docs() -> HTMLResponse:
    """Return the OpenAPI document as a page."""
    return get_swagger_ui_html(openapi_url="openapi.json", title="Media API")
