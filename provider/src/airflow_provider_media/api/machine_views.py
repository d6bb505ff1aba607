"""State machines as a console shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from airflow_provider_media.api.models import STRICT
from airflow_provider_media.core.dag_ids import machine_dag_id
from airflow_provider_media.core.definitions.checking import machine_diagnostics
from airflow_provider_media.core.diagnostics import TextDiagnostic
from airflow_provider_media.core.project.project import Project
from airflow_provider_media.core.statelang.dialects import dialect_of
from airflow_provider_media.core.statelang.drawing import svg
from airflow_provider_media.core.submission.views import DOCUMENTED
from airflow_provider_media.core.workflows.machine_options import Kind
from airflow_provider_media.job_store.machine_standing import MachineStanding


class MachineQuery(BaseModel):
    """Page of a list of state machines."""

    model_config = STRICT
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    """State machines per page: 50 when absent, at most 200."""
    cursor: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,200}$")] | None = None
    """The `next` of the previous page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSummary:
    """One state machine in a list."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    comment: str | None
    """The definition's comment; absent without one, or when the files have errors."""
    type: Kind | None
    """`standard` or `express`; absent when the files have errors."""
    dialect: str | None
    """Dialect of the definition, such as `asl`; absent when the files have errors."""
    dag_id: str
    """The state machine's DAG in Airflow."""
    paused: bool
    """Whether the DAG is paused."""
    known: bool
    """Whether Airflow has parsed the DAG."""
    running: int
    """Number of executions that have not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePage:
    """A page of state machines, by name."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    machines: tuple[MachineSummary, ...]
    next: str | None = None
    """Cursor of the next page; None on the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSummary:
    """One state of a definition."""

    name: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineView:
    """One state machine."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    definition: str
    """Text of the definition as the file has it."""
    dialect: str | None
    """Dialect of the definition; absent when the files have errors."""
    states: tuple[StateSummary, ...]
    """All states, states of branches and iterations included; none when the files have errors."""
    picture: str | None
    """The machine as SVG; absent when the files have errors."""
    diagnostics: tuple[TextDiagnostic, ...]
    """Errors and warnings of the definition and of the settings beside it."""


def summary_of(name: str, project: Project, standing: MachineStanding) -> MachineSummary:
    """Return a state machine as a list shows it."""
    file = project.machines.get(name)
    return MachineSummary(
        name=name,
        comment=file.machine.comment if file else None,
        type=file.settings.type if file else None,
        dialect=dialect_of(file.definition).name if file else None,
        dag_id=machine_dag_id(name),
        paused=standing.paused,
        known=standing.known,
        running=standing.running,
    )


def view_of(name: str, text: str, project: Project) -> MachineView:
    """Return a state machine with its definition, its picture and all mistakes in its files."""
    file = project.machines.get(name)
    states: Any = file.machine.walk() if file else ()
    return MachineView(
        name=name,
        definition=text,
        dialect=dialect_of(file.definition).name if file else None,
        states=tuple(StateSummary(name=state.name, type=state.kind) for _, state in states),
        picture=svg(file.machine) if file else None,
        diagnostics=machine_diagnostics(project.diagnostics, text),
    )
