"""From files to DAGs: each healthy workflow becomes one, and broken files never hide them."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path

from airflow.sdk import DAG, get_parsing_context

from airflow_provider_media.core.errors import ConfigurationError, MediaError, SubmissionError, WorkflowInvalid
from airflow_provider_media.core.job.arriving import check_trigger
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.core.workflows.parsing import load_workflow
from airflow_provider_media.core.workflows.presets import Presets, load_presets
from airflow_provider_media.factory.workflow import PREFIX, workflow_dag
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.catalogue import queues


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a folder of workflow files holds."""

    workflows: tuple[FrozenWorkflow, ...]
    errors: tuple[MediaError, ...]
    """One for each file, of workflows or presets, that is not valid."""


def load(folder: Path | None = None, *, stem: str = "*") -> Loaded:
    """Read the workflow files of a folder.

    :param folder: the configured one (``[media] workflows_folder``) when absent; it need not exist.
    :param stem: name of the files without its ending; all of them when absent.
    """
    presets = load_presets(settings.presets_folder())
    workflows: dict[str, FrozenWorkflow] = {}
    errors: list[MediaError] = list(presets.unreadable)
    for path in sorted((folder or settings.workflows_folder()).glob(f"{stem}.y*ml")):
        try:
            frozen = _read(path, presets, taken=workflows)
            workflows[frozen.workflow.name] = frozen
        except MediaError as error:
            errors.append(error)
    return Loaded(workflows=tuple(workflows.values()), errors=tuple(errors))


def _read(path: Path, presets: Presets, *, taken: dict[str, FrozenWorkflow]) -> FrozenWorkflow:
    workflow = load_workflow(path, presets)
    if workflow.name in taken:
        raise WorkflowInvalid(
            f"{path}: another file has a workflow named {workflow.name} already; give one of them another name", field="name"
        )
    if workflow.schedule and not _is_cron(workflow.schedule):
        raise WorkflowInvalid(
            f"{path}: schedule: {workflow.schedule!r} is no cron expression; write five fields such as '0 3 * * *', or @daily",
            field="schedule",
        )
    frozen = freeze(workflow)
    _check_account(path, frozen)
    return frozen


def _check_account(path: Path, frozen: FrozenWorkflow) -> None:
    """Refuse a workflow that waits for uploads on behalf of an account that is not there, or may not use its places."""
    trigger = frozen.workflow.trigger
    if trigger is None:
        return
    try:
        check_trigger(frozen, queues().account(trigger.account))
    except SubmissionError as error:
        raise WorkflowInvalid(f"{path}: trigger: {error.message}", field="trigger") from None
    except ConfigurationError:
        # The file of accounts has errors, which its own DAG file shows.
        return


def _is_cron(text: str) -> bool:
    from croniter import croniter

    return bool(croniter.is_valid(text))


def dags_from_workflows(folder: Path | None = None) -> dict[str, DAG]:
    """The DAG of each healthy workflow, by its id; ``globals().update(dags_from_workflows())`` is all that a DAG file needs.

    :param folder: the configured one (``[media] workflows_folder``) when absent.
    """
    wanted = get_parsing_context().dag_id
    if wanted:
        # A task reads its DAG file for its own DAG alone, whose workflow mostly lies in the file of its name.
        own = _dags(load(folder, stem=glob.escape(wanted.removeprefix(PREFIX))))
        if wanted in own:
            return own
    return _dags(load(folder))


def _dags(loaded: Loaded) -> dict[str, DAG]:
    dags = map(workflow_dag, loaded.workflows)
    return {dag.dag_id: dag for dag in dags}


def arrivals_dag(folder: Path | None = None) -> DAG:
    """The DAG that submits a job for each upload that a workflow looks for.

    :param folder: the configured one (``[media] workflows_folder``) when absent.
    """
    # The tasks of workflows do without its parts: each of them reads their DAG file.
    from airflow_provider_media.factory.arrivals import watch_uploads

    return watch_uploads(load(folder).workflows)


def uploads_dag(folder: Path | None = None) -> DAG:
    """The DAG that submits a job for each upload that an SQS queue tells of.

    :param folder: the configured one (``[media] workflows_folder``) when absent.
    """
    from airflow_provider_media.factory.uploads import drain_queues

    return drain_queues(load(folder).workflows)


def scheduled_dags(folder: Path | None = None) -> dict[str, DAG]:
    """The DAG of each workflow with a schedule that submits jobs for what its trigger's listing holds by then, by its id.

    :param folder: the configured one (``[media] workflows_folder``) when absent.
    """
    from airflow_provider_media.factory.arrivals import watch_on_schedule

    scheduled = [frozen for frozen in load(folder).workflows if frozen.workflow.schedule]
    return {dag.dag_id: dag for dag in map(watch_on_schedule, scheduled)}


def raise_workflow_errors(folder: Path | None = None) -> None:
    """Raise what is wrong with the files, so that Airflow shows it among its import errors; nothing when all is well.

    :param folder: the configured one (``[media] workflows_folder``) when absent.
    :raises WorkflowInvalid: with the words of every file's error.
    """
    errors = load(folder).errors
    if errors:
        raise WorkflowInvalid("\n\n".join(error.message for error in errors))
