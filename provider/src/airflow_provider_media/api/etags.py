"""ETags of JSON answers: a client that polls an unchanged answer gets 304 without a body.

Most ETags are made from the finished answer. A route that knows the version of what its answer is made of can answer
304 before it makes the answer (``headers_of`` and ``is_known``).
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CACHE_CONTROL = "no-cache, private"
"""A browser may keep the answer, asks again each time, and no shared cache keeps it."""
VARY = "Authorization, Cookie"


class ETags:
    """Middleware that gives each JSON answer to a ``GET`` an ETag, and answers ``If-None-Match``.

    Answers that are streamed, are no JSON, must not be kept at all or have an ETag already pass unchanged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["method"] == "GET":
            send = _Tagging(send, Headers(scope=scope).get("if-none-match", ""))
        await self.app(scope, receive, send)


class _Tagging:
    """The sending side of one request."""

    def __init__(self, send: Send, known: str) -> None:
        self.send = send
        self.known = known
        """``If-None-Match`` of the request."""
        self.start: Message | None = None
        """Begin of an answer whose body has not come yet."""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_taggable(message):
            self.start = message
        elif self.start is None:
            await self.send(message)
        else:
            start, self.start = self.start, None
            if not message.get("more_body"):
                message = self._tagged(start, message)
            await self.send(start)
            await self.send(message)

    def _tagged(self, start: Message, message: Message) -> Message:
        """Add the headers to the begin of an answer, and return the body to send."""
        tag = _tag(message.get("body", b""))
        headers = MutableHeaders(scope=start)
        headers["ETag"] = tag
        headers.setdefault("Cache-Control", CACHE_CONTROL)
        headers.add_vary_header(VARY)
        if not _names(self.known, tag):
            return message
        start["status"] = 304
        for name in ("content-length", "content-type"):
            del headers[name]
        return {"type": "http.response.body", "body": b""}


def headers_of(version: str, request: Request) -> dict[str, str]:
    """Return the headers of an answer that is known by the version of what it is made of.

    :param version: text that no other answer to the same request has.
    """
    # The path and the query choose the answer, and the root path stands in its links.
    address = (request.scope.get("root_path", ""), request.scope["path"], request.scope["query_string"])
    return {"ETag": _tag(repr((version, address)).encode()), "Cache-Control": CACHE_CONTROL, "Vary": VARY}


def is_known(request: Request, headers: Mapping[str, str]) -> bool:
    """Return whether a request has the answer with these headers already, and 304 says so."""
    return _names(request.headers.get("if-none-match", ""), headers["ETag"])


def _tag(content: bytes) -> str:
    # Weak, because a server in front may compress the body.
    return f'W/"{blake2b(content, digest_size=16).hexdigest()}"'


def _is_taggable(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    is_json = headers.get("content-type", "").partition(";")[0] == "application/json"
    # Starlette knows the length of each answer that it does not stream, and tags files itself.
    is_whole = "content-length" in headers and "etag" not in headers
    return start["status"] == 200 and is_json and is_whole and "no-store" not in headers.get("cache-control", "")


def _names(known: str, tag: str) -> bool:
    """Return whether an ``If-None-Match`` names a tag, by the weak comparison of RFC 9110 §8.8.3.2."""
    opaque = tag.removeprefix("W/")
    return known.strip() == "*" or opaque in {each.strip().removeprefix("W/") for each in known.split(",")}
