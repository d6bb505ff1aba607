"""``http:invoke``: one request to a web server, at a checked address and without redirects.

Arguments, result and error names are those of the HTTP task ("Call HTTPS APIs", AWS Step Functions developer guide).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk.log import redact  # type: ignore[attr-defined]  # it has no other public name

from airflow_provider_media.core.media.errors import SourceForbidden, SourceUnreachable
from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.core.statelang.limits import PAYLOAD_BYTES
from airflow_provider_media.state_machines.native.form import ARRAY_FORMATS, ArrayFormat, form

if TYPE_CHECKING:
    import httpx

    from airflow_provider_media.hooks.http_requests import Additions, HttpRequest, HttpResponse

RESOURCE = re.compile(r"(?:arn:aws[\w-]*:states:[^:]*:[^:]*:)?http:invoke")
AUTHENTICATION = ("Authentication", "InvocationConfig")
"""Alternative arguments that name the connection."""
FIELDS = frozenset({"ApiEndpoint", "Method", "Headers", "QueryParameters", "RequestBody", "Transform", *AUTHENTICATION})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
CONNECTION_ALONE = re.compile(
    "a-im|accept-(charset|datetime|encoding)|authorization|cache-control|connection|content-(encoding|md5)"
    "|date|expect|forwarded|from|host|http2-settings|if-(match|modified-since|none-match|range|unmodified-since)"
    "|max-forwards|origin|pragma|proxy-authorization|referer"
    "|server|te|trailer|transfer-encoding|upgrade|via|warning|x-forwarded-.*|x-amzn?-.*",
    re.IGNORECASE,
)
"""Headers that only a connection may set, not a task."""
BINARY = re.compile(r"(image|video|audio)/|application/octet-stream", re.IGNORECASE)
"""Content types of responses that a task cannot read."""
RUNTIME, SOCKET = "States.Runtime", "States.Http.Socket"
UNUSABLE = "Events.ConnectionResource"
"""Prefix of the error names of a connection."""


def invoke(arguments: Mapping[str, Any], allow: frozenset[str]) -> dict[str, Any]:
    """Call a web server.

    :param arguments: ``ApiEndpoint``, ``Method``, and optionally ``Headers``, ``QueryParameters``, ``RequestBody``,
        ``Transform`` and a connection.
    :param allow: ``host:port`` pairs that may be private or use plain ``http``.
    :raises TaskFailed: ``States.Http.StatusCode.<code>`` for a response of 400 or above, ``States.Http.Socket`` without
        a response, ``Events.ConnectionResource.<what>`` when the connection does not serve this call.
    """
    import httpx

    from airflow_provider_media.hooks.http_requests import AnswerTooLarge, ConnectionUnusable, additions, send

    _check(arguments)
    arn = _connection_of(arguments)
    try:
        url = httpx.URL(str(arguments["ApiEndpoint"]))
        call = _call(arguments, url, additions(arn, url, allow=allow) if arn else None)
        return _as_result(send(call, allow=allow, most=PAYLOAD_BYTES))
    except ConnectionUnusable as error:
        raise TaskFailed(f"{UNUSABLE}.{error.name}", error.message) from None
    except SourceForbidden:
        allowed = (
            "https:// URLs without credentials, on port 443 or 8443 of the public internet; others as host:port in"
            " [media] announce_allow"
        )
        raise TaskFailed(RUNTIME, f"The ApiEndpoint may not be called. Allowed are {allowed}.") from None
    except AnswerTooLarge:
        raise TaskFailed(
            "States.DataLimitExceeded", f"The server answered with more than {PAYLOAD_BYTES} bytes."
        ) from None
    except (SourceUnreachable, httpx.TransportError, httpx.InvalidURL):
        # The library's message may contain addresses of this network.
        raise TaskFailed(SOCKET, "The server cannot be reached, or did not answer in time.") from None


def _check(arguments: Mapping[str, Any]) -> None:
    unknown = sorted(arguments.keys() - FIELDS)
    if unknown or not {"ApiEndpoint", "Method"} <= arguments.keys():
        wrong = f"{', '.join(unknown)} is not known" if unknown else "ApiEndpoint or Method is missing"
        raise TaskFailed(RUNTIME, f"http:invoke: {wrong}; it takes {', '.join(sorted(FIELDS))}.")
    for name in ("Headers", "Transform"):
        if not isinstance(arguments.get(name) or {}, Mapping):
            raise TaskFailed(RUNTIME, f"http:invoke: {name} must be an object.")
    if arguments["Method"] not in METHODS:
        raise TaskFailed(RUNTIME, f"http:invoke: Method must be one of {', '.join(sorted(METHODS))}.")
    reserved = sorted(name for name in arguments.get("Headers") or {} if CONNECTION_ALONE.fullmatch(str(name)))
    if reserved:
        raise TaskFailed(
            RUNTIME, f"http:invoke: a task may not give the header {reserved[0]}; secrets belong into a connection."
        )


def _connection_of(arguments: Mapping[str, Any]) -> str | None:
    given = [name for name in AUTHENTICATION if arguments.get(name) is not None]
    if not given:
        return None
    if len(given) > 1:
        raise TaskFailed(RUNTIME, f"http:invoke: give {' or '.join(given)}, not both.")
    value = arguments[given[0]]
    arn = value.get("ConnectionArn") if isinstance(value, Mapping) else None
    if not isinstance(arn, str) or not arn:
        raise TaskFailed(RUNTIME, f"http:invoke: {given[0]} needs ConnectionArn, the ARN or the id of a connection.")
    return arn


def _call(arguments: Mapping[str, Any], url: httpx.URL, added: Additions | None) -> HttpRequest:
    from airflow_provider_media.hooks.http_requests import HttpRequest

    headers = {str(name).lower(): str(value) for name, value in (arguments.get("Headers") or {}).items()}
    body = arguments.get("RequestBody")
    if arguments.get("QueryParameters"):
        url = url.copy_merge_params(arguments["QueryParameters"])
    if added is not None:
        url = url.copy_merge_params(added.query) if added.query else url
        headers |= {name.lower(): str(value) for name, value in added.headers.items()}
        body = _merged(body, added.body)
    arrays = _arrays(arguments.get("Transform"))
    if arrays is not None:
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
        body = _form(body, arrays)
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    content = None if text is None else text.encode()
    return HttpRequest(method=arguments["Method"], url=url, headers=headers, content=content)


def _merged(body: Any, added: Mapping[str, Any]) -> Any:
    if not added:
        return body
    if body is not None and not isinstance(body, Mapping):
        raise TaskFailed(
            RUNTIME, "http:invoke: the connection adds to the body, so that RequestBody must be an object."
        )
    return {**(body or {}), **added}


def _arrays(transform: Any) -> ArrayFormat | None:
    """Return how a form encodes arrays; ``None`` where the body is JSON.

    :raises TaskFailed: when ``Transform`` is not valid.
    """
    given = transform or {}
    options = given.get("RequestEncodingOptions") or {}
    encoding, arrays = given.get("RequestBodyEncoding", "NONE"), options.get("ArrayFormat", "INDICES")
    if encoding not in {"NONE", "URL_ENCODED"} or arrays not in ARRAY_FORMATS:
        raise TaskFailed(
            RUNTIME,
            "http:invoke: in Transform, RequestBodyEncoding is NONE or URL_ENCODED, and ArrayFormat in"
            f" RequestEncodingOptions one of {', '.join(ARRAY_FORMATS)}.",
        )
    return None if encoding == "NONE" else arrays


def _form(body: Any, arrays: ArrayFormat) -> str | None:
    if body is None or isinstance(body, Mapping):
        return None if body is None else form(body, arrays)
    raise TaskFailed(RUNTIME, "http:invoke: Transform makes a form, so that RequestBody must be an object.")


def _as_result(answer: HttpResponse) -> dict[str, Any]:
    text = answer.body.decode(errors="replace")
    if answer.status >= 400:
        # A server that echoes the request would reveal the connection's secrets.
        raise TaskFailed(f"States.Http.StatusCode.{answer.status}", str(redact(text[:1000] or answer.reason)))
    if BINARY.match(answer.headers.get("content-type", "")):
        raise TaskFailed(
            RUNTIME,
            "The server answered with a file, of which a task can make nothing; it must answer with text or JSON.",
        )
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers.multi_items():
        headers.setdefault(name.lower(), []).append(value)
    try:
        content: Any = json.loads(text)
    except ValueError:
        content = text
    return {"Headers": headers, "ResponseBody": content, "StatusCode": answer.status, "StatusText": answer.reason}
