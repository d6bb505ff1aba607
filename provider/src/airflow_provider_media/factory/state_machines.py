"""From state machine files to DAGs: each valid machine becomes a DAG, whatever errors other files have."""

from __future__ import annotations

import glob
from dataclasses import dataclass
from pathlib import Path

from airflow.sdk import DAG, get_parsing_context
from airflow.sdk.exceptions import AirflowTimetableInvalid

from airflow_provider_media.core.errors import MediaError, StateMachineInvalid
from airflow_provider_media.factory.retired_machines import held_dags, recorded_dag
from airflow_provider_media.factory.schedules import appeared_at
from airflow_provider_media.factory.state_machine import state_machine_dag
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.state_machine_files import PREFIX, MachineFile, read_machine


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedMachines:
    """The contents of a folder of state machines.

    :param dags: DAGs by id.
    :param errors: one error for each file that is not valid or cannot become a DAG.
    :param files: the machines of the DAGs, by name.
    """

    dags: dict[str, DAG]
    errors: tuple[MediaError, ...]
    files: dict[str, MachineFile]


def load_machines(folder: Path | None = None, *, stem: str = "*") -> LoadedMachines:
    """Read the state machines of a folder, without its subfolders.

    :param folder: folder of the files; the configured one when absent. The folder need not exist.
    :param stem: file name without its suffix; all files when absent.
    """
    dags: dict[str, DAG] = {}
    errors: list[MediaError] = []
    files: dict[str, MachineFile] = {}
    for path in sorted((folder or settings.state_machines_folder()).glob(f"{stem}.json")):
        try:
            found = read_machine(path)
            dag = _dag(path, found)
        except MediaError as error:
            errors.append(error)
        else:
            dags[dag.dag_id], files[found.name] = dag, found
    return LoadedMachines(dags=dags, errors=tuple(errors), files=files)


def _dag(path: Path, found: MachineFile) -> DAG:
    dag = state_machine_dag(found.name, found.definition, how=found.settings, since=appeared_at(path.with_suffix(".yaml")))
    try:
        # Airflow would find the error later, and then drop the file's other DAGs too.
        dag.timetable.validate()
    except AirflowTimetableInvalid as error:
        raise StateMachineInvalid(f"{path.with_suffix('.yaml')}: schedule: {error}") from error
    return dag


def dags_from_state_machines(folder: Path | None = None) -> dict[str, DAG]:
    """Return, by id, the DAG of each valid state machine, and the DAGs that unfinished executions still need.

    :param folder: folder of the files; the configured one (``[media] state_machines_folder``) when absent.
    """
    wanted = get_parsing_context().dag_id
    if wanted and wanted.startswith(PREFIX):
        # A task parses its DAG file for its own DAG alone, and needs the DAG as the DAG processor last made it.
        return recorded_dag(wanted, folder) or load_machines(folder, stem=glob.escape(wanted.removeprefix(PREFIX))).dags
    loaded = load_machines(folder)
    return loaded.dags | held_dags(loaded.files, folder)


def raise_state_machine_errors(folder: Path | None = None) -> None:
    """Raise the errors of the files, so that Airflow shows them among its import errors. Without errors, do nothing.

    :param folder: folder of the files; the configured one (``[media] state_machines_folder``) when absent.
    :raises StateMachineInvalid: with the messages of all files' errors.
    """
    errors = load_machines(folder).errors
    if errors:
        raise StateMachineInvalid("\n\n".join(error.message for error in errors))
