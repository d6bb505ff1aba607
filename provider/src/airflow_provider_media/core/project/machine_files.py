"""State machine files: a definition in JSON, and its settings in a YAML file of the same name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airflow_provider_media.core.dag_ids import machine_dag_id
from airflow_provider_media.core.diagnostics import Diagnostic, Mark, diagnostics_of
from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.statelang import Machine
from airflow_provider_media.core.statelang.parsing.files import examine_file
from airflow_provider_media.core.statelang.service import not_for_express
from airflow_provider_media.core.workflows.document import read_file
from airflow_provider_media.core.workflows.machine_options import MachineSettings, load_settings

NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")
"""Names of state machines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFile:
    """A state machine as its files have it.

    :param name: name of the files, without their endings.
    :param definition: JSON of the state machine.
    :param machine: the parsed definition.
    :param settings: content of the YAML file beside the definition.
    """

    name: str
    definition: Mapping[str, Any]
    machine: Machine
    settings: MachineSettings

    @property
    def dag_id(self) -> str:
        """Id of the state machine's DAG."""
        return machine_dag_id(self.name)

    @property
    def express(self) -> bool:
        """Whether the state machine runs in one process, for five minutes at most."""
        return self.settings.type == "express"


def settings_path(path: Path) -> Path:
    """Return the path of the settings beside a definition."""
    return path.with_suffix(".yaml")


def examine_machine(path: Path) -> tuple[MachineFile | None, list[Diagnostic]]:
    """Check a state machine's definition and settings, and collect all errors and warnings.

    :param path: the JSON file of the definition.
    :returns: the state machine, or None if there is any error; and the diagnostics of both files.
    """
    examined = examine_file(path)
    settings, problems = _examine_settings(settings_path(path))
    found = [*_name_problems(path), *examined.diagnostics, *problems]
    if (
        examined.machine is None
        or examined.definition is None
        or settings is None
        or any(one.is_error for one in found)
    ):
        return None, found
    machine = MachineFile(name=path.stem, definition=examined.definition, machine=examined.machine, settings=settings)
    problem = not_for_express(machine.machine) if machine.express else None
    if problem:
        return None, [*found, _not_express(settings_path(path), problem)]
    return machine, found


def _name_problems(path: Path) -> list[Diagnostic]:
    if NAME.fullmatch(path.stem):
        return []
    message = "the file's name becomes the DAG's: use letters, digits, - and _ only, 200 at most"
    return [Diagnostic(mark=Mark(file=str(path), line=1, column=1), message=message, rule="machine-name")]


def _examine_settings(path: Path) -> tuple[MachineSettings | None, list[Diagnostic]]:
    try:
        return load_settings(path), []
    except StateMachineInvalid as error:
        return None, diagnostics_of(error)


def _not_express(path: Path, problem: str) -> Diagnostic:
    mark = read_file(path).nearest(("type",)).mark
    return Diagnostic(mark=mark, field="type", message=f"is express, but {problem}; take standard", rule="machine-type")
