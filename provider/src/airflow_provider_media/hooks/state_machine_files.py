"""State machine files and stored ones: definitions and their settings, read again only when the files have changed."""

from __future__ import annotations

import difflib
import glob
from functools import lru_cache
from pathlib import Path

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.project.machine_files import NAME, MachineFile, settings_path
from airflow_provider_media.core.project.project import Project, ProjectFiles
from airflow_provider_media.core.statelang.errors import StateMachineUnknown
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.catalogue import FRESH_SECONDS


def load_machines(folder: Path | None = None, *, name: str | None = None, max_age: float = FRESH_SECONDS) -> Project:
    """Return the part of the project that is its state machines.

    :param folder: folder of the files, without its subfolders; the configured one and the definition store when absent.
        The folder need not exist.
    :param name: only this state machine; all of them when absent.
    :param max_age: seconds for which an earlier look at the definition store is good enough.
    """
    pattern = "*" if name is None else glob.escape(name)
    paths = (folder or settings.state_machines_folder()).glob(f"{pattern}.json")
    copies = () if folder is not None else stored_machines(name, max_age=max_age)
    return Project.load(ProjectFiles(machines=tuple(sorted(paths)), stored_machines=copies))


def stored_machines(name: str | None = None, *, max_age: float = FRESH_SECONDS) -> tuple[Path, ...]:
    """Return the copies of the published state machines of the definition store; none without a store."""
    if not settings.definitions():
        return ()
    from airflow_provider_media.hooks.definitions import stored_files

    return stored_files("state-machines", name=name, max_age=max_age)


def machine_path(name: str, folder: Path | None = None) -> Path:
    """Return the path of a state machine's definition: a file, or else the copy of a stored one.

    :param folder: folder of the files; the configured one and the definition store when absent.
    :returns: the path that its file would have when there is neither.
    """
    path = (folder or settings.state_machines_folder()) / f"{name}.json"
    if folder is not None or path.is_file() or not NAME.fullmatch(name):
        return path
    return next((copy for copy in stored_machines() if copy.stem == name), path)


def find_machine(name: str) -> MachineFile:
    """Return a state machine by its name, as its files are now.

    :raises StateMachineUnknown: when there is no such file.
    :raises StateMachineInvalid: when the files are not valid.
    """
    path = machine_path(name)
    if not NAME.fullmatch(name) or not path.is_file():
        close = difflib.get_close_matches(name, machine_names(), n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise StateMachineUnknown(f"There is no state machine {name!r}.{hint} Name another one, or put its file back.")
    project = _read(path, (_stamp(path), _stamp(settings_path(path))))
    if name not in project.machines:
        raise StateMachineInvalid("\n".join(map(str, project.errors)), file=str(path))
    return project.machines[name]


def machine_names() -> list[str]:
    """Return the names of all state machines with a file or in the store, in order; those with errors are included."""
    paths = (*settings.state_machines_folder().glob("*.json"), *stored_machines())
    return sorted({path.stem for path in paths if NAME.fullmatch(path.stem)})


def read_machine(name: str) -> tuple[str, Project]:
    """Return the text of a definition, and the project of its files with all their errors and warnings.

    :raises StateMachineUnknown: when there is no such file.
    """
    path = machine_path(name)
    if not NAME.fullmatch(name) or not path.is_file():
        raise StateMachineUnknown(f"There is no state machine {name!r}. Name another one, or put its file back.")
    project = _read(path, (_stamp(path), _stamp(settings_path(path))))
    return path.read_text(encoding="utf-8", errors="replace"), project


@lru_cache(maxsize=1024)  # a list reads all files, and one that fits into no cache would parse all of them each time
def _read(path: Path, _stamps: tuple[tuple[int, int] | None, ...]) -> Project:
    return Project.load(ProjectFiles(machines=(path,)))


def _stamp(path: Path) -> tuple[int, int] | None:
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else None
