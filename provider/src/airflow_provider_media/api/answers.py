"""Answers of routes, as the OpenAPI document shows them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from pydantic import BaseModel

from airflow_provider_media.api.error_responses import ANSWERS
from airflow_provider_media.api.models import ErrorAnswer

EVERYWHERE = ("not_authenticated", "database_unavailable")
OF_ACCOUNTS = (*EVERYWHERE, "account_unknown", "request_invalid", "rate_limited", "configuration_invalid")
OF_CHANGES = (*OF_ACCOUNTS, "forbidden", "cross_site_refused")
OF_BODIES = (*OF_CHANGES, "body_too_large", "media_type_unsupported")
Responses = dict[int | str, dict[str, Any]]


def answers(*codes: str, example: Mapping[str, Any] | None = None, status: int = 200) -> Responses:
    """Return the answers of a route: its errors by status, and an example of its success.

    :param codes: codes of all errors with which the route can end.
    """
    by_status = groupby(
        sorted(set(codes), key=lambda code: (ANSWERS[code].status, code)), key=lambda code: ANSWERS[code].status
    )
    errors: Responses = {number: _error(list(same)) for number, same in by_status}
    return errors | ({status: {"content": {"application/json": {"example": example}}}} if example else {})


def takes(model: type[BaseModel], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request body of a route for the OpenAPI document, with named examples."""
    content = {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}, "examples": dict(shown)}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def _error(codes: list[str]) -> dict[str, Any]:
    return {"model": ErrorAnswer, "description": ", ".join(f"`{code}`" for code in codes)}
