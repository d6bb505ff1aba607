"""Paths that read values, with the service's semantics.

A definite path (names and indices) returns a value; a missing value is an error. An indefinite path (wildcard, slice,
filter, ``..``) returns an array. The array is empty when nothing is found, even when a parent is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from airflow_provider_media.core.statelang.expressions.paths.scanner import PathUnreadable, Scanner
from airflow_provider_media.core.statelang.expressions.paths.steps import Child, Index, PathStep
from airflow_provider_media.core.statelang.jsontext import Json

__all__ = ["Path", "PathMissing", "PathUnreadable", "compile_path"]


MOST_VALUES = 262_144
"""Most values that one step may lead to; a payload has no room for more."""


class PathMissing(LookupError):
    """A path gives no result; for a definite path the message says where the path ended, in Jayway's words."""


@dataclass(frozen=True, slots=True)
class Path:
    """A JSONPath, ready to be evaluated.

    :param text: the path as written.
    :param steps: the steps after ``$``.
    :param definite: whether the path leads to at most one value.
    """

    text: str
    steps: tuple[PathStep, ...]
    definite: bool

    @property
    def is_reference(self) -> bool:
        """Whether the path is a Reference Path: names and indices only."""
        return all(isinstance(step, (Child, Index)) for step in self.steps)

    def find(self, root: Json) -> Json:
        """Return the value or the array of values that the path leads to.

        :raises PathMissing: when a definite path leads nowhere, a filter cannot be evaluated, or a step leads to more
            than ``MOST_VALUES`` values.
        """
        if self.definite:
            return self._value(root)
        values = [root]
        for step in self.steps:
            try:
                values = _all_matches(step, values)
            except PathMissing:
                raise
            except Exception as error:
                raise PathMissing(f"the filter cannot be evaluated: {error}") from error
        return values

    def _value(self, root: Json) -> Json:
        value = root
        for number, step in enumerate(self.steps):
            found = next(step.matches(value), self)
            if found is self:
                raise PathMissing(self._where(value, number))
            value = found
        return value

    def _where(self, value: Json, number: int) -> str:
        reached = "$" + "".join(str(step) for step in self.steps[: number + 1])
        if number + 1 == len(self.steps) and isinstance(value, (dict, list)):
            return f"No results for path: {reached}"
        if isinstance(value, dict):
            return f"Missing property in path {reached}"
        return "No results for path: $" + "".join(str(step) for step in self.steps)


def _all_matches(step: PathStep, values: list[Json]) -> list[Json]:
    """Return the values that a step leads to; each further ``..`` may multiply their number by the data's depth."""
    found: list[Json] = []
    for value in values:
        found += islice(step.matches(value), MOST_VALUES + 1 - len(found))
        if len(found) > MOST_VALUES:
            raise PathMissing(f"a step leads to more than {MOST_VALUES} values")
    return found


@lru_cache(maxsize=4096)
def compile_path(text: str) -> Path:
    """Parse a path that starts with ``$``.

    :raises PathUnreadable: when the text is not a path.
    """
    steps = Scanner(text).steps()
    return Path(text, steps, all(step.definite for step in steps))
