"""Workflow files of a folder, each parsed once per change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from airflow_provider_media.core.errors import ConfigurationError, MediaError, SubmissionError, WorkflowInvalid
from airflow_provider_media.core.job.upload_trigger import check_trigger
from airflow_provider_media.core.workflows.document import file_content
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
from airflow_provider_media.core.workflows.parsing import parse_content
from airflow_provider_media.core.workflows.presets import Presets, load_presets
from airflow_provider_media.factory.schedules import is_cron
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.catalogue import queues


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The contents of a folder of workflow files."""

    workflows: tuple[FrozenWorkflow, ...]
    errors: tuple[MediaError, ...]
    """One error for each workflow or preset file that is not valid."""
    paths: Mapping[str, Path]
    """File of each workflow, by its name."""


def load(folder: Path | None = None, *, stem: str = "*") -> Loaded:
    """Read the workflow files of a folder.

    :param folder: folder of the files; the configured one (``[media] workflows_folder``) when absent. The folder need
        not exist.
    :param stem: file name without its suffix; all files when absent.
    """
    folder = folder or settings.workflows_folder()
    presets = load_presets(settings.presets_folder())
    paths = sorted(folder.glob(f"{stem}.y*ml"))
    errors: list[MediaError] = list(presets.unreadable)
    workflows: dict[str, FrozenWorkflow] = {}
    sources: dict[str, Path] = {}
    # A task parses one file, which is faster than reading the snapshot of all files.
    parsed = _parse_through_cache(folder, paths, presets) if stem == "*" else _parse_all(paths, presets, {})
    for path, file in parsed.items():
        if file.workflow is None:
            errors.append(file.error)
        elif (name := file.workflow.workflow.name) in workflows:
            message = f"{path}: another file has a workflow named {name} already; give one of them another name"
            errors.append(WorkflowInvalid(message, field="name"))
        else:
            workflows[name], sources[name] = file.workflow, path
    return Loaded(workflows=tuple(workflows.values()), errors=tuple(errors), paths=sources)


def _parse_through_cache(folder: Path, paths: list[Path], presets: Presets) -> dict[Path, ParsedFile]:
    directory = private_directory(settings.cache_directory())
    if directory is None or not paths:
        return _parse_all(paths, presets, {})
    own_presets, accounts = settings.presets_folder(), settings.queues_file()
    conditions = conditions_of([*sorted(own_presets.glob("*.y*ml")), accounts])
    names = "\n".join(str(path.absolute()) for path in (folder, own_presets, accounts))
    snapshot = directory / f"workflows-{hashlib.sha256(names.encode()).hexdigest()[:32]}.json"
    known = read_snapshot(snapshot, conditions)
    parsed = _parse_all(paths, presets, known)
    kept = {file.stamp.path: file for file in parsed.values() if file.stamp is not None and file.is_lasting}
    if kept != known:
        write_snapshot(snapshot, conditions, kept.values())
    return parsed


def _parse_all(paths: list[Path], presets: Presets, known: Mapping[str, ParsedFile]) -> dict[Path, ParsedFile]:
    return {path: _parse(path, presets, known.get(str(path))) for path in paths}


def _parse(path: Path, presets: Presets, known: ParsedFile | None) -> ParsedFile:
    try:
        content = file_content(path)
        stamp = stamp_of(path, content)
    except WorkflowInvalid as error:
        return ParsedFile(message=error.message, detail=error.detail)
    except OSError as error:
        return ParsedFile(message=f"{path}: cannot be read: {error.strerror}")
    if known is not None and known.stamp == stamp:
        return known
    # A file that names a font does not contain the font, so its result is not cached. The error of a file with a time
    # zone is not cached either: an update may change the time zones of the machine.
    is_lasting = b"font" not in content
    try:
        return ParsedFile(stamp=stamp, workflow=_frozen(path, content, presets), is_lasting=is_lasting)
    except MediaError as error:
        return ParsedFile(stamp=stamp, message=error.message, detail=error.detail, is_lasting=is_lasting and b"timezone" not in content)


def _frozen(path: Path, content: bytes, presets: Presets) -> FrozenWorkflow:
    workflow = parse_content(content, str(path), presets)
    if workflow.schedule and not is_cron(workflow.schedule):
        raise WorkflowInvalid(
            f"{path}: schedule: {workflow.schedule!r} is no cron expression; write five fields such as '0 3 * * *', or @daily",
            field="schedule",
        )
    frozen = freeze(workflow)
    _check_account(path, frozen)
    return frozen


def _check_account(path: Path, frozen: FrozenWorkflow) -> None:
    """Refuse a trigger whose account does not exist or may not use the workflow's locations."""
    trigger = frozen.workflow.trigger
    if trigger is None:
        return
    try:
        check_trigger(frozen, queues().account(trigger.account))
    except SubmissionError as error:
        raise WorkflowInvalid(f"{path}: trigger: {error.message}", field="trigger") from None
    except ConfigurationError:
        # The accounts file has errors, which its own DAG file shows.
        return
