"""Workflow files of a folder, each parsed once per change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_media.core.accounts.accounts import Queues
from airflow_provider_media.core.diagnostics import Diagnostic, Mark, diagnostics_of
from airflow_provider_media.core.errors import SubmissionError, WorkflowInvalid
from airflow_provider_media.core.workflows.document import file_content, read_content
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.core.workflows.parse_cache import (
    ParsedFile,
    conditions_of,
    private_directory,
    read_snapshot,
    stamp_of,
    write_snapshot,
)
from airflow_provider_media.core.workflows.parsing import examine
from airflow_provider_media.core.workflows.presets import Presets


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowContext:
    """All that the check of a workflow file depends on, besides the file."""

    presets: Presets
    preset_files: tuple[Path, ...]
    accounts: Queues | None
    """None if the accounts file has errors; triggers are then not checked against their accounts."""
    accounts_file: Path | None


def parse_files(
    paths: Iterable[Path], context: WorkflowContext, cache_directory: Path | None
) -> dict[Path, ParsedFile]:
    """Parse workflow files, or take their results from the parse cache.

    :param cache_directory: directory of the parse cache, which then holds just these files; no cache when absent.
    """
    files = list(paths)
    directory = private_directory(cache_directory) if cache_directory is not None and files else None
    if directory is None:
        return _parse_all(files, context, {})
    accounts = [] if context.accounts_file is None else [context.accounts_file]
    inputs = [*context.preset_files, *accounts]
    conditions = conditions_of(inputs)
    places = sorted({str(path.absolute().parent) for path in files}) + [str(path.absolute()) for path in inputs]
    snapshot = directory / f"workflows-{hashlib.sha256(chr(10).join(places).encode()).hexdigest()[:32]}.json"
    known = read_snapshot(snapshot, conditions)
    parsed = _parse_all(files, context, known)
    kept = {file.stamp.path: file for file in parsed.values() if file.stamp is not None and file.is_lasting}
    if kept != known:
        write_snapshot(snapshot, conditions, kept.values())
    return parsed


def _parse_all(
    paths: Iterable[Path], context: WorkflowContext, known: Mapping[str, ParsedFile]
) -> dict[Path, ParsedFile]:
    return {path: _parse(path, context, known.get(str(path))) for path in paths}


def _parse(path: Path, context: WorkflowContext, known: ParsedFile | None) -> ParsedFile:
    try:
        content = file_content(path)
        stamp = stamp_of(path, content)
    except WorkflowInvalid as error:
        return ParsedFile(diagnostics=tuple(diagnostics_of(error)))
    except OSError as error:
        unreadable = Diagnostic(
            mark=Mark(file=str(path), line=1, column=1), message=f"cannot be read: {error.strerror}", rule="file"
        )
        return ParsedFile(diagnostics=(unreadable,))
    if known is not None and known.stamp == stamp:
        return known
    workflow, diagnostics = examine_workflow(content, str(path), context)
    # A file that names a font does not contain the font, so its result is not cached. The error of a file with a time
    # zone is not cached either: an update may change the time zones of the machine.
    is_lasting = b"font" not in content and (workflow is not None or b"timezone" not in content)
    return ParsedFile(stamp=stamp, workflow=workflow, diagnostics=diagnostics, is_lasting=is_lasting)


def examine_workflow(
    content: bytes, file: str, context: WorkflowContext
) -> tuple[FrozenWorkflow | None, tuple[Diagnostic, ...]]:
    """Check the content of a workflow file, and collect all errors and warnings.

    :returns: the workflow, or None if there is any error; and the diagnostics.
    """
    try:
        tree = read_content(content, file)
    except WorkflowInvalid as error:
        return None, tuple(diagnostics_of(error))
    examined = examine(tree, context.presets)
    if examined.workflow is None:
        return None, examined.diagnostics
    frozen = freeze(examined.workflow)
    problem = _trigger_problem(frozen, context.accounts)
    if problem is None:
        return frozen, examined.diagnostics
    mark = tree.nearest(("trigger", "account")).mark
    return None, (
        *examined.diagnostics,
        Diagnostic(mark=mark, field="trigger", message=problem, rule="trigger-account"),
    )


def _trigger_problem(frozen: FrozenWorkflow, accounts: Queues | None) -> str | None:
    """Return why a trigger's account does not exist or may not use the workflow's locations; None if it may."""
    trigger = frozen.workflow.trigger
    if trigger is None or accounts is None:
        return None
    from airflow_provider_media.core.uploads.upload_trigger import check_trigger

    try:
        check_trigger(frozen, accounts.account(trigger.account))
    except SubmissionError as error:
        return error.message
    return None
