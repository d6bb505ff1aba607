"""Fetches sources from the web: guarded, limited and resumed where the server can."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urljoin

from airflow_provider_media.core.errors import (
    ConfigurationError,
    MediaError,
    SourceError,
    SourceForbidden,
    SourceNotFound,
    SourceTooLarge,
    SourceUnreachable,
    StorageError,
)
from airflow_provider_media.core.media.accepted import larger_limit
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.base import ObjectInfo, Progress
from airflow_provider_media.core.storage.guard import Admitted, Resolver, admit, resolve
from airflow_provider_media.core.storage.watch import Watch

if TYPE_CHECKING:
    import httpx
    from tenacity import Retrying

REDIRECTS = 3
CONNECT_SECONDS = 10.0
LONGEST_PAUSE = 20.0
FINGERPRINT = 64 * 1024
"""Bytes at the start of a source that stand for its version where the server names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What fetching one source may take."""

    source_bytes: int = 200 * 1024**3
    fetch_seconds: float = 4 * 3600.0
    """Wall seconds, all attempts and pauses included."""
    fetch_bytes_per_second: float = 16 * 1024
    """Slowest rate at which a source may arrive."""
    rate_seconds: float = 30.0
    """Seconds over which the rate is measured."""
    attempts: int = 4
    """Attempts while the server is busy or the connection breaks."""
    pause_seconds: float = 1.0
    """Pause after the first failed attempt; it doubles with each, and chance shortens it."""


DEFAULT_LIMITS = FetchLimits()


def fetch(
    url: str,
    path: Path,
    *,
    limits: FetchLimits = DEFAULT_LIMITS,
    allow: frozenset[str] = frozenset(),
    resolver: Resolver = resolve,
    progress: Progress | None = None,
) -> ObjectInfo:
    """Fetch a source into a new file, whole or not at all.

    Neither cookies, credentials nor proxies of the environment are used; errors tell nothing of what the server sent.

    :param allow: ``host:port`` that may be private or plain ``http``.
    :raises SourceForbidden: when the URL, or one that it redirects to, may not be fetched, or the server refuses.
    :raises SourceNotFound: when the server knows no such source.
    :raises SourceTooLarge: when it is, or grows, over the limit.
    :raises SourceUnreachable: when it did not arrive in time, or not after all attempts.
    """
    part = path.with_name(f"{path.name}.part")
    watch = Watch(seconds=limits.fetch_seconds, bytes_per_second=limits.fetch_bytes_per_second, window=limits.rate_seconds)
    transfer = _Transfer(url=url, part=part, limits=limits, watch=watch, progress=progress)
    try:
        with watch:
            info = _retrying(limits, watch)(transfer.attempt, allow, resolver)
        part.replace(path)
        return info
    except OSError as error:
        raise StorageError(f"{redact(url)} could not be written to this worker's disk: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _retrying(limits: FetchLimits, watch: Watch) -> Retrying:
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, SourceUnreachable) and not watch.verdict),
        stop=stop_after_attempt(limits.attempts),
        wait=wait_random_exponential(multiplier=limits.pause_seconds, max=LONGEST_PAUSE),
        reraise=True,
    )


@dataclass(slots=True, kw_only=True)
class _Transfer:
    """One source on its way into a file, over as many attempts as it takes."""

    url: str
    part: Path
    limits: FetchLimits
    watch: Watch
    progress: Progress | None
    etag: str = ""
    """Strong ETag of what the part holds; without one it cannot be resumed (RFC 9110 §13.1.5)."""

    def attempt(self, allow: frozenset[str], resolver: Resolver) -> ObjectInfo:
        """Fetch what is still missing."""
        offset = self.part.stat().st_size if self.etag and self.part.exists() else 0
        headers = {"Range": f"bytes={offset}-", "If-Range": self.etag} if offset else {}
        with _opened(self.url, allow=allow, resolver=resolver, watch=self.watch, headers=headers) as response:
            tag = response.headers.get("etag", "")
            self.etag = "" if tag.startswith("W/") else tag
            resumed = response.headers.get("content-range", "").startswith(f"bytes {offset}-")
            if response.status_code == 206 and not resumed:
                self.etag = ""
                raise SourceUnreachable(f"{redact(self.url)} was answered with another part than was asked for.")
            size = self._receive(response, offset if response.status_code == 206 else 0)
        with self.part.open("rb") as stream:
            return _info(self.url, response.headers, size, stream.read(FINGERPRINT))

    def _receive(self, response: httpx.Response, offset: int) -> int:
        size = offset
        self._check(size + _length(response.headers, 0))
        with self.part.open("ab" if offset else "wb") as sink:
            for chunk in response.iter_raw():
                size += len(chunk)
                self._check(size)
                sink.write(chunk)
                self.watch.received += len(chunk)
                if self.progress:
                    self.progress(size)
        return size

    def _check(self, size: int) -> None:
        if size > self.limits.source_bytes:
            raise SourceTooLarge(
                f"{redact(self.url)} is larger than the {self.limits.source_bytes} bytes that are allowed: name a smaller file, or"
                f" {larger_limit('source_bytes')}."
            )


@contextmanager
def _opened(url: str, *, allow: frozenset[str], resolver: Resolver, watch: Watch, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
    """The answer to a URL after its redirects, each of which is checked like the first.

    The transport is used without a client around it: no cookies, no redirects of its own, and no log line with the signed URL.
    """
    import httpx

    target = url
    with _errors(url, watch), httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0)) as transport:
        for _ in range(REDIRECTS + 1):
            response = _send(transport, admit(target, allow=allow, resolver=resolver), watch, headers)
            try:
                if not response.has_redirect_location:
                    _check_status(url, response.status_code)
                    yield response
                    return
                target = urljoin(target, response.headers["location"])
            finally:
                response.close()
        raise SourceForbidden(f"{redact(url)} redirects more than {REDIRECTS} times.")


def _send(transport: httpx.HTTPTransport, admitted: Admitted, watch: Watch, headers: Mapping[str, str]) -> httpx.Response:
    """Send the request to the first of the checked addresses that accepts a connection."""
    import httpx

    *others, last = admitted.addresses
    for address in others:
        try:
            return transport.handle_request(_request(admitted, address, watch, headers))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return transport.handle_request(_request(admitted, last, watch, headers))


def _request(admitted: Admitted, address: str, watch: Watch, headers: Mapping[str, str]) -> httpx.Request:
    request = admitted.pinned(address)
    request.headers.update(headers)
    # The watch ends slow reads; these are for what comes before and for a server that falls silent.
    timeout = {"connect": CONNECT_SECONDS, "write": CONNECT_SECONDS, "pool": CONNECT_SECONDS, "read": watch.window}
    request.extensions = {**request.extensions, "timeout": timeout, "trace": watch.trace}
    return request


@contextmanager
def _errors(url: str, watch: Watch) -> Iterator[None]:
    import httpx

    try:
        yield
    except (httpx.TransportError, httpx.StreamError):
        # The library's words may hold addresses of this network; they stay out of what the submitter reads.
        reason = watch.verdict or "could not be fetched: the connection failed or broke"
        raise SourceUnreachable(f"{redact(url)} {reason}.") from None


def _check_status(url: str, status: int) -> None:
    error: MediaError | None = None
    match status:
        case 200 | 206:
            return
        case 401 | 403:
            error = SourceForbidden(f"The server refuses {redact(url)} ({status}); a presigned URL may have expired.")
        case 404 | 410:
            error = SourceNotFound(f"The server knows no {redact(url)} ({status}).")
        case 408 | 425 | 429 | 500 | 502 | 503 | 504:
            error = SourceUnreachable(f"The server of {redact(url)} is busy or broken ({status}); try again later.")
    raise error or SourceError(f"The server of {redact(url)} answered with status {status} instead of the source.")


def _info(url: str, headers: Mapping[str, str], size: int, start: bytes) -> ObjectInfo:
    modified = headers.get("last-modified", "")
    length = headers.get("content-length", "")
    # Of a server that names no version, the first bytes have to tell one content from another.
    version = headers.get("etag") or f"{modified or hashlib.sha256(start).hexdigest()} {length}".strip()
    return ObjectInfo(uri=redact(url), size=size, version=version, modified=_seconds(modified))


def _length(headers: Mapping[str, str], otherwise: int) -> int:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else otherwise


def _seconds(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpsStorage:
    """Sources on the web as a storage that can only be read."""

    allow: frozenset[str] = frozenset()
    limits: FetchLimits = DEFAULT_LIMITS
    resolver: Resolver = resolve

    def head(self, uri: str) -> ObjectInfo:
        """Facts of a source, by a GET of which only the start is read: presigned URLs are signed for GET alone.

        The size is -1 where the server does not tell it.
        """
        window = self.limits.rate_seconds
        with (
            Watch(seconds=window, bytes_per_second=0, window=window) as watch,
            _opened(uri, allow=self.allow, resolver=self.resolver, watch=watch, headers={}) as response,
        ):
            start = b""
            chunks = response.iter_raw()
            while len(start) < FINGERPRINT and (chunk := next(chunks, b"")):
                start += chunk
            return _info(uri, response.headers, _length(response.headers, -1), start[:FINGERPRINT])

    def download(self, uri: str, path: Path, *, progress: Progress | None = None) -> ObjectInfo:
        """Fetch a source into a new file."""
        return fetch(uri, path, limits=self.limits, allow=self.allow, resolver=self.resolver, progress=progress)

    def list(self, uri: str) -> Iterator[ObjectInfo]:
        """Not possible on the web."""
        return _read_only(uri)

    def read(self, uri: str, *, limit: int = 64 * 1024 * 1024) -> bytes:
        """Not offered: sources are downloaded."""
        return _read_only(uri)

    def upload(self, path: Path, uri: str, *, sha256: str, media_type: str, metadata: Mapping[str, str] | None = None) -> ObjectInfo:
        """Not possible on the web."""
        return _read_only(uri)

    def write(self, uri: str, content: bytes, *, media_type: str, if_absent: bool = False) -> ObjectInfo:
        """Not possible on the web."""
        return _read_only(uri)

    def copy(self, source: str, target: str, *, media_type: str) -> ObjectInfo:
        """Not possible on the web."""
        return _read_only(source)

    def delete(self, uri: str) -> None:
        """Not possible on the web."""
        _read_only(uri)


def _read_only(uri: str) -> NoReturn:
    raise ConfigurationError(f"{redact(uri)} is on the web, where sources can only be fetched; use an s3:// or file:// location.")
