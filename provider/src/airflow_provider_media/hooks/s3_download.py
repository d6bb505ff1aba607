"""Download from S3 by boto3; its connections are watched like those of any other source."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.https import FetchLimits
from airflow_provider_media.core.storage.protocol import ObjectInfo, Progress
from airflow_provider_media.core.storage.watch import TransferWatch

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig


def download(
    client: Any,
    place: Mapping[str, str],
    path: Path,
    *,
    info: ObjectInfo,
    config: TransferConfig,
    limits: FetchLimits,
    progress: Progress | None,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """Download one object into a file, and return the number of bytes that have arrived.

    :param info: facts of the object.
    :param parameters: parameters of every request, besides the place.
    :raises StorageError: when the download takes longer, or is slower, than the limits allow.
    """
    with _watch(limits, config) as watch, _connections_watched(client, info, watch):
        try:
            arrived = _Arrived(info, watch, progress)
            client.download_file(
                place["Bucket"],
                place["Key"],
                str(path),
                ExtraArgs=dict(parameters or {}),
                Callback=arrived,
                Config=config,
            )
        except MediaError:
            raise
        except Exception:
            # When the watch has ended a connection, boto3's own error helps nobody.
            if not watch.verdict:
                raise
        if watch.verdict:
            raise StorageError(f"{info.uri} {watch.verdict}.")
        return arrived.bytes


def _watch(limits: FetchLimits, config: TransferConfig) -> TransferWatch:
    rate = limits.fetch_bytes_per_second
    # boto3 reports bytes in whole chunks. Each of its threads may hold a chunk that is not complete yet.
    held = 2 * config.io_chunksize * config.max_request_concurrency
    window = max(limits.rate_seconds, held / rate) if rate else limits.rate_seconds
    return TransferWatch(seconds=limits.fetch_seconds, bytes_per_second=rate, window=window)


@contextmanager
def _connections_watched(client: Any, info: ObjectInfo, watch: TransferWatch) -> Iterator[None]:
    """Add every connection that fetches a part of the object to the watch; boto3 opens them in threads of its own."""
    events, name = client.meta.events, f"media-watch-{id(watch)}"

    def opened(http_response: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        if parsed.get("ETag", "").strip('"') == info.version:
            watch.add(http_response.raw)

    events.register("after-call.s3.GetObject", opened, unique_id=name)
    try:
        yield
    finally:
        events.unregister("after-call.s3.GetObject", unique_id=name)


class _Arrived:
    """A callback for boto3.

    boto3 reports the bytes of each chunk from several threads, and subtracts them before a retry.
    """

    def __init__(self, info: ObjectInfo, watch: TransferWatch, progress: Progress | None) -> None:
        self.bytes = 0
        self._info, self._watch, self._progress = info, watch, progress
        self._lock = threading.Lock()

    def __call__(self, count: int) -> None:
        with self._lock:
            self.bytes += count
            self._watch.received += max(0, count)
            if self.bytes > self._info.size:
                raise StorageError(f"{self._info.uri} brings more than its {self._info.size} bytes; try again.")
            if self._progress:
                self._progress(self.bytes)
