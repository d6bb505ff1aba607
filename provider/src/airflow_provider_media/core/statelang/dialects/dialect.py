"""Dialect: everything in which a dialect of the state language differs from the Amazon States Language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One row of the table of dialects. The defaults are those of the Amazon States Language."""

    name: str
    """The name by which callers choose the dialect, such as ``asl``."""
    title: str
    """The dialect's name for people."""
    resource_prefixes: tuple[str, ...] = ()
    """Prefixes of resources. A definition with such a resource is written in this dialect."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Fields of states that the dialect names differently: the language's name by the dialect's.

    They reveal the dialect too.
    """
    more_fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fields that a type of state has besides those of the language.

    Another type of state must have a field of that name.
    """
    operators: frozenset[str] | None = None
    """The documented choice operators; others are accepted with a warning. ``None``: all operators."""
    errors: frozenset[str] = frozenset()
    """Names of predefined errors besides those of the language, each with its prefix ``States.``."""
    max_concurrency: int = 0
    """Default concurrency limit of a Map; 0 for no limit."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """The dialect's words for the statuses of an execution, where they differ."""

    def is_language_of(self, definition: Any) -> bool:
        """Return whether a definition has a resource or a spelling that only this dialect has."""
        if not self.resource_prefixes and not self.spellings:
            return False
        if isinstance(definition, Mapping):
            return self._is_own(definition) or any(self.is_language_of(item) for item in definition.values())
        return isinstance(definition, list) and any(self.is_language_of(item) for item in definition)

    def _is_own(self, fields: Mapping[str, Any]) -> bool:
        resource = fields.get("Resource")
        if isinstance(resource, str) and resource.startswith(self.resource_prefixes):
            return True
        return not self.spellings.keys().isdisjoint(fields)

    def with_standard_names(self, state: Mapping[str, Any]) -> dict[str, Any]:
        """Return a state's fields under the names of the Amazon States Language."""
        return {self.spellings.get(key, key): value for key, value in state.items()}

    def display_status(self, status: str) -> str:
        """Return an execution's status in the dialect's words."""
        return self.statuses.get(status, status)
