"""From files to DAGs: each healthy workflow becomes one, and broken files never hide them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from airflow.sdk import DAG

from airflow_provider_media.core.errors import MediaError, WorkflowInvalid
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.core.workflows.parsing import load_workflow
from airflow_provider_media.core.workflows.presets import Presets, load_presets
from airflow_provider_media.factory.arrivals import arrivals_dag as build_arrivals_dag
from airflow_provider_media.factory.workflow import workflow_dag
from airflow_provider_media.hooks import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a folder of workflow files holds."""

    workflows: tuple[FrozenWorkflow, ...]
    errors: tuple[MediaError, ...]
    """One for each file, of workflows or presets, that is not valid."""


def load(folder: Path | None = None) -> Loaded:
    """Read every workflow file of a folder.

    :param folder: the configured one (``[media] workflows_folder``) when absent; it need not exist.
    """
    presets = load_presets(settings.presets_folder())
    workflows: dict[str, FrozenWorkflow] = {}
    errors: list[MediaError] = list(presets.unreadable)
    for path in sorted((folder or settings.workflows_folder()).glob("*.y*ml")):
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
    return freeze(workflow)


def dags_from_workflows(folder: Path | None = None) -> dict[str, DAG]:
    """The DAG of each healthy workflow, by its id; ``globals().update(dags_from_workflows())`` is all that a DAG file needs.

    :param folder: the configured one (``[media] workflows_folder``) when absent.
    """
    dags = map(workflow_dag, load(folder).workflows)
    return {dag.dag_id: dag for dag in dags}


def arrivals_dag(folder: Path | None = None) -> DAG:
    """The DAG that starts a run for each upload that a workflow waits for.

    :param folder: the configured one (``[media] workflows_folder``) when absent.
    """
    return build_arrivals_dag(load(folder).workflows)


def raise_workflow_errors(folder: Path | None = None) -> None:
    """Raise what is wrong with the files, so that Airflow shows it among its import errors; nothing when all is well.

    :param folder: the configured one (``[media] workflows_folder``) when absent.
    :raises WorkflowInvalid: with the words of every file's error.
    """
    errors = load(folder).errors
    if errors:
        raise WorkflowInvalid("\n\n".join(error.message for error in errors))
