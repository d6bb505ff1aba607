"""The configured definition store, and its mirror on this machine."""

from __future__ import annotations

import hashlib
import logging
import time
from functools import lru_cache
from pathlib import Path

from airflow_provider_media.core.definitions.definition import DefinitionKind
from airflow_provider_media.core.definitions.errors import DefinitionsUnavailable
from airflow_provider_media.core.definitions.mirror import DefinitionMirror
from airflow_provider_media.core.definitions.store import DefinitionStore
from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.workflows.parse_cache import private_directory
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.catalogue import FRESH_SECONDS

log = logging.getLogger(__name__)

KEPT_SECONDS = 60.0
"""Seconds after which a server reads the store's connection again."""


def definition_store() -> DefinitionStore:
    """Return the configured store.

    :raises DefinitionsUnavailable: when none is configured.
    :raises ConfigurationError: when the location has no storage.
    """
    location = settings.definitions()
    if not location:
        raise DefinitionsUnavailable
    return _open(location, settings.definitions_connection(), int(time.monotonic() // KEPT_SECONDS))


@lru_cache(maxsize=2)
def _open(location: str, connection: str, _minute: int) -> DefinitionStore:
    if parse(location).scheme == "file":
        # The option itself allows the folder, which need not be among those of sources and outputs.
        return DefinitionStore(LocalStorage(), location)
    from airflow_provider_media.hooks.media import MediaHook

    return DefinitionStore(MediaHook(connection).storage(location), location)


def definition_mirror() -> DefinitionMirror:
    """Return the mirror of the configured store.

    :raises DefinitionsUnavailable: when no store is configured.
    :raises ConfigurationError: when no other user may be kept from writing to its folder.
    """
    store = definition_store()
    folder = mirror_folder(store.location)
    if private_directory(settings.cache_directory()) is None or private_directory(folder) is None:
        raise ConfigurationError(
            f"{settings.cache_directory()} is no directory of this user alone (mode 0700), so stored definitions cannot"
            " be kept there; set [media] cache_directory to another one"
        )
    return DefinitionMirror(store, folder)


def mirror_folder(location: str) -> Path:
    """Return the folder of a location's mirror."""
    return settings.cache_directory() / f"definitions-{hashlib.sha256(location.encode()).hexdigest()[:16]}"


def stored_files(kind: DefinitionKind, *, name: str | None = None, max_age: float) -> tuple[Path, ...]:
    """Return the files of the published definitions; none without a store, and the last known ones while it fails.

    :param name: only this definition; all of the kind when absent.
    :param max_age: seconds for which an earlier look at the store is good enough.
    """
    if not settings.definitions():
        return ()
    try:
        mirror = definition_mirror()
        if problem := mirror.refresh(kind, name=name, max_age=max_age):
            log.warning("The definition store %s cannot be read; what was read before counts: %s", kind, problem)
        return mirror.published(kind, name)
    except Exception:
        # Files of include/ must be usable whatever happens to the store.
        log.exception("Stored definitions are left out.")
        return ()


def store_problems(kind: DefinitionKind, *, max_age: float = FRESH_SECONDS) -> list[str]:
    """Return why stored definitions are missing: the store cannot be read, or objects hold no definition.

    :param max_age: seconds for which an earlier look at the store is good enough.
    """
    if not settings.definitions():
        return []
    try:
        mirror = definition_mirror()
        problem = mirror.refresh(kind, max_age=max_age)
        return [*([f"[media] definitions: {problem}"] if problem else []), *mirror.problems(kind)]
    except MediaError as error:
        return [f"[media] definitions: {error.message}"]


def is_stored(path: Path) -> bool:
    """Return whether a file is the mirror's copy of a stored definition."""
    location = settings.definitions()
    return bool(location) and path.is_relative_to(mirror_folder(location))
