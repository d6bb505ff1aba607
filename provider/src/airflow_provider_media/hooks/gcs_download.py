"""Download from Google Cloud Storage: watched, resumed, and verified by the checksum that the server keeps."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.https import LONGEST_PAUSE, FetchLimits
from airflow_provider_media.core.storage.protocol import ObjectInfo, Progress
from airflow_provider_media.core.storage.watch import TransferWatch

if TYPE_CHECKING:
    from requests import Session
    from tenacity import Retrying

CHUNK = 1024 * 1024
TIMEOUT = (10.0, 60.0)
"""Seconds for a connection, and for the next bytes of an answer."""
RETRIED = {408, 429, 500, 502, 503, 504}
"""Statuses after which a request is repeated: https://cloud.google.com/storage/docs/retry-strategy."""


def download(
    session: Session,
    url: str,
    path: Path,
    *,
    info: ObjectInfo,
    crc32c: str | None,
    limits: FetchLimits,
    progress: Progress | None,
    parameters: Mapping[str, str],
) -> None:
    """Download one object into a file; a broken connection is continued where it broke.

    :param url: address of the object's content.
    :param crc32c: checksum of the object in base64; not verified when absent.
    :param parameters: parameters of every request; they pin the version.
    :raises StorageError: when the content is not what its checksum says, or is slower than the limits allow.
    """
    with limits.watch() as watch, path.open("xb") as file:
        arrived = _ArrivedBytes(file, info, watch, progress)

        def attempt() -> None:
            if arrived.bytes < info.size:
                wanted = f"bytes={arrived.bytes}-" if arrived.bytes else ""
                with _response(session, url, parameters, wanted, watch) as response:
                    arrived.take(response.raw)

        try:
            _retrying(limits)(_judged(attempt, info.uri, watch))
        except _CutShort:
            raise StorageError(
                f"{info.uri} has {info.size} bytes, of which {arrived.bytes} arrived; try again."
            ) from None
    if crc32c and arrived.crc32c() != crc32c:
        raise StorageError(f"{info.uri} did not arrive as its checksum says; try again.")


def download_part(
    session: Session, url: str, start: int, length: int, *, uri: str, limits: FetchLimits, parameters: Mapping[str, str]
) -> bytes:
    """Return so many bytes of an object from a position on; fewer only at its end.

    :param url: address of the object's content.
    :param parameters: parameters of every request; they pin the version.
    :raises StorageError: when the part is slower than the limits allow.
    """
    content = bytearray()
    with limits.watch() as watch:

        def attempt() -> None:
            content.clear()
            with _response(session, url, parameters, f"bytes={start}-{start + length - 1}", watch) as response:
                while chunk := response.raw.read1(CHUNK, decode_content=False):
                    watch.received += len(chunk)
                    content.extend(chunk)

        _retrying(limits)(_judged(attempt, uri, watch))
    return bytes(content)


def _retrying(limits: FetchLimits) -> Retrying:
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

    return Retrying(
        retry=retry_if_exception(_may_help),
        stop=stop_after_attempt(limits.attempts),
        wait=wait_random_exponential(multiplier=limits.pause_seconds, max=LONGEST_PAUSE),
        reraise=True,
    )


class _ArrivedBytes:
    """What has arrived of an object.

    :param file: the file into which it goes.
    """

    def __init__(self, file: IO[bytes], info: ObjectInfo, watch: TransferWatch, progress: Progress | None) -> None:
        from google_crc32c import Checksum

        self.bytes = 0
        self._file, self._info, self._watch, self._progress = file, info, watch, progress
        self._digest = Checksum()

    def take(self, raw: Any) -> None:
        """Take an answer to its end."""
        # read1 returns what has arrived; read would wait for a whole chunk, and the watch would see nothing meanwhile.
        while chunk := raw.read1(CHUNK, decode_content=False):
            self._watch.received += len(chunk)
            self._file.write(chunk)
            self._digest.update(chunk)
            self.bytes += len(chunk)
            if self.bytes > self._info.size:
                raise StorageError(f"{self._info.uri} brings more than its {self._info.size} bytes; try again.")
            if self._progress:
                self._progress(self.bytes)
        if self.bytes < self._info.size:
            raise _CutShort

    def crc32c(self) -> str:
        """Return the checksum in base64."""
        return base64.b64encode(self._digest.digest()).decode()


def _judged(attempt: Callable[[], None], uri: str, watch: TransferWatch) -> Callable[[], None]:
    """Return the attempt with the watch's verdict as its error: whoever reads a connection that was cut cannot know
    why.
    """

    def judged() -> None:
        try:
            attempt()
        except Exception:
            if not watch.verdict:
                raise
        if watch.verdict:
            raise StorageError(f"{uri} {watch.verdict}.")

    return judged


def _response(session: Session, url: str, parameters: Mapping[str, str], wanted: str, watch: TransferWatch) -> Any:
    """Return the answer with the whole object, or with the wanted range of it."""
    from google.api_core.exceptions import from_http_response

    # The stored bytes, whatever their Content-Encoding: size and checksum are those of the stored bytes.
    headers = {"Accept-Encoding": "gzip", **({"Range": wanted} if wanted else {})}
    response = session.get(url, params=dict(parameters), headers=headers, stream=True, timeout=TIMEOUT)
    watch.add(response.raw)
    if response.status_code != (206 if wanted else 200):
        with response:
            raise from_http_response(response)
    return response


class _CutShort(Exception):
    """An answer that ended before the object did."""


def _may_help(error: BaseException) -> bool:
    """Return whether another attempt may succeed."""
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    return isinstance(error, (RequestException, HTTPError, _CutShort)) or getattr(error, "code", 0) in RETRIED
