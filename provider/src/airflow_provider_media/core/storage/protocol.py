"""The Storage protocol that every stage reads and writes through."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

Progress = Callable[[int], None]
"""Called with the bytes transferred so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """One stored object."""

    uri: str
    size: int
    """Bytes."""
    version: str
    """What changes whenever the content does: an S3 version id or ETag, or size and mtime of a file."""
    modified: float = 0.0
    """Seconds since the epoch."""


Check = Callable[[ObjectInfo], None]
"""Called with the facts of an object before any of it is read; what it raises ends the download."""


class Storage(Protocol):
    """Objects under URIs of one scheme; an object is either wholly there or not there at all.

    Every method raises an error of ``core.errors``: ``ObjectNotFound``, ``StorageForbidden``, ``UploadFailed``, ``AlreadyExists``
    or ``StorageError``.
    """

    def head(self, uri: str) -> ObjectInfo:
        """Facts of one object; ``ObjectNotFound`` where there is none."""

    def list(self, uri: str) -> Iterator[ObjectInfo]:
        """Objects whose URI begins with this one, in key order."""

    def read(self, uri: str, *, limit: int = 64 * 1024 * 1024) -> bytes:
        """A small object whole; ``StorageError`` where it is over ``limit`` bytes."""

    def download(self, uri: str, path: Path, *, progress: Progress | None = None, check: Check | None = None) -> ObjectInfo:
        """Fetch one object into a new file, whole or not at all."""

    def upload(self, path: Path, uri: str, *, sha256: str, media_type: str, metadata: Mapping[str, str] | None = None) -> ObjectInfo:
        """Store a file under a checksum that the storage verifies; multipart where it is large."""

    def write(self, uri: str, content: bytes, *, media_type: str, if_absent: bool = False) -> ObjectInfo:
        """Store a small object; with ``if_absent``, ``AlreadyExists`` where there is one already."""

    def copy(self, source: str, target: str, *, media_type: str) -> ObjectInfo:
        """Copy within this storage, on the server's side."""

    def delete(self, uri: str) -> None:
        """Remove one object; nothing happens where there is none."""


Storages = Callable[[str], Storage]
"""Finds the storage that serves a URI; raises ``ConfigurationError`` for a scheme that none serves."""
