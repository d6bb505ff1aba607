"""State machine files: definitions and their settings, read again only when the files have changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import StateMachineInvalid, StateMachineUnknown
from airflow_provider_media.core.statelang import Machine, parse
from airflow_provider_media.core.statelang.files import load_definition
from airflow_provider_media.core.statelang.service import not_for_express
from airflow_provider_media.core.workflows.machine_options import MachineSettings, load_settings
from airflow_provider_media.hooks import settings

PREFIX = "state_machine_"
"""Prefix of the ids of state machines' DAGs."""
MEDIA_DAG, WAITING_DAG = "media_state_task", "media_state_wait"
"""DAGs of an execution's child runs: one for runs that work, one for runs that wait for somebody else."""
STOPPING_DAG = "media_state_stop"
"""DAG each of whose runs ends the run that its conf names: tasks cannot end runs, but a scheduler can."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")


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
        return PREFIX + self.name

    @property
    def express(self) -> bool:
        """Whether the state machine runs in one process, for five minutes at most."""
        return self.settings.type == "express"


def read_machine(path: Path) -> MachineFile:
    """Return the state machine in a JSON file, with the YAML file beside it.

    :raises StateMachineInvalid: when a file is not valid; the message holds every mistake and its place.
    """
    if not NAME.fullmatch(path.stem):
        raise StateMachineInvalid(f"{path}: the file's name becomes the DAG's: use letters, digits, - and _ only")
    definition = load_definition(path)
    beside = path.with_suffix(".yaml")
    found = MachineFile(name=path.stem, definition=definition, machine=parse(definition), settings=load_settings(beside))
    problem = not_for_express(found.machine) if found.express else None
    if problem:
        raise StateMachineInvalid(f"{beside}: type is express, but {problem}; take standard")
    return found


def find_machine(name: str) -> MachineFile:
    """Return a state machine by its name, as its files are now.

    :raises StateMachineUnknown: when there is no such file.
    :raises StateMachineInvalid: when the files are not valid.
    """
    folder = settings.state_machines_folder()
    path = folder / f"{name}.json"
    if not NAME.fullmatch(name) or not path.is_file():
        close = difflib.get_close_matches(name, [each.stem for each in folder.glob("*.json")], n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise StateMachineUnknown(f"There is no state machine {name!r}.{hint} Name another one, or put its file back.")
    return _read(path, (_stamp(path), _stamp(path.with_suffix(".yaml"))))


@lru_cache(maxsize=256)
def _read(path: Path, _stamps: tuple[tuple[int, int] | None, ...]) -> MachineFile:
    return read_machine(path)


def _stamp(path: Path) -> tuple[int, int] | None:
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else None
