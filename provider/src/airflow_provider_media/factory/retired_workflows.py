"""The DAGs of workflows whose files are gone or broken: jobs carry their workflows, and every workflow's DAG has the same shape."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

from airflow.sdk import DAG

from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.ingest.names import ingest_dag_ids
from airflow_provider_media.core.workflows.dag_record import DagSource
from airflow_provider_media.core.workflows.freezing import freeze, thaw
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.factory.retirement import find_retired, keep_unfinished
from airflow_provider_media.factory.workflow import PREFIX, WorkflowDagOptions, dag_id, workflow_dag
from airflow_provider_media.hooks import dag_records
from airflow_provider_media.hooks.catalogue import queues
from airflow_provider_media.operators.job import PUBLISH

log = logging.getLogger(__name__)
RECORD_KEY = "media_workflow_dags"
"""The Variable that holds the record of workflows' DAGs."""


def retired_dags(sound: Iterable[FrozenWorkflow], options: WorkflowDagOptions) -> dict[str, DAG]:
    """The DAGs that unfinished runs and jobs need although their files are gone or broken, by their ids.

    :param sound: the workflows of the files.
    """
    workflows = {frozen.workflow.name: frozen for frozen in sound}
    digests = {name: frozen.hash for name, frozen in workflows.items()}
    kept = keep_unfinished(RECORD_KEY, digests, lambda name: _content(workflows[name]), unfinished_workflows)
    dags = [_dag(source, options) for source in kept.values()]
    return {dag.dag_id: dag for dag in dags if dag is not None}


def retired_dag(wanted: str, options: WorkflowDagOptions) -> dict[str, DAG]:
    """The DAG that a task asks for, by its id, although no sound file has it.

    :param wanted: the DAG's id.
    """
    name = wanted.removeprefix(PREFIX)
    source = find_retired(RECORD_KEY, name) if wanted.startswith(PREFIX) else None
    dag = _dag(source, options) if source is not None else None
    return {dag.dag_id: dag} if dag is not None else {}


def unfinished_workflows(names: Collection[str]) -> set[str]:
    """Those of some workflows that unfinished jobs of the queues or other unfinished runs need."""
    found = _workflows_of_jobs(names)
    return found | {name for name in set(names) - found if dag_records.has_unfinished_runs(dag_id(name), PUBLISH)}


def _workflows_of_jobs(names: Collection[str]) -> set[str]:
    found: set[str] = set()
    try:
        queue_dags = [each for account in queues().accounts for each in ingest_dag_ids(account)]
        for workflow in dag_records.workflows_of_jobs(queue_dags):
            found.add(workflow)
            if found.issuperset(names):
                break
    except (ConfigurationError, LookupError) as error:
        log.warning("It is not known which workflows jobs need; all DAGs of deleted ones are kept for now: %s", error)
        return set(names)
    return found.intersection(names)


def _content(frozen: FrozenWorkflow) -> dict[str, object]:
    # Only runs by hand take their workflow from here, and they announce nothing; URLs of targets may hold secrets.
    return freeze(frozen.workflow.model_copy(update={"notifications": ()})).to_json()


def _dag(source: DagSource, options: WorkflowDagOptions) -> DAG | None:
    try:
        return workflow_dag(thaw(source.content), options, retired_at=source.retired_at)
    except MediaError as error:
        log.warning("A deleted workflow was recorded by another version of this package: %s", error.message)
        return None
