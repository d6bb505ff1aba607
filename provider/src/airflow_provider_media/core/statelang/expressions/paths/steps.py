"""Steps of a path; a step leads from one value to none, one or many."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.expressions.paths import filters
from airflow_provider_media.core.statelang.jsontext import Json, is_number


@dataclass(frozen=True, slots=True)
class PathStep(ABC):
    """One step of a path. A path of definite steps alone returns a value; any other path returns an array."""

    definite: ClassVar[bool] = True

    @abstractmethod
    def matches(self, value: Json) -> Iterator[Json]:
        """Yield the values that the step leads to."""


@dataclass(frozen=True, slots=True)
class Child(PathStep):
    """``.name`` or ``['name']``."""

    name: str

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield the field if it exists."""
        if isinstance(value, dict) and self.name in value:
            yield value[self.name]

    def __str__(self) -> str:
        return f"['{self.name}']"


@dataclass(frozen=True, slots=True)
class Children(PathStep):
    """``['a','b']``: an object of the named fields."""

    names: tuple[str, ...]

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield one object of the named fields that exist."""
        if isinstance(value, dict):
            yield {name: value[name] for name in self.names if name in value}

    def __str__(self) -> str:
        return f"[{','.join(repr(name) for name in self.names)}]"


@dataclass(frozen=True, slots=True)
class Index(PathStep):
    """``[n]``; a negative index counts from the end."""

    index: int

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield the item if it exists."""
        if isinstance(value, list) and -len(value) <= self.index < len(value):
            yield value[self.index]

    def __str__(self) -> str:
        return f"[{self.index}]"


@dataclass(frozen=True, slots=True)
class Indices(PathStep):
    """``[a,b]``."""

    definite: ClassVar[bool] = False
    indices: tuple[int, ...]

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield the items that exist."""
        for index in self.indices:
            yield from Index(index).matches(value)


@dataclass(frozen=True, slots=True)
class Slice(PathStep):
    """``[start:stop:step]``."""

    definite: ClassVar[bool] = False
    start: int | None
    stop: int | None
    step: int | None

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield the items in the range."""
        if isinstance(value, list):
            yield from value[self.start : self.stop : self.step or 1]


@dataclass(frozen=True, slots=True)
class Wildcard(PathStep):
    """``.*`` or ``[*]``."""

    definite: ClassVar[bool] = False

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield all items, or the values of all fields."""
        if isinstance(value, list):
            yield from value
        elif isinstance(value, dict):
            yield from value.values()


@dataclass(frozen=True, slots=True)
class Descend(PathStep):
    """``..`` followed by a step: the step at every depth."""

    definite: ClassVar[bool] = False
    step: PathStep

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield the values at this depth, then the values below."""
        yield from self.step.matches(value)
        for inner in Wildcard().matches(value):
            yield from self.matches(inner)


@dataclass(frozen=True, slots=True)
class Filter(PathStep):
    """``[?(...)]``, evaluated by python-jsonpath."""

    definite: ClassVar[bool] = False
    condition: str

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield the items for which the condition is true."""
        # Jayway tests the object itself, RFC 9535 tests its members; the service follows Jayway.
        subjects = [value] if isinstance(value, dict) else value
        if isinstance(subjects, list):
            yield from filters.compile_filter(self.condition).findall(subjects)


@dataclass(frozen=True, slots=True)
class FunctionStep(PathStep):
    """``.length()`` and similar functions."""

    name: str

    def matches(self, value: Json) -> Iterator[Json]:
        """Yield the function's result, if the function applies to the value."""
        if self.name in {"length", "size"} and isinstance(value, (list, dict, str)):
            yield len(value)
        elif self.name == "keys" and isinstance(value, dict):
            yield list(value)
        elif isinstance(value, list) and (numbers := [item for item in value if is_number(item)]):
            yield from _aggregate(self.name, numbers)

    def __str__(self) -> str:
        return f".{self.name}()"


def _aggregate(name: str, numbers: list[float]) -> Iterator[float]:
    functions = {"min": min, "max": max, "sum": sum, "avg": lambda found: sum(found) / len(found)}
    if name in functions:
        yield functions[name](numbers)  # type: ignore[operator]  # one table for functions of one shape
