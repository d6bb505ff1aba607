"""Parse cache: results of parsing workflow files, shared by the processes of one user.

A snapshot is one JSON file for one set of workflows. Each entry holds the file's path, modification time, size and
digest; an entry whose file differs is not used. A snapshot that is damaged, belongs to another user or was made under
other conditions is not used either. A failure of the cache is never an error: the files are parsed instead.
"""

from __future__ import annotations

import gc
import hashlib
import inspect
import os
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pydantic
from pydantic import ValidationError

import airflow_provider_media
from airflow_provider_media.core.announcements.targets import TARGETS
from airflow_provider_media.core.diagnostics import Diagnostic
from airflow_provider_media.core.outputs.spec import Spec
from airflow_provider_media.core.workflows.model import OUTPUT_SPECS, FrozenWorkflow

MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024
"""Largest snapshot that is read: some 50,000 workflows."""
KEPT_SECONDS = 7 * 24 * 3600
"""Age at which an unwritten snapshot is deleted: each version of a Git bundle has folders of its own."""


class FileStamp(Spec):
    """Identity of a file's content."""

    path: str
    mtime_ns: int
    size: int
    digest: str
    """SHA-256 of the content."""


class ParsedFile(Spec):
    """Result of parsing one workflow file."""

    stamp: FileStamp | None = None
    """None if the file cannot be read."""
    workflow: FrozenWorkflow | None = None
    """None if the file has any error."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Errors and warnings of the file."""
    is_lasting: bool = False
    """Whether the result depends only on this file and the conditions of the snapshot."""


class _Snapshot(Spec):
    """All files of one set of workflows.

    :param conditions: digest of everything else on which the entries depend, besides the files themselves.
    """

    conditions: str
    files: tuple[ParsedFile, ...]


def stamp_of(path: Path, content: bytes) -> FileStamp:
    """Return the stamp of a file that was just read."""
    state = path.stat()
    return FileStamp(
        path=str(path), mtime_ns=state.st_mtime_ns, size=state.st_size, digest=hashlib.sha256(content).hexdigest()
    )


def conditions_of(files: Iterable[Path]) -> str:
    """Return a digest of everything besides its file on which the parse of a workflow depends.

    These are the files that all workflows depend on, this package's code, the installed packages and their targets.

    :param files: such as presets and accounts; they need not exist.
    """
    parts = [airflow_provider_media.__version__, pydantic.VERSION, *_code_stamps()]
    parts.extend(f"{kind.name} {kind.pattern}" for kind in TARGETS.values())
    for path in files:
        try:
            parts.append(f"{path} {hashlib.sha256(path.read_bytes()).hexdigest()}")
        except OSError as error:
            parts.append(f"{path} {error.errno}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _code_stamps() -> Iterator[str]:
    # In a checkout, the code changes but the version does not. Installing a package changes the folder of packages.
    yield str(Path(pydantic.__file__).parents[1].stat().st_mtime_ns)
    for folder, folders, files in os.walk(Path(airflow_provider_media.__file__).parent / "core"):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(files):
            # A Path for each of 300 files takes as long as all the rest.
            state = os.stat(f"{folder}/{name}")  # noqa: PTH116
            yield f"{name} {state.st_mtime_ns} {state.st_size}"
    for kind, spec in OUTPUT_SPECS.items():  # other distributions may add kinds, from their own checkouts, too
        yield f"{kind} {Path(inspect.getfile(spec)).stat().st_mtime_ns}"


def private_directory(path: Path) -> Path | None:
    """Return a directory that only this user can read and write, made if it is missing; None if that is impossible."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = path.lstat()
    except OSError:
        return None
    is_private = stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o077
    return path if is_private else None


def read_snapshot(path: Path, conditions: str) -> Mapping[str, ParsedFile]:
    """Return the entries of a snapshot by file path; none if the snapshot cannot be used.

    :param conditions: conditions under which the entries must have been made.
    """
    try:
        content = _read_own(path)
        checksum, body = content[:64], content[65:]
        if hashlib.sha256(body).hexdigest().encode() != checksum:
            return {}
        with _without_garbage_collection():
            snapshot = _Snapshot.model_validate_json(body)
    except (OSError, ValidationError):
        return {}
    if snapshot.conditions != conditions:
        return {}
    return {file.stamp.path: file for file in snapshot.files if file.stamp is not None}


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    # The many new objects trigger a full collection. Scanning all that Airflow has imported takes four times as long as
    # this read.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _read_own(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        state = os.fstat(file.fileno())
        is_own = stat.S_ISREG(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & 0o022
        if not is_own or state.st_size > MAX_SNAPSHOT_BYTES:
            raise PermissionError(path)
        return file.read(MAX_SNAPSHOT_BYTES)


def write_snapshot(path: Path, conditions: str, files: Iterable[ParsedFile]) -> None:
    """Replace a snapshot atomically, so that no process reads half of it; do nothing if that is impossible."""
    body = _Snapshot(conditions=conditions, files=tuple(files)).model_dump_json().encode()
    content = hashlib.sha256(body).hexdigest().encode() + b"\n" + body
    with suppress(OSError):
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".new")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
        _delete_old(path.parent)


def _delete_old(directory: Path) -> None:
    for path in (*directory.glob("*.json"), *directory.glob("*.new")):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()
