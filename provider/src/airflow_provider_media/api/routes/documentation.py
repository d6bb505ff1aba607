"""Routes of the API's own description, for users who may use the API."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from airflow_provider_media.api.console_files import REFERENCE

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def read_openapi(request: Request) -> dict[str, Any]:
    """Return the OpenAPI document, with the address under which the caller reached this server."""
    return {**request.app.openapi(), "servers": [{"url": request.scope.get("root_path", "")}]}


@router.get("/docs")
def read_docs() -> RedirectResponse:
    """Send a browser to the OpenAPI document as a page, which comes with the console."""
    return RedirectResponse(f"console/{REFERENCE}")
