"""Mirror: the current definitions as files of this machine, refreshed with one listing.

Only objects that the mirror does not have are read. Published definitions are files like those of ``include/``, so that
everything that reads files, and the parse cache, need to know nothing of the store.

Layout, for each kind: ``current/<name>@<version>-<tag>-<status>.json`` is the object as it is stored, ``published/``
has ``<name>.yaml`` or ``<name>.json``, and ``refreshed`` has the error of the last refresh, or nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_media.core.definitions.definition import (
    Definition,
    DefinitionKind,
    VersionObject,
    read_definition,
)
from airflow_provider_media.core.definitions.store import DefinitionStore
from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.storage.errors import ObjectNotFound

UNREADABLE = "unreadable"
"""Status, in a file's name, of an object that holds no definition."""
COPY = re.compile(r"(?P<name>[A-Za-z0-9_-]+)@(?P<version>\d+)-(?P<tag>[0-9a-f]+)-(?P<status>[a-z]+)\.json")
SUFFIX = {"workflows": "yaml", "state-machines": "json"}


@dataclass(frozen=True, slots=True)
class MirroredCopy:
    """The copy of a current version on this machine."""

    path: Path
    name: str
    version: int
    tag: str
    status: str


class DefinitionMirror:
    """The current definitions of a store in a folder that several processes share.

    :param folder: folder for this store alone; only its owner may write to it.
    """

    def __init__(self, store: DefinitionStore, folder: Path) -> None:
        self.store = store
        self.folder = folder

    def refresh(self, kind: DefinitionKind, *, name: str | None = None, max_age: float = 0.0) -> str:
        """Bring the mirror up to date; when the store does not answer, leave it as it is.

        :param name: only this definition; all of the kind when absent.
        :param max_age: seconds for which an earlier refresh of the kind, or its failure, is good enough.
        :returns: why the store could not be read; empty when it could.
        """
        with self._locked(kind):
            if max_age and self._age(kind) < max_age:
                return self._last_error(kind)
            error = ""
            try:
                self._update(kind, name)
            except MediaError as failed:
                error = failed.message
            if name is None:
                _write(self._place(kind) / "refreshed", error.encode())
            return error

    def published(self, kind: DefinitionKind, name: str | None = None) -> tuple[Path, ...]:
        """Return the files of the published definitions as the last refresh left them, in order of their names."""
        return tuple(sorted(self._place(kind).glob(f"published/{name or '*'}.{SUFFIX[kind]}")))

    def current(self, kind: DefinitionKind) -> list[Definition]:
        """Return the current version of each definition as the last refresh left it, in order of their names."""
        found = (self._definition(kind, copy) for copy in self._copies(kind))
        return sorted((one for one in found if isinstance(one, Definition)), key=lambda one: one.name)

    def problems(self, kind: DefinitionKind) -> list[str]:
        """Return what is wrong with objects that hold no definition."""
        broken = (copy for copy in self._copies(kind) if copy.status == UNREADABLE)
        return [str(self._definition(kind, copy)) for copy in broken]

    def _update(self, kind: DefinitionKind, name: str | None) -> None:
        listed = self.store.latest(kind, name)
        known = {copy.name: copy for copy in self._copies(kind) if name in {None, copy.name}}
        for each, found in listed.items():
            before = known.get(each)
            if before is None or (before.version, before.tag) != (found.version, _tag(found)):
                with suppress(ObjectNotFound):  # deleted since the listing
                    self._fetch(found)
                    if before is not None:
                        before.path.unlink(missing_ok=True)
        for each in known.keys() - listed.keys():
            known[each].path.unlink(missing_ok=True)
        self._publish(kind, name)

    def _fetch(self, found: VersionObject) -> None:
        content = self.store.content(found)
        try:
            status: str = read_definition(content, found).status
        except ConfigurationError:
            status = UNREADABLE
        copy = f"{found.name}@{found.version}-{_tag(found)}-{status}.json"
        _write(self._place(found.kind) / "current" / copy, content)

    def _publish(self, kind: DefinitionKind, name: str | None) -> None:
        """Make the files of published definitions what their copies say."""
        folder = self._place(kind) / "published"
        wanted = {copy.name: copy for copy in self._copies(kind) if copy.status == "published"}
        for copy in wanted.values():
            path = folder / f"{copy.name}.{SUFFIX[kind]}"
            definition = None if _is_as_new(path, copy.path) else self._definition(kind, copy)
            if isinstance(definition, Definition):
                self._write_files(path, definition)
                os.utime(copy.path, (definition.saved_at.timestamp(),) * 2)
        for path in (*folder.glob("*.yaml"), *folder.glob("*.json")):
            if path.stem not in wanted and name in {None, path.stem}:
                path.unlink(missing_ok=True)

    def _write_files(self, path: Path, definition: Definition) -> None:
        moment = definition.saved_at.timestamp()
        settings = path.with_suffix(".yaml")
        if definition.settings.strip():
            _write(settings, definition.settings.encode(), moment)
        elif definition.kind == "state-machines":
            settings.unlink(missing_ok=True)
        _write(path, definition.text.encode(), moment)

    def _definition(self, kind: DefinitionKind, copy: MirroredCopy) -> Definition | ConfigurationError:
        found = VersionObject(
            uri=f"{self.store.location}{kind}/{copy.name}/versions/{copy.version:06d}.json",
            kind=kind,
            name=copy.name,
            version=copy.version,
            tag=copy.tag,
        )
        try:
            return read_definition(copy.path.read_bytes(), found)
        except ConfigurationError as error:
            return error
        except OSError as error:
            return ConfigurationError(f"{copy.path} cannot be read: {error.strerror}")

    def _copies(self, kind: DefinitionKind) -> Iterable[MirroredCopy]:
        for path in sorted(self._place(kind).glob("current/*.json")):
            if found := COPY.fullmatch(path.name):
                yield MirroredCopy(path, found["name"], int(found["version"]), found["tag"], found["status"])

    def _place(self, kind: DefinitionKind) -> Path:
        return self.folder / kind

    def _age(self, kind: DefinitionKind) -> float:
        try:
            return abs(time.time() - (self._place(kind) / "refreshed").stat().st_mtime)
        except OSError:
            return float("inf")

    def _last_error(self, kind: DefinitionKind) -> str:
        return (self._place(kind) / "refreshed").read_text()

    @contextmanager
    def _locked(self, kind: DefinitionKind) -> Iterator[None]:
        """Keep other processes from refreshing at the same time: an older listing must not undo a newer one."""
        for part in ("current", "published"):
            (self._place(kind) / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._place(kind) / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _tag(found: VersionObject) -> str:
    return hashlib.sha256(found.tag.encode()).hexdigest()[:12]


def _is_as_new(path: Path, copy: Path) -> bool:
    """Return whether a published file was made of this copy: both then have the time of the save."""
    try:
        return path.stat().st_mtime_ns == copy.stat().st_mtime_ns
    except OSError:
        return False


def _write(path: Path, content: bytes, moment: float | None = None) -> None:
    """Replace a file atomically.

    :param moment: modification time, in seconds since the epoch; now when absent.
    """
    part = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        part.write_bytes(content)
        if moment is not None:
            os.utime(part, (moment, moment))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
