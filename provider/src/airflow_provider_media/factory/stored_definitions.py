"""Copies of stored definitions among the files, and what is wrong with the definition store.

Each task parses its DAG file, so nothing of the store is imported without one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_media.core.diagnostics import Diagnostic
from airflow_provider_media.hooks import settings

if TYPE_CHECKING:
    from airflow_provider_media.core.definitions.definition import DefinitionKind


def is_stored(path: Path) -> bool:
    """Return whether a file is the copy of a stored definition."""
    if not settings.definitions():
        return False
    from airflow_provider_media.hooks import definitions

    return definitions.is_stored(path)


def stored_problems(kind: DefinitionKind, folder: Path | None, *, max_age: float) -> list[str]:
    """Return why stored definitions are missing; nothing without a store.

    :param folder: another folder than the configured one, beside which there is no store.
    :param max_age: seconds for which an earlier look at the store is good enough.
    """
    if folder is not None or not settings.definitions():
        return []
    from airflow_provider_media.hooks.definitions import store_problems

    return store_problems(kind, max_age=max_age)


def readable(one: Diagnostic) -> str:
    """Return a diagnostic as people read it: the copy of a stored definition stands for the definition."""
    if not one.mark.file or not is_stored(Path(one.mark.file)):
        return str(one)
    from airflow_provider_media.hooks.definitions import mirror_folder

    place = f"{mirror_folder(settings.definitions())}/"
    return str(one).replace(place, "stored ").replace("/published/", "/", 1)
