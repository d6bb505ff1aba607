"""``http:invoke``: one call of a server on the web, to an address that was checked; no redirect is followed.

Arguments, result and names of errors are those of the HTTP task ("Call HTTPS APIs", AWS Step Functions developer guide).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.errors import SourceForbidden, SourceUnreachable
from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.core.statelang.limits import PAYLOAD_BYTES
from airflow_provider_media.core.storage.guard import Admitted, admit

if TYPE_CHECKING:
    import httpx

RESOURCE = re.compile(r"(?:arn:aws[\w-]*:states:[^:]*:[^:]*:)?http:invoke")
SECONDS = 60.0
"""Time of a call: the limit of the HTTP task."""
FIELDS = frozenset({"ApiEndpoint", "Method", "Headers", "QueryParameters", "RequestBody"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SOCKET = "States.Http.Socket"


def invoke(arguments: Mapping[str, Any], allow: frozenset[str]) -> dict[str, Any]:
    """Call a server.

    :param arguments: ``ApiEndpoint``, ``Method``, and optionally ``Headers``, ``QueryParameters`` and ``RequestBody``.
    :param allow: ``host:port`` that may be private or plain ``http``.
    :raises TaskFailed: ``States.Http.StatusCode.<code>`` for an answer of 400 or above, ``States.Http.Socket`` where there is none.
    """
    import httpx

    _check(arguments)
    try:
        url = httpx.URL(str(arguments["ApiEndpoint"]))
        if arguments.get("QueryParameters"):
            url = url.copy_merge_params(arguments["QueryParameters"])
        admitted = admit(str(url), allow=allow)
        return _answered(admitted, arguments)
    except SourceForbidden:
        allowed = (
            "https:// URLs without credentials, on port 443 or 8443 of the public internet; others as host:port in [media] announce_allow"
        )
        raise TaskFailed("States.Runtime", f"The ApiEndpoint may not be called. Allowed are {allowed}.") from None
    except (SourceUnreachable, httpx.TransportError, httpx.InvalidURL):
        # The library's words may hold addresses of this network.
        raise TaskFailed(SOCKET, "The server cannot be reached, or did not answer in time.") from None


def _check(arguments: Mapping[str, Any]) -> None:
    unknown = sorted(arguments.keys() - FIELDS)
    if unknown or not {"ApiEndpoint", "Method"} <= arguments.keys():
        wrong = f"{', '.join(unknown)} is not known" if unknown else "ApiEndpoint or Method is missing"
        raise TaskFailed("States.Runtime", f"http:invoke: {wrong}; it takes {', '.join(sorted(FIELDS))}.")
    if arguments["Method"] not in METHODS:
        raise TaskFailed("States.Runtime", f"http:invoke: Method must be one of {', '.join(sorted(METHODS))}.")


def _answered(admitted: Admitted, arguments: Mapping[str, Any]) -> dict[str, Any]:
    import httpx

    *others, last = admitted.addresses
    with httpx.HTTPTransport() as transport:
        for address in others:
            try:
                return _attempt(transport, admitted, address, arguments)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return _attempt(transport, admitted, last, arguments)


def _attempt(transport: httpx.HTTPTransport, admitted: Admitted, address: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    body = arguments.get("RequestBody")
    content = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
    request = admitted.pinned(address, method=arguments["Method"], content=content)
    own = {str(name): str(value) for name, value in (arguments.get("Headers") or {}).items()}
    kept = {name: value for name, value in own.items() if name.lower() not in {"host", "content-length", "transfer-encoding"}}
    request.headers.update({"Content-Type": "application/json", "User-Agent": "airflow-provider-media", **kept})
    request.extensions = {**request.extensions, "timeout": dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)}
    response = transport.handle_request(request)
    try:
        return _told(response, _read(response))
    finally:
        response.close()


def _read(response: httpx.Response) -> bytes:
    read = b""
    for part in response.iter_bytes():
        read += part
        if len(read) > PAYLOAD_BYTES:
            raise TaskFailed("States.DataLimitExceeded", f"The server answered with more than {PAYLOAD_BYTES} bytes.")
    return read


def _told(response: httpx.Response, body: bytes) -> dict[str, Any]:
    text = body.decode(errors="replace")
    if response.status_code >= 400:
        raise TaskFailed(f"States.Http.StatusCode.{response.status_code}", text[:1000] or response.reason_phrase)
    headers: dict[str, list[str]] = {}
    for name, value in response.headers.multi_items():
        headers.setdefault(name.lower(), []).append(value)
    try:
        content: Any = json.loads(text)
    except ValueError:
        content = text
    return {"Headers": headers, "ResponseBody": content, "StatusCode": response.status_code, "StatusText": response.reason_phrase}
