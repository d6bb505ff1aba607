"""Definition store: versions as objects that are created once and never change.

The current version is the one with the greatest number. A save names the version that it began from and creates the
next number only if it is absent, so that of two people one wins and the other hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache

from airflow_provider_media.core.definitions.definition import (
    Definition,
    DefinitionKind,
    DefinitionStatus,
    DefinitionText,
    VersionObject,
    read_definition,
    version_key,
    version_object,
    write_definition,
)
from airflow_provider_media.core.definitions.errors import DefinitionChanged, DefinitionUnknown
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.errors import AlreadyExists, ObjectNotFound
from airflow_provider_media.core.storage.protocol import Storage

SHOWN_VERSIONS = 100
"""Most versions in a history, the newest ones."""
READERS = 8
"""Objects that are read at once."""
MEDIA_TYPE = "application/json"


class DefinitionStore:
    """The definitions below one location.

    :param location: URI of a folder.
    :param clock: returns the time of a save.
    """

    def __init__(
        self, storage: Storage, location: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.location = location if location.endswith("/") else f"{location}/"
        self._storage = storage
        self._clock = clock
        # Versions never change, so what has been read once needs no second request.
        self._read = lru_cache(maxsize=1024)(self._read_now)

    def latest(self, kind: DefinitionKind, name: str | None = None) -> Mapping[str, VersionObject]:
        """Return the object of the current version of each definition, by name, with one listing.

        :param name: only this definition; all of the kind when absent.
        """
        newest: dict[str, VersionObject] = {}
        for found in self._versions(kind, name):
            if found.name not in newest or newest[found.name].version < found.version:
                newest[found.name] = found
        return newest

    def content(self, found: VersionObject) -> bytes:
        """Return the content of a version's object, as it is stored.

        :raises ObjectNotFound: when it was deleted meanwhile.
        """
        return self._storage.read(found.uri)

    def current(self, kind: DefinitionKind, name: str) -> Definition:
        """Return the current version of a definition.

        :raises DefinitionUnknown: when there is none.
        :raises ConfigurationError: when its object holds no definition.
        """
        found = self.latest(kind, name).get(name)
        if found is None:
            raise DefinitionUnknown(f"There is no {_thing(kind)} {name!r} in the definition store.")
        return self._read(found)

    def version(self, kind: DefinitionKind, name: str, version: int) -> Definition:
        """Return one version of a definition.

        :raises DefinitionUnknown: when there is no such version.
        """
        uri = self.location + version_key(kind, name, version)
        try:
            head = self._storage.head(uri)
        except ObjectNotFound:
            raise DefinitionUnknown(f"There is no version {version} of the {_thing(kind)} {name!r}.") from None
        return self._read(VersionObject(uri=uri, kind=kind, name=name, version=version, tag=head.version))

    def history(self, kind: DefinitionKind, name: str) -> list[Definition]:
        """Return the newest versions of a definition, newest first, at most ``SHOWN_VERSIONS``.

        :raises DefinitionUnknown: when there is none.
        """
        found = sorted(self._versions(kind, name), key=lambda one: one.version, reverse=True)
        if not found:
            raise DefinitionUnknown(f"There is no {_thing(kind)} {name!r} in the definition store.")
        with ThreadPoolExecutor(READERS) as pool:
            return list(pool.map(self._read, found[:SHOWN_VERSIONS]))

    def put(
        self,
        kind: DefinitionKind,
        name: str,
        content: DefinitionText,
        *,
        status: DefinitionStatus,
        base: int | None,
        saved_by: str,
        comment: str = "",
    ) -> Definition:
        """Save a definition as its next version.

        :param base: number of the version that the change began from; None for a new definition.
        :raises DefinitionChanged: when the current version is another one, or somebody else saves at this moment.
        """
        found = self.latest(kind, name).get(name)
        current = found.version if found else 0
        if current != (base or 0):
            raise self._changed(kind, name, base)
        definition = Definition(
            kind=kind,
            name=name,
            version=current + 1,
            status=status,
            saved_by=saved_by,
            saved_at=self._clock(),
            comment=comment,
            hash=content.hash,
            text=content.text,
            settings=content.settings,
        )
        uri = self.location + version_key(kind, name, definition.version)
        try:
            self._storage.write(uri, write_definition(definition), media_type=MEDIA_TYPE, if_absent=True)
        except AlreadyExists:
            raise self._changed(kind, name, base) from None
        return definition

    def _versions(self, kind: DefinitionKind, name: str | None) -> Iterator[VersionObject]:
        place = f"{self.location}{kind}/" if name is None else f"{self.location}{kind}/{name}/versions/"
        for info in self._storage.list(place):
            found = version_object(info.uri, info.version)
            if found is not None and found.kind == kind and name in {None, found.name} and self._is_own(found):
                yield found

    def _is_own(self, found: VersionObject) -> bool:
        """Return whether an object has the very key of its version: a copy in a folder below is no version."""
        return parse(found.uri).key == parse(self.location).key + version_key(found.kind, found.name, found.version)

    def _read_now(self, found: VersionObject) -> Definition:
        return read_definition(self.content(found), found)

    def _changed(self, kind: DefinitionKind, name: str, base: int | None) -> DefinitionChanged:
        found = self.latest(kind, name).get(name)
        if found is None:
            return DefinitionChanged(
                f"The {_thing(kind)} {name!r} has no version {base}: the store has none. Save it as a new one."
            )
        current = self._read(found)
        return DefinitionChanged(
            f"{current.saved_by} saved version {current.version} of the {_thing(kind)} {name!r} at"
            f" {current.saved_at:%Y-%m-%d %H:%M:%S %Z}, and this change began from"
            f" {f'version {base}' if base else 'no version'}. Read the current version and carry your change over.",
            version=current.version,
            saved_by=current.saved_by,
            saved_at=current.saved_at.isoformat(),
        )


def _thing(kind: DefinitionKind) -> str:
    return "workflow" if kind == "workflows" else "state machine"
