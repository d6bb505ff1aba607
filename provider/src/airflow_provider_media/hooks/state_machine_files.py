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
"""What the ids of state machines' DAGs begin with."""
MEDIA_DAG, WAITING_DAG = "media_state_task", "media_state_wait"
"""DAGs of tasks that run apart from their execution: those that work, and those that wait for somebody else."""
STOPPING_DAG = "media_state_stop"
"""DAG of which each run has another run ended, which its conf names: tasks cannot end runs, and a scheduler can."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFile:
    """A state machine as its files have it.

    :param name: of its files, without their endings.
    :param definition: its JSON.
    :param machine: the same, read.
    :param settings: what stands in the YAML file beside it.
    """

    name: str
    definition: Mapping[str, Any]
    machine: Machine
    settings: MachineSettings

    @property
    def dag_id(self) -> str:
        """Its DAG."""
        return PREFIX + self.name

    @property
    def express(self) -> bool:
        """Whether it runs in one process, for five minutes at most."""
        return self.settings.type == "express"


def read_machine(path: Path) -> MachineFile:
    """The state machine in a JSON file, with the YAML file beside it.

    :raises StateMachineInvalid: with every mistake and its place.
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
    """A state machine by its name, as its files are now.

    :raises StateMachineUnknown: where there is no such file.
    :raises StateMachineInvalid: where its files are not valid.
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
