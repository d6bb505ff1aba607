"""Rows that other distributions add to tables of this package, found by their entry points."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, TypeVar

from airflow_provider_media.core.errors import ConfigurationError


class Named(Protocol):
    """A row of a table."""

    @property
    def name(self) -> str:
        """The row's name, which no other row of the table has."""
        ...


R = TypeVar("R", bound=Named)


def rows_by_name(own: Iterable[R], others: Iterable[EntryPoint], row_class: type[R]) -> dict[str, R]:
    """Return the rows of a table by name: those of this package, then those that entry points name.

    :raises ConfigurationError: when a row cannot be loaded, is of another class, or has the name of another row.
    """
    rows = {row.name: row for row in own}
    for point in others:
        row = loaded_row(point, row_class)
        if rows.setdefault(row.name, row) is not row:
            raise ConfigurationError(
                f"{origin(point)} adds the name {row.name!r}, which exists already; give it another name than"
                f" {', '.join(rows)}."
            )
    return rows


def added_points(group: str) -> list[EntryPoint]:
    """Return the entry points of a group, in the order of their names."""
    return sorted(entry_points(group=group), key=lambda point: (point.name, point.value))


def loaded_row(point: EntryPoint, row_class: type[R]) -> R:
    """Return the row that an entry point names.

    :raises ConfigurationError: when the row cannot be loaded, or is of another class.
    """
    try:
        row = point.load()
    except Exception as error:  # whatever the code of another distribution raises
        raise ConfigurationError(
            f"{origin(point)} cannot be loaded: {type(error).__name__}: {error}; correct or uninstall it."
        ) from error
    if not isinstance(row, row_class):
        named = f"must name a {row_class.__name__} but names a {type(row).__name__}"
        raise ConfigurationError(f"{origin(point)} {named}; correct or uninstall it.")
    return row


def origin(point: EntryPoint) -> str:
    """Return an entry point in words, with the distribution that has it."""
    distribution = point.dist.name if point.dist else "an unnamed distribution"
    return f"The entry point {point.name} = {point.value} ({point.group}) of {distribution}"
