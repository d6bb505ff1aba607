"""Download of sources from the web: guarded, limited, and resumed if the server supports it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.accepted import larger_limit
from airflow_provider_media.core.media.errors import SourceTooLarge, SourceUnreachable
from airflow_provider_media.core.media.schemes import output_examples
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.errors import StorageError, StorageFull
from airflow_provider_media.core.storage.guard import Resolver, resolve
from airflow_provider_media.core.storage.local import FULL
from airflow_provider_media.core.storage.protocol import Check, ObjectInfo, Progress
from airflow_provider_media.core.storage.ranges import CONTENT_RANGE, RequestedPart, fetch_part
from airflow_provider_media.core.storage.response import open_response
from airflow_provider_media.core.storage.watch import TransferWatch

if TYPE_CHECKING:
    import httpx
    from tenacity import Retrying

LONGEST_PAUSE = 20.0
FINGERPRINT = 64 * 1024
"""Bytes at the start of a source that identify its content if the server sends no version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Limits on fetching one source."""

    source_bytes: int = 200 * 1024**3
    fetch_seconds: float = 4 * 3600.0
    """Wall-clock seconds, including all attempts and pauses."""
    fetch_bytes_per_second: float = 16 * 1024
    """Slowest allowed rate of a source."""
    rate_seconds: float = 30.0
    """Seconds over which the rate is measured."""
    attempts: int = 4
    """Most attempts while the server is busy or the connection breaks."""
    pause_seconds: float = 1.0
    """Pause after the first failed attempt; it doubles with each attempt, and random jitter shortens it."""

    def watch(self) -> TransferWatch:
        """Return a watch that ends a transfer over these limits."""
        return TransferWatch(
            seconds=self.fetch_seconds, bytes_per_second=self.fetch_bytes_per_second, window=self.rate_seconds
        )


DEFAULT_LIMITS = FetchLimits()


def fetch(
    url: str,
    path: Path,
    *,
    limits: FetchLimits = DEFAULT_LIMITS,
    allow: frozenset[str] = frozenset(),
    resolver: Resolver = resolve,
    progress: Progress | None = None,
    check: Check | None = None,
) -> ObjectInfo:
    """Fetch a source into a new file, whole or not at all.

    No cookies, credentials or proxies of the environment are used. Errors contain nothing that the server sent.

    :param allow: ``host:port`` pairs that may be private or plain ``http``.
    :param check: called with the facts of the source before its body is read; an exception from it ends the fetch.
    :raises SourceForbidden: when the URL, or a redirect target, may not be fetched, or the server refuses.
    :raises SourceNotFound: when the server knows no such source.
    :raises SourceTooLarge: when the source is, or grows, over the limit.
    :raises SourceUnreachable: when the source did not arrive in time, or not after all attempts.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with limits.watch() as watch:
            transfer = _Transfer(url=url, part=part, limits=limits, watch=watch, progress=progress, check=check)
            info = _retrying(limits, watch)(transfer.attempt, allow, resolver)
        part.replace(path)
        return info
    except OSError as error:
        failure = StorageFull if error.errno in FULL else StorageError
        raise failure(f"{redact(url)} could not be written to this worker's disk: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _retrying(limits: FetchLimits, watch: TransferWatch) -> Retrying:
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, SourceUnreachable) and not watch.verdict),
        stop=stop_after_attempt(limits.attempts),
        wait=wait_random_exponential(multiplier=limits.pause_seconds, max=LONGEST_PAUSE),
        reraise=True,
    )


@dataclass(slots=True, kw_only=True)
class _Transfer:
    """Transfer of one source into a file, over one or more attempts."""

    url: str
    part: Path
    limits: FetchLimits
    watch: TransferWatch
    progress: Progress | None
    check: Check | None
    etag: str = ""
    """Strong ETag of the content in the part; without one, the transfer cannot be resumed (RFC 9110 §13.1.5)."""
    total: int = -1
    """Bytes of the whole source; -1 if the server has not sent the size."""

    def attempt(self, allow: frozenset[str], resolver: Resolver) -> ObjectInfo:
        """Fetch the missing bytes."""
        offset = self.part.stat().st_size if self.etag and self.part.exists() else 0
        asked = {"Range": f"bytes={offset}-", "If-Range": self.etag} if offset else {}
        with open_response(self.url, allow=allow, resolver=resolver, watch=self.watch, headers=asked) as response:
            if response.status_code == 200:
                return self._begin(response)
            total = self._total_of_part(response.headers, offset)
            info = self._receive(response, offset) if offset else self._begin(response)
            if info.size != total:
                self.etag = ""
                raise SourceUnreachable(f"{redact(self.url)} has {total} bytes, of which {info.size} arrived.")
            return info

    def _begin(self, response: httpx.Response) -> ObjectInfo:
        self.part.write_bytes(b"")  # the part may hold bytes of another content
        self.etag, self.total = _strong_etag(response.headers), _announced(response.headers)
        return self._receive(response, 0)

    def _receive(self, response: httpx.Response, offset: int) -> ObjectInfo:
        self._check_size(offset + _announced(response.headers))
        size, chunks = offset, self._chunks(response)
        start = b"" if offset else _start(chunks)
        info = _info(self.url, response.headers, _announced(response.headers), start)
        if self.check and not offset:
            self.check(info)
        with self.part.open("ab") as sink:
            for chunk in itertools.chain([start], chunks):
                size += len(chunk)
                self._check_size(size)
                sink.write(chunk)
                if self.progress:
                    self.progress(size)
        return replace(info, size=size)

    def _chunks(self, response: httpx.Response) -> Iterator[bytes]:
        for chunk in response.iter_raw():
            self.watch.received += len(chunk)
            yield chunk

    def _total_of_part(self, headers: Mapping[str, str], offset: int) -> int:
        """Return the bytes of the whole source, of which the response is the rest.

        :raises SourceUnreachable: when the response is no part, another part, or a part of another content; the next
            attempt starts from the beginning.
        """
        given = CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
        first, last, total = map(int, given.groups()) if given else (-1, -1, -1)
        is_same = not offset or (_strong_etag(headers) == self.etag and self.total in {-1, total})
        if is_same and first == offset and last + 1 == total:
            return total
        self.etag = ""
        raise SourceUnreachable(f"{redact(self.url)} was answered with another part than was asked for.")

    def _check_size(self, size: int) -> None:
        if size > self.limits.source_bytes:
            raise SourceTooLarge(
                f"{redact(self.url)} is larger than the {self.limits.source_bytes} bytes that are allowed: name a"
                f" smaller file, or {larger_limit('source_bytes')}."
            )


def _start(chunks: Iterator[bytes]) -> bytes:
    """Return the first bytes of a body: enough for a fingerprint, or the whole body if it is shorter."""
    start = b""
    while len(start) < FINGERPRINT and (chunk := next(chunks, b"")):
        start += chunk
    return start


def _info(url: str, headers: Mapping[str, str], size: int, start: bytes) -> ObjectInfo:
    modified = headers.get("last-modified", "")
    facts = (
        headers.get("etag", ""),
        modified,
        headers.get("content-length", ""),
        hashlib.sha256(start[:FINGERPRINT]).hexdigest(),
    )
    # Without a strong ETag, the server's other facts and the first bytes must identify the content.
    version = _strong_etag(headers) or " ".join(filter(None, facts))
    return ObjectInfo(uri=redact(url), size=size, version=version, modified=_seconds(modified))


def _strong_etag(headers: Mapping[str, str]) -> str:
    tag = headers.get("etag", "")
    return "" if tag.startswith("W/") else tag


def _announced(headers: Mapping[str, str]) -> int:
    """Return the bytes of a body; -1 if the server does not send the length."""
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else -1


def _seconds(date: str) -> float:
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpsStorage:
    """Sources on the web as a read-only storage."""

    allow: frozenset[str] = frozenset()
    limits: FetchLimits = DEFAULT_LIMITS
    resolver: Resolver = resolve
    unseal: Callable[[str], str] = str
    """Returns the real URL for a URL that a job holds without its secrets."""

    def head(self, uri: str) -> ObjectInfo:
        """Return the facts of a source from a GET whose start alone is read: presigned URLs are signed for GET only.

        The size is -1 if the server does not send it.
        """
        with self.limits.watch() as watch:
            return _retrying(self.limits, watch)(self._ask, self.unseal(uri), watch)

    def _ask(self, uri: str, watch: TransferWatch) -> ObjectInfo:
        with open_response(uri, allow=self.allow, resolver=self.resolver, watch=watch, headers={}) as response:
            return _info(uri, response.headers, _announced(response.headers), _start(response.iter_raw()))

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        """Return so many bytes of a source from a position on.

        :raises StorageError: when the server does not answer with this part of this version.
        """
        part = RequestedPart(start=start, length=length, version=version)
        with self.limits.watch() as watch:
            return fetch_part(self.unseal(uri), part, watch=watch, allow=self.allow, resolver=self.resolver)

    def download(
        self, uri: str, path: Path, *, progress: Progress | None = None, check: Check | None = None
    ) -> ObjectInfo:
        """Fetch a source into a new file; ``check`` may get a size of -1."""
        return fetch(
            self.unseal(uri),
            path,
            limits=self.limits,
            allow=self.allow,
            resolver=self.resolver,
            progress=progress,
            check=check,
        )

    def list(self, uri: str) -> Iterator[ObjectInfo]:
        """Raise: the web cannot be listed."""
        return _read_only(uri)

    def read(self, uri: str, *, limit: int = 64 * 1024 * 1024) -> bytes:
        """Raise: sources can only be downloaded."""
        return _read_only(uri)

    def upload(
        self, path: Path, uri: str, *, sha256: str, media_type: str, metadata: Mapping[str, str] | None = None
    ) -> ObjectInfo:
        """Raise: the web is read-only."""
        return _read_only(uri)

    def write(self, uri: str, content: bytes, *, media_type: str, if_absent: bool = False) -> ObjectInfo:
        """Raise: the web is read-only."""
        return _read_only(uri)

    def copy(self, source: str, target: str, *, media_type: str) -> ObjectInfo:
        """Raise: the web is read-only."""
        return _read_only(source)

    def delete(self, uri: str) -> None:
        """Raise: the web is read-only."""
        _read_only(uri)


def _read_only(uri: str) -> NoReturn:
    raise ConfigurationError(
        f"{redact(uri)} is on the web, where sources can only be fetched; use {output_examples()}."
    )
