"""Checks of definitions in processes of their own: a text within the limit of bodies may cost minutes of work."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_media.api.bounded_process import ProcessEnded, call_in_process
from airflow_provider_media.api.concurrency_limit import ConcurrencyLimit
from airflow_provider_media.core.definitions.checking import check_in_folder, has_errors, machine_diagnostics
from airflow_provider_media.core.definitions.definition import DefinitionKind, DefinitionText
from airflow_provider_media.core.diagnostics import NOWHERE, Diagnostic, TextDiagnostic
from airflow_provider_media.core.statelang.json_marks import with_marks
from airflow_provider_media.core.statelang.parsing.files import DefinitionSource
from airflow_provider_media.core.workflows.local_fonts import fonts_only_below
from airflow_provider_media.hooks import settings
from airflow_provider_media.state_machines.resources.resource_checks import check_resources

CHECK_SECONDS = 10
"""Time limit of one check."""
CHECKS_AT_ONCE = 8
"""Checks that one API server has run at once."""
SHOWN_DIAGNOSTICS = 500
"""Most errors and warnings of one answer."""
STOPPED_RULE = "check-stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """One check, as its process receives it.

    :param folder: empty folder for the text's files. The caller removes it, whether or not the process has ended.
    """

    kind: DefinitionKind
    name: str | None
    content: DefinitionText
    folder: Path
    presets: Path | None
    accounts: Path | None
    fonts: tuple[Path, ...]
    """Folders whose fonts the check may look at."""


@dataclass(frozen=True, slots=True)
class BoundedCheck:
    """The check of the API server, bounded in time, memory and number."""

    limit: ConcurrencyLimit

    def __call__(self, kind: DefinitionKind, name: str | None, content: DefinitionText) -> tuple[TextDiagnostic, ...]:
        """Return the errors and warnings of a definition; one error when the check was stopped.

        :raises DefinitionChecksBusy: when as many checks run as may.
        """
        with self.limit.acquire(), tempfile.TemporaryDirectory(prefix="definition-") as folder:
            request = CheckRequest(
                kind=kind,
                name=name,
                content=content,
                folder=Path(folder),
                presets=settings.presets_folder(),
                accounts=settings.queues_file(),
                fonts=settings.local_folders(),
            )
            try:
                return call_in_process(check_request, request, seconds=CHECK_SECONDS, name="definition check")
            except ProcessEnded as ended:
                message = f"The check was stopped. {ended.reason}; make the definition smaller, or split it"
                return (TextDiagnostic.of(Diagnostic(mark=NOWHERE, message=message, rule=STOPPED_RULE)),)


def check_request(request: CheckRequest) -> tuple[TextDiagnostic, ...]:
    """Check one definition in this process."""
    with fonts_only_below(request.fonts):
        found = check_in_folder(
            request.folder,
            request.kind,
            request.name,
            request.content,
            presets=request.presets,
            accounts=request.accounts,
        )
    if request.kind == "state-machines" and not has_errors(found):
        found += _resource_warnings(request.content.text)
    return shown_of(found)


def _resource_warnings(text: str) -> tuple[TextDiagnostic, ...]:
    found = check_resources(DefinitionSource(text).read())
    return machine_diagnostics(with_marks(found, text, ""), text)


def shown_of(found: Sequence[TextDiagnostic]) -> tuple[TextDiagnostic, ...]:
    """Return what an answer shows of many errors and warnings: errors before warnings, if it cannot show all."""
    if len(found) <= SHOWN_DIAGNOSTICS:
        return tuple(found)
    return tuple(sorted(found, key=lambda one: one.severity != "error")[:SHOWN_DIAGNOSTICS])
