"""From workflow files to DAGs: each valid workflow becomes a DAG, whatever errors other files have."""

from __future__ import annotations

import glob
import logging
from collections.abc import Iterable
from pathlib import Path

from airflow.sdk import DAG, get_parsing_context

from airflow_provider_media.core.dag_ids import workflow_of_dag
from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.project.project import Project, yaml_files
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.factory.retired_workflows import retired_dag, retired_dags
from airflow_provider_media.factory.stored_definitions import readable, stored_problems
from airflow_provider_media.factory.workflow import WorkflowDagOptions, read_options, workflow_dag
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.catalogue import load_workflows, stored_workflows, workflow_files

log = logging.getLogger(__name__)


def dags_from_workflows(folder: Path | None = None) -> dict[str, DAG]:
    """Return the DAG of each valid workflow, by its id.

    A DAG file needs only ``globals().update(dags_from_workflows())``.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    """
    wanted = get_parsing_context().dag_id
    if wanted:
        # A task parses its DAG file for its own DAG alone, whose workflow usually lies in the file of the same name.
        return _wanted_dag(wanted, folder)
    workflows, options = load_workflows(folder, max_age=0).workflows.values(), read_options()
    return _dags(workflows, options) | retired_dags(workflows, options, folder)


def _wanted_dag(wanted: str, folder: Path | None) -> dict[str, DAG]:
    options = read_options()
    name = workflow_of_dag(wanted)
    # Parsing one file is faster than reading the parse cache of all files.
    paths = (folder or settings.workflows_folder()).glob(f"{glob.escape(name)}.y*ml")
    frozen = Project.load(workflow_files(tuple(paths))).workflows.get(name) or load_workflows(
        folder, stored=name, max_age=0
    ).workflows.get(name)
    own = _dags([frozen], options) if frozen is not None else {}
    return own or retired_dag(wanted, options, folder)


def _dags(workflows: Iterable[FrozenWorkflow], options: WorkflowDagOptions) -> dict[str, DAG]:
    dags: dict[str, DAG] = {}
    for frozen in workflows:
        try:
            dag = workflow_dag(frozen, options)
        except Exception:
            # All other workflows of the DAG file must keep their DAGs.
            log.exception("The workflow %s has no DAG, although its file has no errors.", frozen.workflow.name)
        else:
            dags[dag.dag_id] = dag
    return dags


def arrivals_dag(folder: Path | None = None) -> DAG:
    """Return the DAG that submits jobs for uploads found by listing.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    """
    # The import stays out of the tasks of workflows, each of which parses the workflows' DAG file.
    from airflow_provider_media.factory.arrivals import watch_uploads

    return watch_uploads(load_workflows(folder, max_age=0).workflows.values())


def uploads_dag(folder: Path | None = None) -> DAG:
    """Return the DAG that submits jobs for uploads announced by an SQS queue.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    """
    from airflow_provider_media.factory.upload_queues import drain_queues

    return drain_queues(load_workflows(folder, max_age=0).workflows.values())


def scheduled_dags(folder: Path | None = None) -> dict[str, DAG]:
    """Return, by id, the DAG of each workflow with a schedule.

    On schedule, such a DAG lists the trigger's location and submits jobs for the uploads.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    """
    from airflow_provider_media.factory.arrivals import watch_on_schedule
    from airflow_provider_media.factory.schedules import appeared_at

    project = load_workflows(folder, max_age=0)
    scheduled = {name: frozen for name, frozen in project.workflows.items() if frozen.workflow.schedule}
    dags = [watch_on_schedule(frozen, appeared_at(project.workflow_paths[name])) for name, frozen in scheduled.items()]
    return {dag.dag_id: dag for dag in dags}


def raise_workflow_errors(folder: Path | None = None) -> None:
    """Raise the errors of the files, so that Airflow shows them among its import errors. Without errors, do nothing.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    :raises ConfigurationError: when the configured folders are missing.
    :raises WorkflowInvalid: with the messages of all files' errors.
    """
    if folder is None:
        settings.check_include()
    paths = (*yaml_files(folder or settings.workflows_folder()), *yaml_files(settings.presets_folder()))
    problems = stored_problems("workflows", folder, max_age=0)
    copies = stored_workflows() if folder is None else ()
    messages = [*map(readable, load_workflows(folder).errors_in((*paths, *copies))), *problems]
    if messages:
        raise WorkflowInvalid("\n\n".join(messages))
