"""Whole jobs in this process, for tests that run hundreds of them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.execution.run import run
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain, find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job, Manifest
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a job ended."""

    folder: Path
    """Where its outputs are."""
    manifest: Manifest | None = None
    error: MediaError | None = None

    @property
    def code(self) -> str:
        """The error's code; empty after a success."""
        return self.error.code if self.error else ""

    def files(self, output: str, *suffixes: str) -> list[Path]:
        """The published files of an output, by name; those with one of these suffixes where any is given."""
        made = self.manifest.outputs if self.manifest else ()
        paths = sorted(Path(file.uri.removeprefix("file://")) for file in made if file.output == output)
        return [path for path in paths if not suffixes or path.suffix in suffixes]


@cache
def tools() -> Toolchain:
    """The tools of this machine, looked for once."""
    return find_toolchain()


def run_job(source: Path, folder: Path, outputs: dict[str, Any], *, integrity: str = "strict") -> Outcome:
    """Run a workflow with these outputs."""
    fields = {
        "name": "drawn",
        "integrity": integrity,
        "output": {"path": "{output}/{output}_{number}.{format}"},
        "outputs": outputs,
    }
    job = Job(
        id=uuid.uuid4().hex,
        source=source.absolute().as_uri(),
        workflow=freeze(Workflow.model_validate(fields)),
        output=(folder / "out").absolute().as_uri() + "/",
    )
    engine = Engine(toolchain=tools(), storages=storages(), limits=Limits(), directory=folder / "work")
    try:
        return Outcome(folder=folder / "out", manifest=run(job, engine))
    except MediaError as error:
        return Outcome(folder=folder / "out", error=error)


@contextmanager
def side_by_side(judge: Callable[[int], list[str]], seeds: Iterable[int]) -> Iterator[Mapping[int, Future[list[str]]]]:
    """What is wrong with each seed's job; as many run at once as there are processors, for tools wait for each other
    most of the time.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {seed: pool.submit(judge, seed) for seed in seeds}
        pool.shutdown(cancel_futures=True)
