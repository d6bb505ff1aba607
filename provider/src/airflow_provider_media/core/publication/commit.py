"""Commit protocol: several attempts may write, one wins, and every attempt reads the winner's result.

A job uploads all its files first, each with its checksum. One conditional write of a small document then commits them.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import TypeVar

from airflow_provider_media.core.jobs.places import RECORD_BYTES
from airflow_provider_media.core.storage.errors import AlreadyExists, ObjectNotFound, StorageError
from airflow_provider_media.core.storage.protocol import ObjectInfo, Storage

T = TypeVar("T")
R = TypeVar("R")

WORKERS = 8
"""Concurrent transfers: enough to hide the latency of a ladder's small segments; fewer than boto3's connections."""
BATCH = 1000
"""Items queued for the threads at once. A film has tens of thousands of segments, and each queued item takes memory."""
CHUNK = 1024 * 1024

MEDIA_TYPES = {
    "aac": "audio/aac",
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m3u8": "application/vnd.apple.mpegurl",  # RFC 8216 §4
    "m4a": "audio/mp4",
    "m4s": "video/iso.segment",  # ISO/IEC 23009-1 annex C
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpd": "application/dash+xml",  # ISO/IEC 23009-1 annex C
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "png": "image/png",
    "ts": "video/mp2t",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",  # https://www.w3.org/TR/webvtt1/#iana-text-vtt
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
}
"""Media types by file extension; entries without a comment are from https://www.iana.org/assignments/media-types."""


def media_type_of(name: str) -> str:
    """Return the media type of a file name; ``application/octet-stream`` for an unknown extension."""
    return MEDIA_TYPES.get(PurePosixPath(name).suffix.lstrip(".").lower(), "application/octet-stream")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; the file is read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def commit_if_absent(
    storage: Storage, uri: str, content: bytes, *, media_type: str = "application/json"
) -> tuple[bytes, bool]:
    """Write a document unless one exists; return the stored document, and whether the stored document is this one.

    If the answer to the write is lost, the stored document decides: equal bytes mean that the write succeeded.

    :raises StorageError: when the write failed and nothing is stored.
    """
    try:
        storage.write(uri, content, media_type=media_type, if_absent=True)
    except AlreadyExists:
        return storage.read(uri, limit=RECORD_BYTES), False
    except StorageError as error:
        stored = _stored(storage, uri)
        if stored is None:
            raise error from None
        return stored, stored == content
    return content, True


def _stored(storage: Storage, uri: str) -> bytes | None:
    try:
        return storage.read(uri, limit=RECORD_BYTES)
    except ObjectNotFound:
        return None


def upload_all(
    storage: Storage, files: Iterable[tuple[Path, str, str]], *, workers: int = WORKERS
) -> tuple[ObjectInfo, ...]:
    """Upload files concurrently, each with its checksum and the media type of its URI; the first failure stops all.

    :param files: path, URI and SHA-256 of each file; the URIs must differ.
    :param workers: number of concurrent uploads.
    :raises StorageError: of the first file that failed; other files may be stored.
    """

    def upload(file: tuple[Path, str, str]) -> ObjectInfo:
        path, uri, sha256 = file
        return storage.upload(path, uri, sha256=sha256, media_type=media_type_of(uri))

    return together(upload, files, workers=workers)


def together(act: Callable[[T], R], items: Iterable[T], *, workers: int = WORKERS) -> tuple[R, ...]:
    """Return the results of an action on each item, in order; after the first failure no other item is started."""
    failed = threading.Event()

    def begin(item: T) -> tuple[R, ...]:
        if failed.is_set():
            return ()
        try:
            return (act(item),)
        except BaseException:
            failed.set()
            raise

    waiting, results = iter(items), list[R]()
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="storage") as pool:
        while batch := tuple(islice(waiting, BATCH)):
            results.extend(chain.from_iterable(pool.map(begin, batch)))
    return tuple(results)
