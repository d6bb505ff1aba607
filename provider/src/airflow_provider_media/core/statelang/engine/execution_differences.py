"""Differences of two executions of one state machine: visits of states, and values inside inputs and outputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from airflow_provider_media.core.statelang.engine.visits import StateVisit
from airflow_provider_media.core.statelang.expressions.view import ABSENT
from airflow_provider_media.core.statelang.jsontext import Json

MOST_CHANGES = 20
"""Most changes of one value that are found: people read them."""
COMPARED = ("status", "input", "output", "error", "cause")
"""Fields of a visit that are compared. Times always differ."""
ChangeKind = Literal["changed", "added", "removed"]
DifferenceKind = Literal["changed", "only_first", "only_second"]
_Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One change between two JSON values.

    :param path: JSON pointer (RFC 6901) to the change; empty for the whole value.
    :param kind: ``added`` and ``removed`` are seen from the first value.
    :param first: the part of the first value; ``None`` when it was added.
    :param second: the part of the second value; ``None`` when it was removed.
    """

    path: str
    kind: ChangeKind
    first: Json = None
    second: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDifference:
    """A visit that two executions do not have alike.

    :param number: number of the visit among those of its state in the same iteration, from 1.
    :param kind: whether both executions have the visit, or only one of them.
    :param first: the visit in the first execution.
    :param second: the visit in the second execution.
    :param fields: names of the fields that differ, when both have the visit.
    """

    number: int
    kind: DifferenceKind
    first: StateVisit | None
    second: StateVisit | None
    fields: tuple[str, ...] = ()

    @property
    def visit(self) -> StateVisit:
        """The visit of the first execution, or else of the second."""
        visit = self.first or self.second
        assert visit is not None  # a difference has at least one
        return visit


def visit_differences(first: Iterable[StateVisit], second: Iterable[StateVisit]) -> tuple[VisitDifference, ...]:
    """Return the visits that differ: those of the first execution in their order, then those of the second alone.

    Visits belong together when they are of the same state, in the same iterations, and have the same number.
    """
    ones, others = _numbered(first), _numbered(second)
    found = [_difference(key, ones.get(key), others.get(key)) for key in {**ones, **others}]
    return tuple(one for one in found if one.kind != "changed" or one.fields)


def _numbered(visits: Iterable[StateVisit]) -> dict[_Key, StateVisit]:
    counts: Counter[tuple[str, str]] = Counter()
    found: dict[_Key, StateVisit] = {}
    for visit in visits:
        counts[visit.state, visit.place] += 1
        found[visit.state, visit.place, counts[visit.state, visit.place]] = visit
    return found


def _difference(key: _Key, first: StateVisit | None, second: StateVisit | None) -> VisitDifference:
    if first is None or second is None:
        kind: DifferenceKind = "only_second" if first is None else "only_first"
        return VisitDifference(number=key[2], kind=kind, first=first, second=second)
    fields = tuple(name for name in COMPARED if not _is_same(getattr(first, name), getattr(second, name)))
    return VisitDifference(number=key[2], kind="changed", first=first, second=second, fields=fields)


def value_changes(first: Json, second: Json) -> tuple[ValueChange, ...]:
    """Return the changes from one JSON value to another, the first ``MOST_CHANGES`` of them."""
    return tuple(islice(_changes(first, second), MOST_CHANGES))


def _is_same(first: Json, second: Json) -> bool:
    return next(_changes(first, second), None) is None


def _changes(first: Json, second: Json) -> Iterator[ValueChange]:
    # A stack of its own instead of recursion: values may be nested as deeply as Python allows.
    ahead: list[tuple[str, Json, Json]] = [("", first, second)]
    while ahead:
        path, one, other = ahead.pop()
        inner = _inner(one, other)
        if inner is not None:
            ahead += [(f"{path}/{_escaped(key)}", *pair) for key, pair in reversed(inner.items())]
        elif one is ABSENT:
            yield ValueChange(path=path, kind="added", second=other)
        elif other is ABSENT:
            yield ValueChange(path=path, kind="removed", first=one)
        elif isinstance(one, bool) != isinstance(other, bool) or one != other:
            yield ValueChange(path=path, kind="changed", first=one, second=other)


def _inner(one: Json, other: Json) -> dict[str, tuple[Json, Json]] | None:
    """Return the pairs of parts of two objects or two arrays; ``None`` for other values."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: (one.get(key, ABSENT), other.get(key, ABSENT)) for key in {**one, **other}}
    if isinstance(one, list) and isinstance(other, list):
        count = max(len(one), len(other))
        return {str(index): (_item(one, index), _item(other, index)) for index in range(count)}
    return None


def _item(items: list[Json], index: int) -> Json:
    return items[index] if index < len(items) else ABSENT


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
