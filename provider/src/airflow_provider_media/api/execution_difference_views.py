"""Differences of two executions as a console shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.statelang.engine.execution_differences import (
    ChangeKind,
    DifferenceKind,
    ValueChange,
    VisitDifference,
    value_changes,
    visit_differences,
)
from airflow_provider_media.core.statelang.engine.visits import ExecutionHistory, StateVisit
from airflow_provider_media.core.statelang.jsontext import Json, fits
from airflow_provider_media.core.statelang.service import Status
from airflow_provider_media.core.submission.views import DOCUMENTED

SHOWN_DIFFERENCES = 200
"""Most visits of one answer, the first ones."""
SHOWN_BYTES = 2048
"""Largest value that a change shows, as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One change between two JSON values."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    path: str
    """JSON pointer to the change; empty for the whole value."""
    kind: ChangeKind
    first: Json
    second: Json
    truncated: bool
    """Whether the values are left out, because one has more than 2,048 bytes; the states of the execution have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDifferenceView:
    """A visit of a state that the executions do not have alike."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    state: str
    """Name of the state."""
    iterations: tuple[int, ...]
    """Numbers of the Map iterations around the state, the outermost first."""
    number: int
    """Number of the visit among those of the state in the same iteration, from 1."""
    kind: DifferenceKind
    """`only_first` and `only_second`: the other execution has no such visit."""
    fields: tuple[str, ...]
    """Fields that differ: `status`, `input`, `output`, `error`, `cause`."""
    first_status: str | None
    second_status: str | None
    first_error: str | None
    second_error: str | None
    input: tuple[ChangeView, ...]
    """Changes of the input."""
    output: tuple[ChangeView, ...]
    """Changes of the output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionDifferences:
    """What differs between two executions."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    first_status: Status
    """Status of the first execution."""
    second_status: Status
    """Status of the second execution."""
    first_error: str | None
    second_error: str | None
    input: tuple[ChangeView, ...]
    """Changes of the executions' inputs."""
    output: tuple[ChangeView, ...]
    """Changes of the executions' outputs."""
    states: tuple[VisitDifferenceView, ...]
    """The visits that differ, the first 200."""
    left_out: int
    """Number of further visits that differ."""


def differences_of(first: ExecutionHistory, second: ExecutionHistory) -> ExecutionDifferences:
    """Return the differences of two executions."""
    one, other = first.execution, second.execution
    found = visit_differences(first.visits, second.visits)
    return ExecutionDifferences(
        first_status=one.status,
        second_status=other.status,
        first_error=one.error,
        second_error=other.error,
        input=_changes(one.input, other.input),
        output=_changes(one.output, other.output),
        states=tuple(map(_visit_view, found[:SHOWN_DIFFERENCES])),
        left_out=max(0, len(found) - SHOWN_DIFFERENCES),
    )


def _visit_view(found: VisitDifference) -> VisitDifferenceView:
    return VisitDifferenceView(
        state=found.visit.state,
        iterations=found.visit.iterations,
        number=found.number,
        kind=found.kind,
        fields=found.fields,
        first_status=found.first.status if found.first else None,
        second_status=found.second.status if found.second else None,
        first_error=found.first.error if found.first else None,
        second_error=found.second.error if found.second else None,
        input=_field_changes(found.first, found.second, "input"),
        output=_field_changes(found.first, found.second, "output"),
    )


def _field_changes(first: StateVisit | None, second: StateVisit | None, field: str) -> tuple[ChangeView, ...]:
    if first is None or second is None:
        return ()
    return _changes(getattr(first, field), getattr(second, field))


def _changes(first: Json, second: Json) -> tuple[ChangeView, ...]:
    return tuple(map(_change_view, value_changes(first, second)))


def _change_view(change: ValueChange) -> ChangeView:
    fitting = all(fits(value, SHOWN_BYTES) for value in (change.first, change.second))
    return ChangeView(
        path=change.path,
        kind=change.kind,
        first=change.first if fitting else None,
        second=change.second if fitting else None,
        truncated=not fitting,
    )
