"""Openers of the schemes that need no cloud: files of this machine, and the web."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.https import HttpsStorage
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.protocol import Storage, Storages
from airflow_provider_media.core.storage.registry import StorageSettings


def open_files(settings: StorageSettings) -> Storages:
    """Return a function that finds the storage of a file, if the file may be accessed."""
    storage = LocalStorage()

    def find(uri: str) -> Storage:
        if settings.folders is not None:
            _check_folder(uri, settings.folders)
        return storage

    return find


def open_web(settings: StorageSettings) -> Storages:
    """Return a function that finds the storage of a source on the web."""
    storage = HttpsStorage(allow=settings.https_allow, limits=settings.limits, unseal=settings.unseal)
    return lambda _: storage


def _check_folder(uri: str, folders: tuple[Path, ...]) -> None:
    path = Path(parse(uri).path).resolve()
    if not any(path.is_relative_to(folder) for folder in folders):
        allowed = f"only below {', '.join(map(str, folders))}" if folders else "nowhere yet"
        raise ConfigurationError(
            f"{uri}: files are allowed {allowed}; add its folder to the option [media] local_folders"
        )
