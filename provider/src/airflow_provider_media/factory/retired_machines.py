"""DAGs of state machines whose file is missing, invalid or changed while earlier executions are unfinished."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from airflow.sdk import DAG
from pydantic import ValidationError

from airflow_provider_media.core.dag_ids import machine_dag_id, machine_of_dag
from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.project.machine_files import MachineFile, settings_path
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.statelang import parse
from airflow_provider_media.core.statelang.native import NativePlan, Refusal, shape_of
from airflow_provider_media.core.task_ids import RESULT
from airflow_provider_media.core.workflows.dag_record import DagSource, SoundFiles
from airflow_provider_media.core.workflows.machine_options import MachineSettings
from airflow_provider_media.factory.retirement import find_source, held_sources, record_key
from airflow_provider_media.factory.schedules import EPOCH, appeared_at
from airflow_provider_media.factory.state_machine import Replacement, replaced_machine_dag, state_machine_dag
from airflow_provider_media.factory.workflow import RETIRED_TAG
from airflow_provider_media.hooks import dag_records
from airflow_provider_media.hooks.state_machine_files import machine_path

log = logging.getLogger(__name__)
RETIRED = (
    "Retired: the state machine's file is gone or broken. This DAG ends the executions that were started before, and"
    " goes with the last."
)


def held_dags(sound: Mapping[str, MachineFile], folder: Path | None = None) -> dict[str, DAG]:
    """Return, by id, the DAGs that unfinished executions need in their earlier form.

    :param sound: machines with a valid file, by name.
    :param folder: folder of the files; the configured one when absent.
    """
    contents = {name: _content(found) for name, found in sound.items()}
    files = SoundFiles(
        digests={name: digest(content) for name, content in contents.items()},
        content_of=contents.__getitem__,
        has_other_tasks=has_other_tasks,
    )
    held = held_sources(record_key(dag_records.STATE_MACHINES, folder), files, unfinished_machines)
    dags = [_dag(name, source, appeared_at(settings_path(machine_path(name, folder)))) for name, source in held.items()]
    return {dag.dag_id: dag for dag in dags if dag is not None}


def recorded_dag(wanted: str, folder: Path | None = None) -> dict[str, DAG]:
    """Return, by id, a task's DAG as the DAG processor last made it; empty if it never did.

    :param wanted: id of the DAG.
    :param folder: folder of the files; the configured one when absent.
    """
    name = machine_of_dag(wanted)
    source = find_source(record_key(dag_records.STATE_MACHINES, folder), name)
    # The schedule does not matter to a task.
    dag = _dag(name, source, EPOCH) if source is not None else None
    return {wanted: dag} if dag is not None else {}


def unfinished_machines(names: Collection[str]) -> set[str]:
    """Return those of the named state machines that have unfinished executions."""
    return {name for name in names if dag_records.has_unfinished_runs(machine_dag_id(name), RESULT)}


def has_other_tasks(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Return whether executions of one content cannot continue in the DAG of another."""
    return _tasks(before) != _tasks(now)


def _tasks(content: Mapping[str, Any]) -> NativePlan | str:
    if content["settings"]["type"] == "express":
        return "express"
    plan = shape_of(parse(content["definition"]))
    return "durable" if isinstance(plan, Refusal) else plan


def _content(found: MachineFile) -> dict[str, Any]:
    return {"definition": dict(found.definition), "settings": found.settings.model_dump(mode="json")}


def _dag(name: str, source: DagSource, since: datetime) -> DAG | None:
    try:
        how, definition = _settings(source.content, source), source.content["definition"]
        if source.before is None or source.replaced_at is None:
            dag = state_machine_dag(name, definition, how=how, since=since)
        else:
            replacement = Replacement(definition=definition, how=how, at=source.replaced_at)
            before = source.before["definition"], _settings(source.before, source)
            dag = replaced_machine_dag(name, *before, replacement, since=since)
    except (MediaError, ValidationError, LookupError) as error:
        log.warning("The state machine %s was recorded by another version of this package: %s", name, error)
        return None
    if source.retired_at is not None:
        dag.description = dag.doc_md = RETIRED
    return dag


def _settings(content: Mapping[str, Any], source: DagSource) -> MachineSettings:
    how = MachineSettings.model_validate(content["settings"])
    return how.model_copy(update={"schedule": None, "tags": (RETIRED_TAG, *how.tags)}) if source.retired_at else how
