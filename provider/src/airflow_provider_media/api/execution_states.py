"""The states of an execution as a console shows them: each visit, and the picture of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import ClassVar, Literal

from pydantic import ConfigDict

from airflow_provider_media.core.dag_ids import machine_dag_id
from airflow_provider_media.core.statelang.engine.mentioned import made_media, uris_in
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
    variables: Mapping[str, Json]
    """Workflow variables: all of them after the state where each state is a task of Airflow, else those that it has
    assigned."""
    task: str | None
    """Task of the run whose log in Airflow tells of the visit."""
    map_index: int | None
    """Index of that task when it is mapped."""
    media: tuple[str, ...]
    """URIs of pictures, films and sounds in the input or the output that tasks of the execution have made; the route
    `file` answers them."""
    maps: tuple[str, ...]
    """Names of the Map states around the state, the outermost first."""
    iterations: tuple[int, ...]
    """Numbers of the Map iterations around the state, the outermost first; empty outside of Maps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionStates:
    """The states of an execution."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    status: Status
    """Status of the execution."""
    dag_id: str
    """DAG of the state machine in Airflow; the execution's name is the id of its run."""
    input: Json
    """Input of the execution."""
    output: Json
    """Output of the execution; absent when there is none."""
    error: str | None
    """Name of the execution's error."""
    cause: str | None
    redrives: int
    """Number of redrives."""
    states: tuple[VisitView, ...]
    """The visits in order of their start; the latest thousand."""
    left_out: int
    """Number of earlier visits that are left out."""
    picture: str
    """The machine as SVG; the group of a state has the attribute `data-state` with the state's name."""


def states_of(history: ExecutionHistory) -> ExecutionStates:
    """Return the states of an execution."""
    made = made_media(history)
    return ExecutionStates(
        status=history.execution.status,
        dag_id=machine_dag_id(history.execution.machine),
        input=history.execution.input,
        output=history.execution.output,
        error=history.execution.error,
        cause=history.execution.cause,
        redrives=history.redrives,
        states=tuple(visit_view(visit, made) for visit in history.visits[-SHOWN_VISITS:]),
        left_out=max(0, len(history.visits) - SHOWN_VISITS),
        picture=history.picture,
    )


def visit_view(visit: StateVisit, made: frozenset[str] = frozenset()) -> VisitView:
    """Return a visit as clients see it.

    :param made: URIs of the media that tasks of the execution have made.
    """
    named = chain(uris_in(visit.output), uris_in(visit.input))
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
        variables=visit.variables,
        task=visit.task,
        map_index=visit.map_index,
        media=tuple(dict.fromkeys(uri for uri in named if uri in made)),
        maps=visit.maps,
        iterations=visit.iterations,
    )
