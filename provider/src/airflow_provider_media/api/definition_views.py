"""Bodies and answers of the routes of definitions."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from airflow_provider_media.api.models import STRICT
from airflow_provider_media.core.definitions.definition import (
    Definition,
    DefinitionKind,
    DefinitionStatus,
    DefinitionText,
)
from airflow_provider_media.core.diagnostics import TextDiagnostic
from airflow_provider_media.core.media.uri import redact_urls
from airflow_provider_media.core.submission.views import DOCUMENTED

Origin = Literal["store", "files"]


class DefinitionContent(BaseModel):
    """Text of a definition to check."""

    model_config = STRICT
    text: str
    """YAML of a workflow, or JSON of a state machine."""
    settings: str = ""
    """YAML of the settings beside a state machine; empty for the defaults."""

    def content(self) -> DefinitionText:
        """Return the text as the store takes it."""
        return DefinitionText(text=self.text, settings=self.settings)


class DefinitionCheck(DefinitionContent):
    """A definition to check."""

    name: Annotated[str, Field(max_length=200)] | None = None
    """Name under which it is to be saved; absent when that does not matter."""


class DefinitionSave(DefinitionContent):
    """A definition to save as its next version."""

    status: DefinitionStatus
    """`published` definitions have a DAG; `draft` and `disabled` ones do not."""
    base: Annotated[int, Field(ge=1)] | None = None
    """Number of the version that the change began from; null or absent for a new definition."""
    comment: Annotated[str, Field(max_length=1000)] = ""
    """What was changed, for the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionSummary:
    """One definition in a list."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    kind: DefinitionKind
    name: str
    status: DefinitionStatus
    """`published` definitions have a DAG; those of files always have one, unless their file has errors."""
    version: int | None
    """Number of the current version; null for a definition of a file."""
    saved_by: str | None
    """Name of the user who saved the current version; null for a definition of a file."""
    saved_at: datetime | None
    comment: str | None
    origin: Origin
    """`store` for what was saved here, `files` for what lies in `include/`."""
    can_change: bool
    """Whether you may save this definition; always false for one of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionView(DefinitionSummary):
    """One definition with its text."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    text: str
    """YAML of a workflow, or JSON of a state machine, as it was written."""
    settings: str
    """YAML of the settings beside a state machine; empty for the defaults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionList:
    """All definitions of a kind, by name."""

    definitions: tuple[DefinitionSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionVersion:
    """One version of a definition."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    version: int
    status: DefinitionStatus
    saved_by: str
    saved_at: datetime
    hash: str
    """SHA-256 of text and settings: two versions with the same hash have the same content."""
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionVersionView(DefinitionVersion):
    """One version of a definition with its text."""

    text: str
    settings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionVersions:
    """The newest versions of a definition, newest first."""

    versions: tuple[DefinitionVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionDiagnostics:
    """Errors and warnings of a definition, in order of their places."""

    diagnostics: tuple[TextDiagnostic, ...]


def summary_of_stored(definition: Definition, *, can_change: bool) -> DefinitionSummary:
    """Return a stored definition as a list shows it."""
    return DefinitionSummary(
        kind=definition.kind,
        name=definition.name,
        status=definition.status,
        version=definition.version,
        saved_by=definition.saved_by,
        saved_at=definition.saved_at,
        comment=definition.comment,
        origin="store",
        can_change=can_change,
    )


def view_of_stored(definition: Definition, *, can_change: bool) -> DefinitionView:
    """Return a stored definition with its text."""
    return _with_text(
        summary_of_stored(definition, can_change=can_change),
        DefinitionText(text=definition.text, settings=definition.settings),
    )


def summary_of_file(kind: DefinitionKind, name: str) -> DefinitionSummary:
    """Return a definition of a file as a list shows it."""
    return DefinitionSummary(
        kind=kind,
        name=name,
        status="published",
        version=None,
        saved_by=None,
        saved_at=None,
        comment=None,
        origin="files",
        can_change=False,
    )


def view_of_file(kind: DefinitionKind, name: str, content: DefinitionText) -> DefinitionView:
    """Return a definition of a file with its text."""
    return _with_text(summary_of_file(kind, name), content)


def _with_text(summary: DefinitionSummary, content: DefinitionText) -> DefinitionView:
    known = {field.name: getattr(summary, field.name) for field in fields(summary)}
    return DefinitionView(**known, text=content.text, settings=content.settings)


_WithText = TypeVar("_WithText", DefinitionView, DefinitionVersionView)


def for_readers(view: _WithText) -> _WithText:
    """Return a definition as those see it who may not change it: its URLs may hold secrets."""
    return replace(view, text=redact_urls(view.text), settings=redact_urls(view.settings))


def version_of(definition: Definition) -> DefinitionVersion:
    """Return a version as a history shows it."""
    return DefinitionVersion(
        version=definition.version,
        status=definition.status,
        saved_by=definition.saved_by,
        saved_at=definition.saved_at,
        hash=definition.hash,
        comment=definition.comment,
    )


def version_view_of(definition: Definition) -> DefinitionVersionView:
    """Return a version with its text."""
    return DefinitionVersionView(
        version=definition.version,
        status=definition.status,
        saved_by=definition.saved_by,
        saved_at=definition.saved_at,
        hash=definition.hash,
        comment=definition.comment,
        text=definition.text,
        settings=definition.settings,
    )
