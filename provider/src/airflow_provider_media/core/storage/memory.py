"""Objects in this process's memory, for tests and experiments."""

from __future__ import annotations

import hashlib
import itertools
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from airflow_provider_media.core.storage.errors import (
    AlreadyExists,
    ObjectNotFound,
    StorageError,
    UploadFailed,
    changed,
)
from airflow_provider_media.core.storage.protocol import Check, ObjectInfo, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """One object in memory."""

    content: bytes
    media_type: str
    version: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    modified: float = field(default_factory=time.time)


class MemoryStorage:
    """A storage whose objects are one dictionary; URIs of any scheme are its keys.

    Subclasses inject faults: every write goes through ``put``, and every read of content goes through ``get``.
    """

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}
        self._lock = threading.Lock()
        self._versions = itertools.count(1)

    def get(self, uri: str) -> StoredObject:
        """Return the object of a URI; raise ``ObjectNotFound`` if there is none."""
        try:
            return self.objects[uri]
        except KeyError:
            raise ObjectNotFound(f"There is no object {uri}.") from None

    def put(
        self,
        uri: str,
        content: bytes,
        *,
        media_type: str,
        metadata: Mapping[str, str] | None = None,
        if_absent: bool = False,
    ) -> ObjectInfo:
        """Store an object atomically."""
        with self._lock:
            if if_absent and uri in self.objects:
                raise AlreadyExists(f"There is an object {uri} already.")
            version = str(next(self._versions))
            self.objects[uri] = StoredObject(
                content=content, media_type=media_type, version=version, metadata=dict(metadata or {})
            )
        return self.head(uri)

    def head(self, uri: str) -> ObjectInfo:
        """Return the facts of one object."""
        stored = self.get(uri)
        return ObjectInfo(uri=uri, size=len(stored.content), version=stored.version, modified=stored.modified)

    def list(self, uri: str) -> Iterator[ObjectInfo]:
        """Return the objects whose URI begins with this one, in key order."""
        return map(self.head, sorted(key for key in tuple(self.objects) if key.startswith(uri)))

    def read(self, uri: str, *, limit: int = 64 * 1024 * 1024) -> bytes:
        """Return the whole content of a small object."""
        content = self.get(uri).content
        if len(content) > limit:
            raise StorageError(f"{uri} has {len(content)} bytes; at most {limit} are read at once.")
        return content

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        """Return a part of an object, if the object has this version."""
        stored = self.get(uri)
        if stored.version != version:
            raise changed(uri)
        return stored.content[start : start + length]

    def download(
        self, uri: str, path: Path, *, progress: Progress | None = None, check: Check | None = None
    ) -> ObjectInfo:
        """Write one object into a new file."""
        if check:
            check(self.head(uri))
        path.write_bytes(self.get(uri).content)
        info = self.head(uri)
        if progress:
            progress(info.size)
        return info

    def upload(
        self, path: Path, uri: str, *, sha256: str, media_type: str, metadata: Mapping[str, str] | None = None
    ) -> ObjectInfo:
        """Store a file."""
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise UploadFailed(f"{path.name} is not what its checksum says; it was not stored at {uri}.")
        return self.put(uri, content, media_type=media_type, metadata=metadata)

    def write(self, uri: str, content: bytes, *, media_type: str, if_absent: bool = False) -> ObjectInfo:
        """Store a small object."""
        return self.put(uri, content, media_type=media_type, if_absent=if_absent)

    def copy(self, source: str, target: str, *, media_type: str) -> ObjectInfo:
        """Copy one object."""
        stored = self.get(source)
        return self.put(target, stored.content, media_type=media_type, metadata=stored.metadata)

    def delete(self, uri: str) -> None:
        """Remove one object."""
        with self._lock:
            self.objects.pop(uri, None)
