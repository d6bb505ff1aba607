"""What the commands that touch media run with: workflow, job and engine from a command line and the environment."""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.job.model import Engine, Job
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.storage.base import Storage
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import load_workflow
from airflow_provider_media.core.workflows.presets import load_presets

HTTPS_ALLOW = "MEDIA_HTTPS_ALLOW"
"""Environment variable with ``host:port`` entries, separated by commas, that sources may come from although they are private."""
REQUIRE_SANDBOX = "MEDIA_REQUIRE_SANDBOX"


def job_of(args: argparse.Namespace, *, output: str) -> Job:
    """The job that ``--workflow`` and ``--source`` name.

    :raises ConfigurationError: when one of them is missing.
    :raises WorkflowInvalid: when the workflow is not valid.
    """
    path, source = Path(required(args, "workflow")), required(args, "source")
    folder = Path(args.presets) if args.presets else path.parent.parent / "presets"
    workflow = load_workflow(path, load_presets(folder))
    return Job(id=uuid.uuid4().hex, source=uri_of(source), workflow=freeze(workflow), output=as_folder(output))


def uri_of(text: str) -> str:
    """A URI as it is, with the signature that it may carry, or the one of a path.

    :raises ConfigurationError: when it is neither.
    """
    if "://" not in text:
        return str(parse(str(Path(text).expanduser().absolute())))
    parse(text)
    return text


def as_folder(text: str) -> str:
    """The URI of an output location, ending in ``/``."""
    return uri_of(text).rstrip("/") + "/"


@contextmanager
def engine_for(report: Callable[[Progress], None] = lambda _: None) -> Iterator[Engine]:
    """An engine with the environment's tools and credentials, whose local files are gone afterwards; Ctrl-C cancels its work."""
    allowed = frozenset(host for host in os.environ.get(HTTPS_ALLOW, "").split(",") if host)
    with _cancellable() as cancelled, tempfile.TemporaryDirectory(prefix="airflow-media-", ignore_cleanup_errors=True) as directory:
        yield Engine(
            toolchain=find_toolchain(),
            storages=storages(s3=_s3, https_allow=allowed),
            limits=Limits(),
            directory=Path(directory),
            require_sandbox=bool(os.environ.get(REQUIRE_SANDBOX)),
            report=report,
            cancelled=cancelled,
        )


@contextmanager
def _cancellable() -> Iterator[Callable[[], bool]]:
    """Whether this process was asked to end; whoever asks twice does not want to wait."""
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


def _s3() -> Storage:
    from airflow_provider_media.hooks.s3 import S3Storage, client_from_environment

    return S3Storage(client_from_environment())


def required(args: argparse.Namespace, name: str) -> str:
    """An option that must be given.

    :raises ConfigurationError: when it is not, so that the exit code is that of bad configuration in both forms of the command.
    """
    value = getattr(args, name)
    if not value:
        raise ConfigurationError(f"--{name} is missing")
    return str(value)
