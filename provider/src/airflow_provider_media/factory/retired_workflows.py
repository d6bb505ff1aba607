"""DAGs of workflows whose file is missing or invalid.

Jobs carry their frozen workflows, and the DAGs of all workflows have the same shape.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from itertools import chain
from pathlib import Path

from airflow.sdk import DAG

from airflow_provider_media.core.dag_ids import (
    RESERVED_WORKFLOW_NAMES,
    WORKFLOW_PREFIX,
    ingest_dag_ids,
    workflow_dag_id,
    workflow_of_dag,
)
from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.outputs import ProbeReportSpec
from airflow_provider_media.core.task_ids import PUBLISH
from airflow_provider_media.core.workflows.dag_record import DagSource, SoundFiles
from airflow_provider_media.core.workflows.freezing import freeze, load_frozen
from airflow_provider_media.core.workflows.model import FrozenWorkflow, Workflow
from airflow_provider_media.factory.retirement import find_source, held_sources, record_key
from airflow_provider_media.factory.schedules import EPOCH
from airflow_provider_media.factory.workflow import WorkflowDagOptions, workflow_dag
from airflow_provider_media.hooks import dag_records
from airflow_provider_media.hooks.catalogue import queues

log = logging.getLogger(__name__)


def retired_dags(
    sound: Iterable[FrozenWorkflow], options: WorkflowDagOptions, folder: Path | None = None
) -> dict[str, DAG]:
    """Return, by id, the DAGs that unfinished runs and jobs still need, although their files are missing or invalid.

    :param sound: workflows with a valid file.
    :param folder: folder of the files; the configured one when absent.
    """
    workflows = {frozen.workflow.name: frozen for frozen in sound}
    digests = {name: frozen.hash for name, frozen in workflows.items()}
    files = SoundFiles(digests=digests, content_of=lambda name: dag_records.workflow_content(workflows[name]))
    held = held_sources(record_key(dag_records.WORKFLOWS, folder), files, unfinished_workflows)
    return {workflow_dag_id(name): _dag(name, source, options) for name, source in held.items()}


def retired_dag(wanted: str, options: WorkflowDagOptions, folder: Path | None = None) -> dict[str, DAG]:
    """Return, by id, the DAG of a task, although no valid file defines it.

    :param wanted: id of the DAG.
    :param folder: folder of the files; the configured one when absent.
    """
    name = workflow_of_dag(wanted)
    is_of_workflow = wanted.startswith(WORKFLOW_PREFIX) and not name.startswith(RESERVED_WORKFLOW_NAMES)
    if not is_of_workflow:  # a DAG of another file: Airflow reads this file, too, to find it
        return {}
    return {wanted: _dag(name, find_source(record_key(dag_records.WORKFLOWS, folder), name), options)}


def unfinished_workflows(names: Collection[str]) -> set[str]:
    """Return those of the named workflows that unfinished jobs or other unfinished runs need."""
    found = _workflows_of_jobs(names)
    return found | {
        name for name in set(names) - found if dag_records.has_unfinished_runs(workflow_dag_id(name), PUBLISH)
    }


def _workflows_of_jobs(names: Collection[str]) -> set[str]:
    found: set[str] = set()
    try:
        queue_dags = list(chain.from_iterable(map(ingest_dag_ids, queues().accounts)))
        for workflow in dag_records.workflows_of_jobs(queue_dags):
            found.add(workflow)
            if found.issuperset(names):
                break
    except (ConfigurationError, LookupError) as error:
        log.warning("It is not known which workflows jobs need; all DAGs of deleted ones are kept for now: %s", error)
        return set(names)
    return found.intersection(names)


def _dag(name: str, source: DagSource | None, options: WorkflowDagOptions) -> DAG:
    if source is not None:
        try:
            return workflow_dag(load_frozen(source.content), options, retired_at=source.retired_at)
        except MediaError as error:
            log.warning("The workflow %s was recorded by another version of this package: %s", name, error.message)
    # Jobs need only the name. Manual runs need more; the epoch as retirement time refuses them all.
    facts = Workflow(name=name, outputs={"facts": ProbeReportSpec()})
    return workflow_dag(freeze(facts), options, retired_at=EPOCH)
