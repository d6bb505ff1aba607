"""Response to a GET of a source: from a checked address, after redirects, complete or an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.media.errors import SourceError, SourceForbidden, SourceNotFound, SourceUnreachable
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.errors import changed
from airflow_provider_media.core.storage.guard import Admitted, Resolver, admit
from airflow_provider_media.core.storage.tls import strict_context
from airflow_provider_media.core.storage.watch import TransferWatch

if TYPE_CHECKING:
    import httpx

REDIRECTS = 3
CONNECT_SECONDS = 10.0
CODINGS = {"gzip", "x-gzip", "deflate", "compress", "x-compress", "br", "zstd"}
"""Content codings that change the bytes of a source: https://www.iana.org/assignments/http-parameters."""


@contextmanager
def open_response(
    url: str, *, allow: frozenset[str], resolver: Resolver, watch: TransferWatch, headers: Mapping[str, str]
) -> Iterator[httpx.Response]:
    """Yield the response to a URL after its redirects; each redirect target is checked like the URL.

    If the block ends without an error, the bytes of ``iter_raw`` are complete: by their length, by the last chunk, or
    because the server closed the connection of a body without either. They are never complete because the watch closed
    it.

    The transport is used without a client, so there are no cookies, no automatic redirects, and no log line with the
    signed URL.

    :raises SourceForbidden: when the URL, or a redirect target, may not be fetched, or the server refuses.
    :raises SourceNotFound: when the server knows no such source.
    :raises SourceUnreachable: when the connection fails or breaks, the server is busy, or the watch ended the transfer.
    :raises SourceError: when the server responds with something else than the source.
    :raises StorageError: when the source has not the version that the headers ask for.
    """
    import httpx

    target = url
    limits = httpx.Limits(max_keepalive_connections=0)
    with _broken_as_unreachable(url, watch), httpx.HTTPTransport(verify=strict_context(), limits=limits) as transport:
        for _ in range(REDIRECTS + 1):
            response = _send(transport, admit(target, allow=allow, resolver=resolver), watch, headers)
            try:
                if not response.has_redirect_location:
                    _check_status(url, response.status_code, is_part="Range" in headers)
                    _check_coding(url, response.headers)
                    yield response
                    return
                target = urljoin(target, response.headers["location"])
            finally:
                response.close()
        raise SourceForbidden(f"{redact(url)} redirects more than {REDIRECTS} times.")


def _send(
    transport: httpx.HTTPTransport, admitted: Admitted, watch: TransferWatch, headers: Mapping[str, str]
) -> httpx.Response:
    """Send the request to the first of the checked addresses that accepts a connection."""
    import httpx

    *others, last = admitted.addresses
    for address in others:
        try:
            return transport.handle_request(_request(admitted, address, watch, headers))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return transport.handle_request(_request(admitted, last, watch, headers))


def _request(admitted: Admitted, address: str, watch: TransferWatch, headers: Mapping[str, str]) -> httpx.Request:
    request = admitted.pinned(address)
    request.headers.update(headers)
    # The watch ends slow reads. These timeouts cover connection and request, and a server that falls silent.
    timeout = {"connect": CONNECT_SECONDS, "write": CONNECT_SECONDS, "pool": CONNECT_SECONDS, "read": watch.window}
    request.extensions = {**request.extensions, "timeout": timeout, "trace": watch.trace}
    return request


@contextmanager
def _broken_as_unreachable(url: str, watch: TransferWatch) -> Iterator[None]:
    import httpx

    try:
        yield
    except (httpx.TransportError, httpx.StreamError):
        # The library's message may hold addresses of this network, which the submitter must not see.
        reason = watch.verdict or "could not be fetched: the connection failed or broke"
        raise SourceUnreachable(f"{redact(url)} {reason}.") from None
    if watch.verdict:
        # The watch has closed the connection, and the library takes this end for one made by the server.
        raise SourceUnreachable(f"{redact(url)} {watch.verdict}.")


def _check_status(url: str, status: int, *, is_part: bool) -> None:
    error: MediaError | None = None
    match status:
        case 200 | 206:
            return
        case 412 if is_part:  # If-Match was asked
            error = changed(url)
        case 416 if is_part:
            return  # only the requested part is missing; the caller may fetch the whole source
        case 401 | 403:
            error = SourceForbidden(f"The server refuses {redact(url)} ({status}); a presigned URL may have expired.")
        case 404 | 410:
            error = SourceNotFound(f"The server knows no {redact(url)} ({status}).")
        case 408 | 425 | 429 | 500 | 502 | 503 | 504:
            error = SourceUnreachable(f"The server of {redact(url)} is busy or broken ({status}); try again later.")
    raise error or SourceError(f"The server of {redact(url)} answered with status {status} instead of the source.")


def _check_coding(url: str, headers: Mapping[str, str]) -> None:
    codings = [each.strip().lower() for each in headers.get("content-encoding", "").split(",")]
    if found := next((each for each in codings if each in CODINGS), None):
        raise SourceError(
            f"The server sends {redact(url)} coded as {found}, although it was asked for the source as it is;"
            " serve it without Content-Encoding."
        )
