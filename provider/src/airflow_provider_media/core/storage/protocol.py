"""Storage protocol, through which every stage reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

Progress = Callable[[int], None]
"""Called with the bytes transferred so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """One stored object."""

    uri: str
    size: int
    """Bytes."""
    version: str
    """Changes whenever the content changes: an S3 version id or ETag, or size, mtime and inode of a file."""
    modified: float = 0.0
    """Seconds since the epoch."""


Check = Callable[[ObjectInfo], None]
"""Called with the facts of an object before its content is read; an exception from it ends the download."""


class Storage(Protocol):
    """Objects under URIs of one scheme; an object is either completely stored or absent.

    Every method raises an error of ``core.storage.errors``: ``ObjectNotFound``, ``StorageForbidden``, ``UploadFailed``,
    ``AlreadyExists`` or ``StorageError``.
    """

    def head(self, uri: str) -> ObjectInfo:
        """Return the facts of one object; raise ``ObjectNotFound`` if there is none."""

    def list(self, uri: str) -> Iterator[ObjectInfo]:
        """Return the objects whose URI begins with this one, in key order."""

    def read(self, uri: str, *, limit: int = 64 * 1024 * 1024) -> bytes:
        """Return the whole content of a small object; raise ``StorageError`` if it is over ``limit`` bytes."""

    def download(
        self, uri: str, path: Path, *, progress: Progress | None = None, check: Check | None = None
    ) -> ObjectInfo:
        """Fetch one object into a new file, whole or not at all."""

    def upload(
        self, path: Path, uri: str, *, sha256: str, media_type: str, metadata: Mapping[str, str] | None = None
    ) -> ObjectInfo:
        """Store a file with a checksum that the storage verifies; large files are uploaded in parts."""

    def write(self, uri: str, content: bytes, *, media_type: str, if_absent: bool = False) -> ObjectInfo:
        """Store a small object; with ``if_absent``, raise ``AlreadyExists`` if the object exists."""

    def copy(self, source: str, target: str, *, media_type: str) -> ObjectInfo:
        """Copy within this storage, on the server's side."""

    def delete(self, uri: str) -> None:
        """Remove one object; do nothing if there is none."""


@runtime_checkable
class SignedUrls(Protocol):
    """A storage that makes URLs for people without credentials."""

    def upload_url(self, uri: str, *, seconds: int) -> str:
        """Return a URL that takes one object by HTTP PUT from anybody who knows it, for so many seconds."""

    def download_url(self, uri: str, *, seconds: int) -> str:
        """Return a URL that gives one object to anybody who knows it, for so many seconds."""


@runtime_checkable
class MarkedStorage(Protocol):
    """A storage that marks what it uploads, so that outputs among uploads are told from sources."""

    def made_here(self, uri: str) -> bool:
        """Return whether an object is the output of a job rather than somebody's upload."""


@runtime_checkable
class RangedStorage(Protocol):
    """A storage that reads a part of an object, so that the parts of one version can be put together."""

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        """Return so many bytes of an object from a position on; fewer only at its end.

        :param version: version of the object, as ``head`` returns it.
        :raises StorageError: when the object has another version.
        """


Storages = Callable[[str], Storage]
"""Returns the storage of a URI; raises ``ConfigurationError`` for a scheme without a storage."""
