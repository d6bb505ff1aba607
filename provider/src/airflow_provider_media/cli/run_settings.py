"""Workflow, job and engine of a command, from its arguments and the environment."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.cache_limits import CacheLimits
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain, find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.errors import StorageFull
from airflow_provider_media.core.storage.https import FetchLimits
from airflow_provider_media.core.storage.registry import StorageSettings, storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import load_workflow
from airflow_provider_media.core.workflows.presets import load_presets

HTTPS_ALLOW = "MEDIA_HTTPS_ALLOW"
"""Environment variable with ``host:port`` entries, separated by commas: private hosts that sources may come from."""
REQUIRE_SANDBOX = "MEDIA_REQUIRE_SANDBOX"


def job_of(args: argparse.Namespace, *, output: str) -> Job:
    """Return the job that ``--workflow`` and ``--source`` name.

    :raises ConfigurationError: when one of them is missing.
    :raises WorkflowInvalid: when the workflow is not valid.
    """
    path, source = Path(required(args, "workflow")), required(args, "source")
    folder = Path(args.presets) if args.presets else path.parent.parent / "presets"
    workflow = load_workflow(path, load_presets(folder))
    return Job(id=uuid.uuid4().hex, source=uri_of(source), workflow=freeze(workflow), output=as_folder(output))


def uri_of(text: str) -> str:
    """Return a URI unchanged, including its signature, or the URI of a path.

    :raises ConfigurationError: when the text is neither.
    """
    if "://" not in text:
        return str(parse(str(Path(text).expanduser().absolute())))
    parse(text)
    return text


def as_folder(text: str) -> str:
    """Return the URI of an output location, ending in ``/``."""
    return uri_of(text).rstrip("/") + "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings for work on this machine."""

    toolchain: Toolchain
    limits: Limits
    https_allow: frozenset[str]
    require_sandbox: bool
    directory: Path | None = None
    """Work directory; the temporary folder when absent."""


def settings_of_machine() -> Settings:
    """Return the settings of this machine.

    They are the section ``[media]`` of Airflow's configuration together with the environment. Where Airflow's
    configuration contains no settings of this package, they are those of the environment alone.

    :raises ToolMissing: when a tool is missing or too old.
    """
    allowed = frozenset(host for host in os.environ.get(HTTPS_ALLOW, "").split(",") if host)
    strict = bool(os.environ.get(REQUIRE_SANDBOX))
    if not _is_configured():
        return Settings(toolchain=find_toolchain(), limits=Limits(), https_allow=allowed, require_sandbox=strict)
    from airflow_provider_media.hooks import settings

    return Settings(
        toolchain=settings.toolchain(),
        limits=settings.limits(),
        https_allow=allowed | settings.https_allow(),
        require_sandbox=strict or settings.require_sandbox(),
        directory=settings.work_directory(),
    )


def cache_limits() -> CacheLimits:
    """Return the limits of finished work: those of Airflow's configuration, or the defaults of this package.

    :raises ConfigurationError: when an option is no number from 0 on.
    """
    if not _is_configured():
        return CacheLimits()
    from airflow_provider_media.hooks import settings

    return settings.cache_limits()


def _is_configured() -> bool:
    """Return whether Airflow's configuration contains settings of this package.

    The check avoids an import of Airflow for its defaults alone, which would take a second.
    """
    if find_spec("airflow") is None:
        return False
    if "airflow.configuration" in sys.modules or any(name.startswith("AIRFLOW__MEDIA__") for name in os.environ):
        return True
    home = Path(os.environ.get("AIRFLOW_HOME") or "~/airflow")
    try:
        return "[media]" in Path(os.environ.get("AIRFLOW_CONFIG") or home / "airflow.cfg").expanduser().read_text()
    except OSError:
        return False


@contextmanager
def engine_for(report: Callable[[Progress], None] = lambda _: None) -> Iterator[Engine]:
    """Yield an engine with the machine's settings, tools and credentials.

    The engine's local files are deleted afterwards. Ctrl-C cancels its work.
    """
    machine = settings_of_machine()
    fetch = FetchLimits(
        **{name: getattr(machine.limits, name) for name in ("source_bytes", "fetch_seconds", "fetch_bytes_per_second")}
    )
    with _cancellable() as cancelled, _work_directory(machine) as directory:
        yield Engine(
            toolchain=machine.toolchain,
            storages=storages(StorageSettings(https_allow=machine.https_allow, limits=fetch)),
            limits=machine.limits,
            directory=directory,
            require_sandbox=machine.require_sandbox,
            report=report,
            cancelled=cancelled,
        )


@contextmanager
def _work_directory(machine: Settings) -> Iterator[Path]:
    try:
        made = tempfile.TemporaryDirectory(prefix="airflow-media-", dir=machine.directory, ignore_cleanup_errors=True)
    except OSError as error:
        raise StorageFull(
            f"No work can be done in {machine.directory or tempfile.gettempdir()}: {error.strerror}"
        ) from error
    with made as directory:
        yield Path(directory)


@contextmanager
def _cancellable() -> Iterator[Callable[[], bool]]:
    """Yield a function that returns whether this process was asked to end. A second signal ends the process at once."""
    asked = threading.Event()
    before: dict[int, Any] = {}

    def restore() -> None:
        while before:
            signal.signal(*before.popitem())

    def ask(*_: object) -> None:
        asked.set()
        restore()

    before.update({number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)})
    try:
        yield asked.is_set
    finally:
        restore()


def required(args: argparse.Namespace, name: str) -> str:
    """Return an option that must be given.

    :raises ConfigurationError: when the option is missing, so that both forms of the command have the exit code of bad
        configuration.
    """
    value = getattr(args, name)
    if not value:
        raise ConfigurationError(f"--{name} is missing")
    return str(value)
