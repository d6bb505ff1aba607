"""Choice of a URI's storage by its scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from airflow_provider_media.core.media.schemes import ConnectionField, Scheme
from airflow_provider_media.core.media.uri import parse, scheme_of
from airflow_provider_media.core.storage.https import DEFAULT_LIMITS, FetchLimits
from airflow_provider_media.core.storage.protocol import Storage, Storages


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSettings:
    """Settings with which the opener of a scheme opens its storages."""

    limits: FetchLimits = DEFAULT_LIMITS
    """Limits on fetching one source."""
    https_allow: frozenset[str] = frozenset()
    """``host:port`` pairs from which sources may be fetched although they are private or plain ``http``."""
    unseal: Callable[[str], str] = str
    """Returns the real URL of a source on the web, for a URL that jobs hold without its secrets."""
    folders: tuple[Path, ...] | None = None
    """Folders in which files may lie; None for all files that this process may access."""
    connection: str = ""
    """Id of the Airflow connection; empty for the credentials of the environment."""
    options: Mapping[str, Any] | None = None
    """Extra of the connection if it is of type ``media``; None for any other."""

    def connection_of(self, field: ConnectionField) -> str:
        """Return the id of the connection with a scheme's credentials; empty for those of the environment."""
        if self.options is None:
            return self.connection
        return self.options.get(field.name) or field.default


def storages(settings: StorageSettings | None = None) -> Storages:
    """Return a function that finds the storage of a URI.

    A scheme is opened by its first URI, so that a job needs only credentials and libraries that it uses.
    """

    @cache
    def opened(scheme: Scheme) -> Storages:
        return opener_of(scheme)(settings or StorageSettings())

    def find(uri: str) -> Storage:
        return opened(scheme_of(parse(uri).scheme))(uri)

    return find


def opener_of(scheme: Scheme) -> Callable[[StorageSettings], Storages]:
    """Return the function that opens the storages of a scheme."""
    opener: Callable[[StorageSettings], Storages] = resolve_name(scheme.opener)
    return opener
