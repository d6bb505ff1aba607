"""The commit protocol: many may try, one wins, and everybody reads the winner's result.

Everything a job makes is uploaded first, under checksums; one conditional write of a small document then makes it count.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import TypeVar

from airflow_provider_media.core.errors import AlreadyExists, ObjectNotFound, StorageError
from airflow_provider_media.core.job.places import RECORD_BYTES
from airflow_provider_media.core.storage.protocol import ObjectInfo, Storage

T = TypeVar("T")
R = TypeVar("R")

WORKERS = 8
"""Objects on their way at once: enough to hide the latency of a ladder's many small segments, and fewer than boto3 keeps connections."""
BATCH = 1000
"""Items that wait for a thread at once: a film has tens of thousands of segments, and each that waits takes memory."""
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
"""Media types by extension; without a note, those of https://www.iana.org/assignments/media-types."""


def media_type_of(name: str) -> str:
    """The media type that a file's name stands for; ``application/octet-stream`` where nobody knows."""
    return MEDIA_TYPES.get(PurePosixPath(name).suffix.lstrip(".").lower(), "application/octet-stream")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in small pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def commit_if_absent(storage: Storage, uri: str, content: bytes, *, media_type: str = "application/json") -> tuple[bytes, bool]:
    """Write a document unless there is one already, and return the one that counts and whether it is this one.

    Where the answer to the write is lost, what is stored decides: equal bytes mean that the write has arrived.

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


def upload_all(storage: Storage, files: Iterable[tuple[Path, str, str]], *, workers: int = WORKERS) -> tuple[ObjectInfo, ...]:
    """Upload files side by side, each under its checksum and the media type of its URI; the first failure ends all.

    :param files: path, URI and SHA-256 of each; no two URIs may be the same.
    :param workers: files on their way at once.
    :raises StorageError: of the first file that failed; others may be stored.
    """

    def upload(file: tuple[Path, str, str]) -> ObjectInfo:
        path, uri, sha256 = file
        return storage.upload(path, uri, sha256=sha256, media_type=media_type_of(uri))

    return together(upload, files, workers=workers)


def together(act: Callable[[T], R], items: Iterable[T], *, workers: int = WORKERS) -> tuple[R, ...]:
    """Results of an action on each item, in their order; after the first failure nothing more is begun."""
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
