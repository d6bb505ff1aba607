"""Error responses: one table from error codes to HTTP status, and the shapes of a body."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from airflow_provider_media.api.error_pages import VARY, accepts_pages, error_page, has_pages
from airflow_provider_media.api.errors import DatabaseUnavailable, Internal, MethodRefused, NoRoute
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.errors import MediaError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorResponse:
    """The HTTP answer to one error code."""

    status: int
    brightcove: str = "BAD_REQUEST"
    """Error code of the answer to a request in Brightcove's form."""
    retry_after: int | None = None
    """Seconds after which a retry may help."""


ANSWERS: Mapping[str, ErrorResponse] = {
    "not_authenticated": ErrorResponse(status=401, brightcove="UNAUTHORIZED"),
    "forbidden": ErrorResponse(status=403, brightcove="UNAUTHORIZED"),
    "cross_site_refused": ErrorResponse(status=403, brightcove="UNAUTHORIZED"),
    "location_forbidden": ErrorResponse(status=403, brightcove="UNAUTHORIZED"),
    "conf_untrusted": ErrorResponse(status=403, brightcove="UNAUTHORIZED"),
    "account_unknown": ErrorResponse(status=404, brightcove="RESOURCE_NOT_FOUND"),
    "job_unknown": ErrorResponse(status=404, brightcove="RESOURCE_NOT_FOUND"),
    "state_machine_unknown": ErrorResponse(status=404, brightcove="RESOURCE_NOT_FOUND"),
    "nothing_published": ErrorResponse(status=404, brightcove="RESOURCE_NOT_FOUND"),
    "file_unknown": ErrorResponse(status=404, brightcove="RESOURCE_NOT_FOUND"),
    "execution_unknown": ErrorResponse(status=404, brightcove="RESOURCE_NOT_FOUND"),
    "definition_unknown": ErrorResponse(status=404),
    "definitions_unavailable": ErrorResponse(status=404),
    "uploads_off": ErrorResponse(status=404, brightcove="RESOURCE_NOT_FOUND"),
    "not_found": ErrorResponse(status=404, brightcove="RESOURCE_NOT_FOUND"),
    "method_not_allowed": ErrorResponse(status=405),
    "idempotency_conflict": ErrorResponse(status=409, brightcove="NOT_SUBMITTED"),
    "source_busy": ErrorResponse(status=409, brightcove="NOT_SUBMITTED"),
    "workflow_paused": ErrorResponse(status=409, brightcove="NOT_SUBMITTED"),
    "job_ended": ErrorResponse(status=409),
    "manual_action_refused": ErrorResponse(status=409),
    "job_not_ended": ErrorResponse(status=409),
    "job_begun": ErrorResponse(status=409),
    "task_ended": ErrorResponse(status=409),
    "execution_exists": ErrorResponse(status=409),
    "execution_not_failed": ErrorResponse(status=409),
    "state_machine_not_express": ErrorResponse(status=409),
    "definition_in_files": ErrorResponse(status=409),
    "definition_changed": ErrorResponse(status=412),
    "body_too_large": ErrorResponse(status=413, brightcove="INPUT_SIZE_EXCEEDED"),
    "media_type_unsupported": ErrorResponse(status=415, brightcove="UNSUPPORTED_MEDIA_TYPE"),
    "submission_refused": ErrorResponse(status=422, brightcove="NOT_SUBMITTED"),
    "request_invalid": ErrorResponse(status=422, brightcove="UNPROCESSABLE_ENTITY"),
    "priority_unknown": ErrorResponse(status=422, brightcove="UNPROCESSABLE_ENTITY"),
    "workflow_unknown": ErrorResponse(status=422, brightcove="PROFILE"),
    "workflow_invalid": ErrorResponse(status=422, brightcove="PROFILE"),
    "definition_invalid": ErrorResponse(status=422),
    "output_unknown": ErrorResponse(status=422),
    "output_too_large": ErrorResponse(status=422),
    "picture_unavailable": ErrorResponse(status=422),
    "preview_timeout": ErrorResponse(status=422),
    "preview_too_large": ErrorResponse(status=422),
    "source_refused": ErrorResponse(status=422),
    "source_not_found": ErrorResponse(status=422),
    "source_forbidden": ErrorResponse(status=422),
    "source_archived": ErrorResponse(status=422),
    "source_restoring": ErrorResponse(status=422),
    "source_empty": ErrorResponse(status=422),
    "source_not_media": ErrorResponse(status=422),
    "source_is_reference": ErrorResponse(status=422),
    "source_too_large": ErrorResponse(status=422),
    "source_truncated": ErrorResponse(status=422),
    "source_damaged": ErrorResponse(status=422),
    "source_encrypted": ErrorResponse(status=422),
    "source_unsuitable": ErrorResponse(status=422),
    "encode_failed": ErrorResponse(status=422),
    "task_token_invalid": ErrorResponse(status=422),
    "machine_test_invalid": ErrorResponse(status=422),
    "machine_test_stopped": ErrorResponse(status=422),
    "state_unknown": ErrorResponse(status=422),
    "mock_missing": ErrorResponse(status=422),
    "mock_not_used": ErrorResponse(status=422),
    "frame_unavailable": ErrorResponse(status=422),
    "queue_full": ErrorResponse(status=429, brightcove="RATE_LIMIT_EXCEEDED", retry_after=10),
    "executions_busy": ErrorResponse(status=429, retry_after=1),
    "previews_busy": ErrorResponse(status=429, retry_after=2),
    "machine_tests_busy": ErrorResponse(status=429, retry_after=1),
    "definition_checks_busy": ErrorResponse(status=429, retry_after=1),
    "rate_limited": ErrorResponse(status=429, brightcove="RATE_LIMIT_EXCEEDED", retry_after=1),
    "state_machine_invalid": ErrorResponse(status=503),
    "configuration_invalid": ErrorResponse(status=503, brightcove="NOT_SUBMITTED"),
    "storage_failed": ErrorResponse(status=503, brightcove="NOT_SUBMITTED", retry_after=10),
    "storage_forbidden": ErrorResponse(status=503, brightcove="NOT_SUBMITTED"),
    "object_not_found": ErrorResponse(status=503),
    "storage_full": ErrorResponse(status=503, brightcove="NOT_SUBMITTED", retry_after=10),
    "source_unreachable": ErrorResponse(status=503, retry_after=5),
    "tool_missing": ErrorResponse(status=503),
    "encode_stalled": ErrorResponse(status=503, retry_after=10),
    "resource_exhausted": ErrorResponse(status=503, retry_after=10),
    "job_starting": ErrorResponse(status=503, retry_after=1),
    "queue_missing": ErrorResponse(status=503, brightcove="NOT_SUBMITTED", retry_after=5),
    "queue_unreadable": ErrorResponse(status=503, brightcove="NOT_SUBMITTED", retry_after=10),
    "database_unavailable": ErrorResponse(status=503, brightcove="NOT_SUBMITTED", retry_after=5),
    "internal_error": ErrorResponse(status=500, brightcove="INTERNAL_ERROR"),
}
"""The HTTP answer to every error code with which a route can end."""
ROUTING: Mapping[int, type[MediaError]] = {404: NoRoute, 405: MethodRefused}
"""Errors of the web framework itself, by status."""


def error_response(request: Request, error: MediaError, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer to an error, in the form of the request: a page, Brightcove's form, or this API's own."""
    answer = ANSWERS.get(error.code)
    if answer is None:
        log.error("No HTTP status is set for the error code %s", error.code, exc_info=error)
        return error_response(request, Internal())
    sent = {**_headers(answer, error), **(headers or {})}
    if has_pages(request):
        if accepts_pages(request):
            return error_page(request, error, answer.status, sent)
        sent |= VARY
    content: Any = {"error": error.to_json()}
    if getattr(request.state, "brightcove", False):
        content = [{"error_code": answer.brightcove, "message": error.message}]
    return JSONResponse(content, status_code=answer.status, headers=sent)


def _headers(answer: ErrorResponse, error: MediaError) -> dict[str, str]:
    wait = error.detail.get("retry_after", answer.retry_after)
    return ({"Retry-After": str(wait)} if wait else {}) | (
        {"WWW-Authenticate": "Bearer"} if answer.status == 401 else {}
    )


def add_handlers(app: FastAPI) -> None:
    """Register the handlers that answer all errors of an app in this form."""
    app.add_exception_handler(MediaError, _on_media_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    for away in (OperationalError, PoolTimeout):
        app.add_exception_handler(away, _on_database)
    app.add_exception_handler(Exception, _on_surprise)


def _on_media_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MediaError)  # what it is registered for
    return error_response(request, error)


def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # what it is registered for
    first = error.errors()[0]
    field = ".".join(map(str, first["loc"][1:]))
    what = "is not known here; /media/docs lists what is" if first["type"] == "extra_forbidden" else first["msg"]
    return error_response(request, RequestInvalid(f"{field}: {what.removeprefix('Value error, ')}", field=field))


def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # what it is registered for
    return error_response(request, ROUTING.get(error.status_code, Internal)(), error.headers)


def _on_database(request: Request, error: Exception) -> Response:
    log.error("Airflow's database does not answer", exc_info=error)
    return error_response(request, DatabaseUnavailable())


def _on_surprise(request: Request, _error: Exception) -> Response:
    # Starlette raises the error again after the answer, so that the server's log has it.
    return error_response(request, Internal())
