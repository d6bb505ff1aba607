"""The API's own description, for those who may use it."""
# ruff: noqa: TID253 - only the API server imports this, and it has loaded fastapi already

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def read_openapi(request: Request) -> dict[str, Any]:
    """The OpenAPI document, with the address under which this server was asked for it."""
    return {**request.app.openapi(), "servers": [{"url": request.scope.get("root_path", "")}]}


@router.get("/docs")
def read_docs() -> HTMLResponse:
    """The OpenAPI document as a page."""
    return get_swagger_ui_html(openapi_url="openapi.json", title="Media API")
