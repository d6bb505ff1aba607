"""Previews that requests ask for: the workflow to try, and what its text may make the server read."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from airflow_provider_media.api.preview_backend import KnownWorkflows, PreviewEngines, ProjectPresets
from airflow_provider_media.api.preview_models import PlanRequest
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.errors import LocationForbidden
from airflow_provider_media.core.accounts.permissions import check_source
from airflow_provider_media.core.diagnostics import Diagnostic, TextDiagnostic, diagnostics_of, invalid
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.execution.preview import NOWHERE
from airflow_provider_media.core.execution.preview_warnings import PlanWarning
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.request import checked_source, workflow_of
from airflow_provider_media.core.submission.submit import Workflows
from airflow_provider_media.core.workflows.document import read_yaml
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.local_fonts import fonts_only_below
from airflow_provider_media.core.workflows.model import FrozenWorkflow, Workflow
from airflow_provider_media.core.workflows.parsing import examine
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.media import MediaHook, source_connection


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewBackend:
    """What previews need of the project and of Airflow."""

    workflows: Workflows
    known: KnownWorkflows
    presets: ProjectPresets
    engines: PreviewEngines
    seconds: float
    """Seconds that one preview may take."""

    def engine(self, connection: str, *, is_abandoned: Callable[[], bool]) -> Engine:
        """Return an engine that stops when the time of a preview is up, or when nobody waits for it any more."""
        deadline = time.monotonic() + self.seconds
        return self.engines(connection, lambda: is_abandoned() or time.monotonic() > deadline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One workflow to try on one source."""

    job: Job
    connection: str
    """Airflow connection that reads the source."""
    warnings: tuple[PlanWarning, ...] = ()
    """Warnings about the workflow's text."""


def preview_of(asked: PlanRequest, account: Account, backend: PreviewBackend) -> Preview:
    """Return the preview that a request asks for, once the account may read everything in it.

    :raises RequestInvalid: when the source is no URI of one file.
    :raises LocationForbidden: when the account may not read the source, or what the text of the workflow names.
    :raises WorkflowUnknown: when there is no workflow of this name.
    :raises WorkflowInvalid: with all diagnostics, when the text of the workflow has errors.
    """
    source = checked_source(asked.source, "source")
    check_source(source, account)
    warnings: tuple[PlanWarning, ...] = ()
    if asked.text is None:
        frozen = backend.workflows(workflow_of(asked.workflow, account))
    else:
        workflow, warnings = _written(asked.text, backend.presets)
        _check_text(workflow, account, backend.known())
        frozen = freeze(workflow)
    job = Job(id=uuid.uuid4().hex, source=source, workflow=frozen, output=NOWHERE)
    return Preview(job=job, connection=source_connection(frozen.workflow), warnings=warnings)


def _written(text: str, presets: ProjectPresets) -> tuple[Workflow, tuple[PlanWarning, ...]]:
    try:
        with fonts_only_below(settings.local_folders()):
            examined = examine(read_yaml(text), presets())
        if examined.workflow is None:
            raise invalid(one for one in examined.diagnostics if one.is_error)
    except WorkflowInvalid as error:
        raise _for_clients(error) from None
    return examined.workflow, tuple(map(_warning, examined.diagnostics))


def _for_clients(error: WorkflowInvalid) -> WorkflowInvalid:
    """Return the error of an invalid workflow with diagnostics in the form that editors take."""
    if "diagnostics" not in error.detail:
        return error
    shown = [to_json(TextDiagnostic.of(one)) for one in diagnostics_of(error)]
    return WorkflowInvalid(error.message, diagnostics=shown)


def _warning(diagnostic: Diagnostic) -> PlanWarning:
    parts = diagnostic.field.split(".")
    output = parts[1] if parts[0] == "outputs" and len(parts) > 1 else None
    return PlanWarning(code=diagnostic.rule, message=diagnostic.message, output=output)


def _check_text(workflow: Workflow, account: Account, known: Sequence[FrozenWorkflow]) -> None:
    """Check that the text of a workflow makes the server read nothing that the account could not read otherwise.

    The author of a saved workflow is trusted with every connection. The author of a text may be anybody who submits.
    """
    connection = source_connection(workflow)
    allowed = {MediaHook.default_conn_name, *(source_connection(each.workflow) for each in known)}
    if connection not in allowed:
        raise LocationForbidden(
            f"connection: no saved workflow reads its sources with {connection!r}, so a text may not either; allowed:"
            f" {', '.join(sorted(allowed))}",
            field="connection",
        )
    shared: set[str] = set()
    for each in known:
        shared.update(_drawn(each.workflow))
    for uri in _drawn(workflow):
        if uri not in shared and not account.may_read(uri):
            raise LocationForbidden(
                f"watermarks: account {account.name!r} may not read {redact(uri)!r}; name an image or font of a saved"
                " workflow, or one in the account's sources",
                field="watermarks",
            )


def _drawn(workflow: Workflow) -> Iterator[str]:
    """Yield the URIs of the images and fonts of a workflow's watermarks."""
    marks = [*workflow.watermarks]
    for output in workflow.outputs.values():
        marks += getattr(output, "watermarks", None) or ()
    for mark in marks:
        yield from filter(None, (mark.image, mark.font))
