"""From workflow files to DAGs: each valid workflow becomes a DAG, whatever errors other files have."""

from __future__ import annotations

import glob
from pathlib import Path

from airflow.sdk import DAG, get_parsing_context

from airflow_provider_media.core.errors import WorkflowInvalid
from airflow_provider_media.core.ingest.names import workflow_of_dag
from airflow_provider_media.factory.retired_workflows import retired_dag, retired_dags
from airflow_provider_media.factory.workflow import WorkflowDagOptions, read_options, workflow_dag
from airflow_provider_media.factory.workflow_files import Loaded, load
from airflow_provider_media.hooks import settings


def dags_from_workflows(folder: Path | None = None) -> dict[str, DAG]:
    """Return the DAG of each valid workflow, by its id.

    A DAG file needs only ``globals().update(dags_from_workflows())``.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    """
    wanted = get_parsing_context().dag_id
    if wanted:
        # A task parses its DAG file for its own DAG alone, whose workflow usually lies in the file of the same name.
        return _wanted_dag(wanted, folder)
    loaded, options = load(folder), read_options()
    return _dags(loaded, options) | retired_dags(loaded.workflows, options, folder)


def _wanted_dag(wanted: str, folder: Path | None) -> dict[str, DAG]:
    options = read_options()
    own = _dags(load(folder, stem=glob.escape(workflow_of_dag(wanted))), options)
    if wanted not in own:
        own = _dags(load(folder), options)
    return own if wanted in own else own | retired_dag(wanted, options, folder)


def _dags(loaded: Loaded, options: WorkflowDagOptions) -> dict[str, DAG]:
    dags = [workflow_dag(frozen, options) for frozen in loaded.workflows]
    return {dag.dag_id: dag for dag in dags}


def arrivals_dag(folder: Path | None = None) -> DAG:
    """Return the DAG that submits jobs for uploads found by listing.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    """
    # The import stays out of the tasks of workflows, each of which parses the workflows' DAG file.
    from airflow_provider_media.factory.arrivals import watch_uploads

    return watch_uploads(load(folder).workflows)


def uploads_dag(folder: Path | None = None) -> DAG:
    """Return the DAG that submits jobs for uploads announced by an SQS queue.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    """
    from airflow_provider_media.factory.upload_queues import drain_queues

    return drain_queues(load(folder).workflows)


def scheduled_dags(folder: Path | None = None) -> dict[str, DAG]:
    """Return, by id, the DAG of each workflow with a schedule.

    On schedule, such a DAG lists the trigger's location and submits jobs for the uploads.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    """
    from airflow_provider_media.factory.arrivals import watch_on_schedule
    from airflow_provider_media.factory.schedules import appeared_at

    loaded = load(folder)
    scheduled = [frozen for frozen in loaded.workflows if frozen.workflow.schedule]
    dags = [watch_on_schedule(frozen, appeared_at(loaded.paths[frozen.workflow.name])) for frozen in scheduled]
    return {dag.dag_id: dag for dag in dags}


def raise_workflow_errors(folder: Path | None = None) -> None:
    """Raise the errors of the files, so that Airflow shows them among its import errors. Without errors, do nothing.

    :param folder: folder of the workflows; the configured one (``[media] workflows_folder``) when absent.
    :raises ConfigurationError: when the configured folders are missing.
    :raises WorkflowInvalid: with the messages of all files' errors.
    """
    if folder is None:
        settings.check_include()
    errors = load(folder).errors
    if errors:
        raise WorkflowInvalid("\n\n".join(error.message for error in errors))
