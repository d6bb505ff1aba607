"""The states of an execution as a console shows them: each visit, and the picture of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import ConfigDict

from airflow_provider_media.core.statelang.engine.visits import ExecutionHistory, StateVisit
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.service import Status
from airflow_provider_media.core.submission.views import DOCUMENTED

SHOWN_VISITS = 1000
"""Most visits of one answer, the latest ones: inputs and outputs may be large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """One visit of a state."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    state: str
    """Name of the state."""
    type: str
    """Type of the state, such as `Task`; empty when unknown."""
    status: Literal["running", "succeeded", "caught", "failed", "aborted"]
    """`caught`: an error came, and a catcher took it."""
    started: datetime
    ended: datetime | None
    """When the visit ended; absent while it runs, or when nothing shows its end."""
    input: Json
    output: Json
    """The output, when the state was exited."""
    error: str | None
    """Name of the last error."""
    cause: str | None
    iterations: tuple[int, ...]
    """Numbers of the Map iterations around the state, the outermost first; empty outside of Maps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionStates:
    """The states of an execution."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    status: Status
    """Status of the execution."""
    states: tuple[VisitView, ...]
    """The visits in order of their start; the latest thousand."""
    left_out: int
    """Number of earlier visits that are left out."""
    picture: str
    """The machine as SVG; the group of a state has the attribute `data-state` with the state's name."""


def states_of(history: ExecutionHistory) -> ExecutionStates:
    """Return the states of an execution."""
    return ExecutionStates(
        status=history.execution.status,
        states=tuple(_view(visit) for visit in history.visits[-SHOWN_VISITS:]),
        left_out=max(0, len(history.visits) - SHOWN_VISITS),
        picture=history.picture,
    )


def _view(visit: StateVisit) -> VisitView:
    return VisitView(
        state=visit.state,
        type=visit.kind,
        status=visit.status,  # type: ignore[arg-type]  # one of ORDER
        started=visit.entered,
        ended=visit.ended,
        input=visit.input,
        output=visit.output,
        error=visit.error,
        cause=visit.cause,
        iterations=visit.iterations,
    )
