"""Table of dialects of the state language. Parsing, validation, statuses and the reference page derive from it."""

from __future__ import annotations

from functools import cache
from typing import Any

from airflow_provider_media.core.entry_points import added_points, rows_by_name
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.statelang.dialects.dialect import Dialect
from airflow_provider_media.core.statelang.dialects.tcsl import TCSL

__all__ = ["ASL", "DIALECTS", "Dialect", "all_dialects", "dialect_of", "find_dialect"]

ENTRY_POINT_GROUP = "airflow_provider_media.dialects"
ASL = Dialect(name="asl", title="Amazon States Language")
"""The language itself, in which a definition is written that reveals no other dialect."""
DIALECTS = (ASL, TCSL)
"""The dialects of this package."""


@cache
def all_dialects() -> tuple[Dialect, ...]:
    """Return all dialects: those of this package, then those that installed distributions add.

    :raises ConfigurationError: when an added dialect cannot be loaded, or has the name of another one.
    """
    return tuple(rows_by_name(DIALECTS, added_points(ENTRY_POINT_GROUP), Dialect).values())


def find_dialect(name: str) -> Dialect:
    """Return the dialect of a name.

    :raises ConfigurationError: when there is none.
    """
    for dialect in all_dialects():
        if dialect.name == name:
            return dialect
    names = ", ".join(dialect.name for dialect in all_dialects())
    raise ConfigurationError(f"There is no dialect {name!r} of the state language; there are {names}.")


def dialect_of(definition: Any) -> Dialect:
    """Return the dialect of a definition: the first one that its resources or spellings reveal, else ``asl``."""
    return next((dialect for dialect in all_dialects() if dialect.is_language_of(definition)), ASL)
