"""Bodies of requests: JSON objects within limits, read only after the check of the user's rights."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from itertools import chain
from typing import Annotated, Any, NoReturn

from fastapi import Depends, Request
from starlette.requests import ClientDisconnect

from airflow_provider_media.api.errors import BodyTooLarge, MediaTypeRefused
from airflow_provider_media.core.accounts.errors import RequestInvalid

BODY_BYTES = 1024 * 1024
DEPTH = 32
"""Most levels of nested objects and arrays."""


async def json_object(request: Request) -> Mapping[str, Any]:
    """Return the JSON object of a request's body.

    :raises MediaTypeRefused: when the headers name another type of body.
    :raises BodyTooLarge: when the body has more than ``BODY_BYTES`` bytes.
    :raises RequestInvalid: when the body is no JSON object, or one that cannot be stored.
    """
    _check_type(request)
    body = parse(await _read(request))
    # From here on, clients that use Brightcove's form get errors in Brightcove's form.
    request.state.brightcove = "master" in body
    return body


JsonBody = Annotated[Mapping[str, Any], Depends(json_object)]


def _check_type(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    foreign = "charset" in parameters and "utf-8" not in parameters
    encoded = request.headers.get("content-encoding", "identity").lower() != "identity"
    if kind.strip() != "application/json" or foreign or encoded:
        raise MediaTypeRefused


async def _read(request: Request) -> bytes:
    content = bytearray()
    try:
        async for chunk in request.stream():
            content += chunk
            if len(content) > BODY_BYTES:
                raise BodyTooLarge(
                    f"The body has more than {BODY_BYTES} bytes; a request needs far less.", limit=BODY_BYTES
                )
    except ClientDisconnect:
        raise RequestInvalid("The connection was closed before the body was complete.", field="") from None
    return bytes(content)


def parse(content: bytes) -> dict[str, Any]:
    """Return the JSON object that bytes hold.

    :raises RequestInvalid: when the bytes hold no JSON object, a text that databases cannot store, or too many levels.
    """
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        at = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise RequestInvalid(f"The body is not JSON in UTF-8{at}.", field="") from None
    if not isinstance(value, dict):
        raise RequestInvalid('The body must be a JSON object, as in {"source": "s3://bucket/key.mp4"}.', field="")
    _check(value)
    return value


def _refuse_constant(name: str) -> NoReturn:
    # NaN and the infinities are not JSON, but Python reads them.
    raise ValueError(name)


def _finite(digits: str) -> float:
    # Python turns a number that is too large into infinity, which no database stores in JSON.
    number = float(digits)
    return number if math.isfinite(number) else _refuse_constant(digits)


def _check(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(DEPTH):
        for text in (entry for entry in level if isinstance(entry, str)):
            _check_text(text)
        level = list(chain.from_iterable(map(_inside, level)))
        if not level:
            return
    raise RequestInvalid(f"The body has more than {DEPTH} levels; no request needs as many.", field="")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _check_text(text: str) -> None:
    # PostgreSQL stores no NUL, and nothing stores half of a surrogate pair.
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise RequestInvalid(
            "A text in the body holds a NUL character or half a character (\\u0000, \\ud800 to \\udfff).", field=""
        )
