"""HTTP requests to addresses that were checked, with what a connection adds to them; no redirect is followed."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus, urlencode

import httpx
from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from airflow.sdk.log import mask_secret

from airflow_provider_media.core.media.errors import SourceForbidden, SourceUnreachable
from airflow_provider_media.core.storage.guard import DEFAULT_PORTS, Admitted, admit
from airflow_provider_media.core.storage.tls import strict_context
from airflow_provider_media.core.storage.watch import TransferWatch

if TYPE_CHECKING:
    from airflow.sdk import Connection

SECONDS = 60.0
"""Seconds of a call: the limit of the HTTP task."""
TOKEN_BYTES = 65_536
"""Most bytes that are read of an answer with a token."""
FRAMING = frozenset({"host", "content-length", "transfer-encoding"})
"""Headers that follow from the request itself; values from elsewhere are dropped."""


class AnswerTooLarge(Exception):
    """The server's answer has more bytes than may be read."""


class ConnectionUnusable(Exception):
    """The connection cannot be used for a call.

    :param name: name of the error, as EventBridge's connections have it.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(name, message)
        self.name = name
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What a connection adds to a request; it replaces values of the same name in the request."""

    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One HTTP request.

    :param headers: may replace the Content-Type, which is JSON, and the User-Agent.
    """

    method: str
    url: httpx.URL
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None

    def to(self, admitted: Admitted, address: str, watch: TransferWatch) -> httpx.Request:
        """Return the request to one of the addresses that were checked."""
        request = admitted.pinned(address, method=self.method, content=self.content)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in FRAMING}
        request.headers.update({"Content-Type": "application/json", "User-Agent": "airflow-provider-media"})
        request.headers.update(kept)
        timeout = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
        request.extensions = {**request.extensions, "timeout": timeout, "trace": watch.trace}
        return request


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """The answer of a server."""

    status: int
    reason: str
    headers: httpx.Headers
    body: bytes


def send(call: HttpRequest, *, allow: frozenset[str], most: int) -> HttpResponse:
    """Call a server, and return its answer.

    :param allow: ``host:port`` that may be private or plain ``http``.
    :param most: most bytes that the answer may have.
    :raises SourceForbidden: when the URL may not be called.
    :raises SourceUnreachable: when the host of the URL has no address.
    :raises httpx.TransportError: when no answer came, or not all of it in time.
    :raises AnswerTooLarge: when the answer has more bytes.
    """
    admitted = admit(str(call.url), allow=allow)
    with (
        # Timeouts of single reads never end a call to a server that sends a few bytes at a time.
        TransferWatch(seconds=SECONDS, bytes_per_second=0, window=SECONDS) as watch,
        httpx.HTTPTransport(verify=strict_context()) as transport,
    ):
        answer = _send(transport, call, admitted, watch, most)
        if watch.verdict:
            # A body without a length seems complete when the watch cuts it.
            raise httpx.ReadTimeout(watch.verdict)
        return answer


def _send(
    transport: httpx.HTTPTransport, call: HttpRequest, admitted: Admitted, watch: TransferWatch, most: int
) -> HttpResponse:
    """Send the request to the first of the checked addresses that accepts a connection."""
    *others, last = admitted.addresses
    for address in others:
        try:
            return _read(transport.handle_request(call.to(admitted, address, watch)), most)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return _read(transport.handle_request(call.to(admitted, last, watch)), most)


def _read(response: httpx.Response, most: int) -> HttpResponse:
    read = b""
    try:
        for part in response.iter_bytes():
            read += part
            if len(read) > most:
                raise AnswerTooLarge
    finally:
        response.close()
    return HttpResponse(status=response.status_code, reason=response.reason_phrase, headers=response.headers, body=read)


def additions(arn: str, url: httpx.URL, *, allow: frozenset[str]) -> Additions:
    """Return what a connection adds to a call; its secrets are masked in all logs.

    :param arn: ARN of an EventBridge connection, whose name is the id of the connection here, or such an id itself.
    :param url: URL of the call; the secrets of a connection go to its own host alone.
    :param allow: as for the call, used for a server that gives tokens.
    :raises ConnectionUnusable: when the connection does not serve this call.
    """
    conn_id = arn.partition(":connection/")[2].partition("/")[0] or arn
    try:
        connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        raise ConnectionUnusable("ResourceNotFound", f"There is no connection {conn_id}.") from None
    if not connection.host or not _is_of(connection, url):
        raise ConnectionUnusable(
            "AccessDenied", f"The connection {conn_id} is not for this server: its host must be that of ApiEndpoint."
        )
    extra = connection.extra_dejson
    headers, query, body = (dict(extra.get(name) or {}) for name in ("headers", "query_parameters", "body_parameters"))
    mask_secret([connection.password or "", *map(str, (*headers.values(), *query.values(), *body.values()))])
    return Additions(headers=headers | _authorization(connection, allow), query=query, body=body)


def _is_of(connection: Connection, url: httpx.URL) -> bool:
    host = str(connection.host)
    own = httpx.URL(host if "://" in host else f"//{host}")
    default = DEFAULT_PORTS.get(url.scheme)
    return (own.host, connection.port or own.port or default) == (url.host, url.port or default)


def _authorization(connection: Connection, allow: frozenset[str]) -> dict[str, str]:
    extra, login, password = connection.extra_dejson, connection.login or "", connection.password or ""
    if extra.get("token_url"):
        return {"Authorization": f"Bearer {_token(connection, allow)}"}
    if extra.get("api_key_name"):
        return {extra["api_key_name"]: password}
    return {"Authorization": _basic(login, password)} if login or password else {}


def _basic(login: str, password: str) -> str:
    coded = base64.b64encode(f"{login}:{password}".encode()).decode()
    mask_secret(coded)
    return f"Basic {coded}"


def _token(connection: Connection, allow: frozenset[str]) -> str:
    """Return an access token for the client that a connection names.

    The grant is that of RFC 6749, §4.4. The client authenticates as in §2.3.1.

    :raises ConnectionUnusable: when the server gives no token.
    """
    extra = connection.extra_dejson
    form = {"grant_type": "client_credentials", **(extra.get("token_parameters") or {})}
    client = _basic(quote_plus(connection.login or ""), quote_plus(connection.password or ""))
    headers = {
        "Authorization": client,
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    try:
        call = HttpRequest(
            method="POST", url=httpx.URL(extra["token_url"]), headers=headers, content=urlencode(form).encode()
        )
        token = str(json.loads(send(call, allow=allow, most=TOKEN_BYTES).body)["access_token"])
    except (
        SourceForbidden,
        SourceUnreachable,
        httpx.TransportError,
        httpx.InvalidURL,
        AnswerTooLarge,
        ValueError,
        LookupError,
        TypeError,
    ):
        # The server's answer may hold the client's secret.
        raise ConnectionUnusable(
            "InvalidConnectionState", f"The token_url of the connection {connection.conn_id} gives no access token."
        ) from None
    mask_secret(token)
    return token
