"""From state machine files to DAGs: each valid machine becomes a DAG, whatever errors other files have."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from airflow.sdk import DAG, get_parsing_context

from airflow_provider_media.core.dag_ids import MACHINE_PREFIX, machine_of_dag
from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.project.machine_files import MachineFile, settings_path
from airflow_provider_media.factory.retired_machines import held_dags, recorded_dag
from airflow_provider_media.factory.schedules import appeared_at
from airflow_provider_media.factory.state_machine import state_machine_dag
from airflow_provider_media.factory.stored_definitions import readable, stored_problems
from airflow_provider_media.hooks.state_machine_files import load_machines, machine_path

log = logging.getLogger(__name__)


def dags_from_state_machines(folder: Path | None = None) -> dict[str, DAG]:
    """Return, by id, the DAG of each valid state machine, and the DAGs that unfinished executions still need.

    :param folder: folder of the files; the configured one (``[media] state_machines_folder``) when absent.
    """
    wanted = get_parsing_context().dag_id
    if wanted and wanted.startswith(MACHINE_PREFIX):
        # A task parses its DAG file for its own DAG alone, and needs the DAG as the DAG processor last made it.
        name = machine_of_dag(wanted)
        return recorded_dag(wanted, folder) or _dags(load_machines(folder, name=name, max_age=0).machines, folder)
    machines = load_machines(folder, max_age=0).machines
    return _dags(machines, folder) | held_dags(machines, folder)


def _dags(machines: Mapping[str, MachineFile], folder: Path | None) -> dict[str, DAG]:
    dags: dict[str, DAG] = {}
    for name, found in machines.items():
        since = appeared_at(settings_path(machine_path(name, folder)))
        try:
            dag = state_machine_dag(name, found.definition, machine=found.machine, how=found.settings, since=since)
        except Exception:
            # All other state machines of the DAG file must keep their DAGs.
            log.exception("The state machine %s has no DAG, although its files have no errors.", name)
        else:
            dags[dag.dag_id] = dag
    return dags


def raise_state_machine_errors(folder: Path | None = None) -> None:
    """Raise the errors of the files, so that Airflow shows them among its import errors. Without errors, do nothing.

    :param folder: folder of the files; the configured one (``[media] state_machines_folder``) when absent.
    :raises StateMachineInvalid: with the messages of all files' errors.
    """
    problems = stored_problems("state-machines", folder, max_age=0)
    messages = [*map(readable, load_machines(folder).errors), *problems]
    if messages:
        raise StateMachineInvalid("\n\n".join(messages))
