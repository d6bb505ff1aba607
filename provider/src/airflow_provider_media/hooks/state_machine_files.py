"""State machine files: definitions and their settings, read again only when the files have changed."""

from __future__ import annotations

import difflib
from functools import lru_cache
from pathlib import Path

from airflow_provider_media.core.errors import StateMachineInvalid
from airflow_provider_media.core.project.machine_files import NAME, MachineFile, settings_path
from airflow_provider_media.core.project.project import Project, ProjectFiles
from airflow_provider_media.core.statelang.errors import StateMachineUnknown
from airflow_provider_media.hooks import settings


def load_machines(folder: Path | None = None, *, stem: str = "*") -> Project:
    """Return the part of the project that is its state machines.

    :param folder: folder of the files, without its subfolders; the configured one when absent. The folder need not
        exist.
    :param stem: pattern of file names without their suffix; all files when absent.
    """
    paths = (folder or settings.state_machines_folder()).glob(f"{stem}.json")
    return Project.load(ProjectFiles(machines=tuple(sorted(paths))))


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
    project = _read(path, (_stamp(path), _stamp(settings_path(path))))
    if name not in project.machines:
        raise StateMachineInvalid("\n".join(map(str, project.errors)), file=str(path))
    return project.machines[name]


def machine_names() -> list[str]:
    """Return the names of all state machines with a file, in order; files with errors are included."""
    return sorted(path.stem for path in settings.state_machines_folder().glob("*.json") if NAME.fullmatch(path.stem))


def read_machine(name: str) -> tuple[str, Project]:
    """Return the text of a definition, and the project of its files with all their errors and warnings.

    :raises StateMachineUnknown: when there is no such file.
    """
    path = settings.state_machines_folder() / f"{name}.json"
    if not NAME.fullmatch(name) or not path.is_file():
        raise StateMachineUnknown(f"There is no state machine {name!r}. Name another one, or put its file back.")
    project = _read(path, (_stamp(path), _stamp(settings_path(path))))
    return path.read_text(encoding="utf-8", errors="replace"), project


@lru_cache(maxsize=1024)  # a list reads all files, and one that fits into no cache would parse all of them each time
def _read(path: Path, _stamps: tuple[tuple[int, int] | None, ...]) -> Project:
    return Project.load(ProjectFiles(machines=(path,)))


def _stamp(path: Path) -> tuple[int, int] | None:
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else None
