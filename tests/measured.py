"""A whole job in a process of its own, and what it took: ``python -m tests.measured WORKFLOW SOURCE OUTPUT`` prints
JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.parsing import load_workflow
from tests.memory import own_peak_mib

MIB = 1024**2
TOOLS = ("ffmpeg", "ffprobe", "packager")


@dataclass(kw_only=True)
class Stage:
    """What one stage took."""

    seconds: float
    python: float
    """CPU seconds in user mode of Python: those in the kernel depend on the file system and on what else runs."""
    tools: float
    """CPU seconds in user mode of the tools."""
    runs: dict[str, int]
    """How often each tool was started."""


@dataclass(kw_only=True)
class Measured:
    """What a job took."""

    stages: dict[str, Stage] = field(default_factory=dict)
    files: int = 0
    python_mib: float = 0.0
    tools_mib: float = 0.0
    """Of the largest tool; at least that of Python, from which each of them is forked."""
    scratch_mib: float = 0.0
    """Most bytes of local files outside the output location."""

    def report(self) -> str:
        """One line for people."""
        parts = (
            f"{name} {one.seconds:.1f} s ({one.python + one.tools:.1f} s CPU)" for name, one in self.stages.items()
        )
        memory = f"Python {self.python_mib:.0f} MiB, tools {self.tools_mib:.0f} MiB, scratch {self.scratch_mib:.0f} MiB"
        return f"{self.files} files; {', '.join(parts)}; {memory}"


def measured_job(workflow: Path, source: Path, output: Path) -> Measured:
    """Run a job in another process, so that memory is its own."""
    argv = [sys.executable, "-m", "tests.measured", *map(str, (workflow, source, output))]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1], timeout=900)
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    return Measured(**{**data, "stages": {name: Stage(**stage) for name, stage in data["stages"].items()}})


def main(workflow: Path, source: Path, output: Path) -> Measured:
    """All stages of a job, measured one by one."""
    taken, runs = Measured(), _counted_runs()
    job = Job(
        id="j", source=source.as_uri(), workflow=freeze(load_workflow(workflow, {})), output=f"{output.as_uri()}/"
    )
    with tempfile.TemporaryDirectory() as scratch:

        def look(progress: Progress) -> None:
            # Of a package the largest moment is when Packager has ended, of a unit when ffmpeg has.
            if progress.percent == 100 and progress.name != "publish":
                used = sum(path.stat().st_size for path in Path(scratch).rglob("*") if path.is_file())
                taken.scratch_mib = max(taken.scratch_mib, used / MIB)

        engine = Engine(
            toolchain=find_toolchain(), storages=storages(), limits=Limits(), directory=Path(scratch), report=look
        )
        with _stage("probe", taken, runs):
            media = stages.probe(job, engine)
        with _stage("plan", taken, runs):
            plan = stages.make_plan(job, media, engine)
        with _stage("encode", taken, runs):
            encoded = list(chain.from_iterable(stages.encode(job, unit, engine) for unit in plan.units))
        with _stage("package", taken, runs):
            packaged = [stages.package(job, package, encoded, engine) for package in plan.packages]
        with _stage("publish", taken, runs):
            manifest = stages.publish(job, plan, [*encoded, *packaged], engine, timings={})
    taken.files = len(manifest.outputs)
    taken.python_mib, taken.tools_mib = own_peak_mib(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return taken


_BOTH = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


@contextmanager
def _stage(name: str, taken: Measured, runs: Counter[str]) -> Iterator[None]:
    began, before, earlier = time.monotonic(), [resource.getrusage(who).ru_utime for who in _BOTH], Counter(runs)
    yield
    python, tools = (resource.getrusage(who).ru_utime - then for who, then in zip(_BOTH, before, strict=True))
    seconds = time.monotonic() - began
    taken.stages[name] = Stage(seconds=seconds, python=python, tools=tools, runs=dict(runs - earlier))


def _counted_runs() -> Counter[str]:
    """How often each tool has been started from now on."""
    runs: Counter[str] = Counter()

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "subprocess.Popen":
            names = (Path(str(each)).name for each in arguments[1])  # type: ignore[attr-defined]
            runs.update([next((tool for name in names for tool in TOOLS if name.startswith(tool)), "other")])

    sys.addaudithook(hear)
    return runs


if __name__ == "__main__":
    print(json.dumps(asdict(main(*(Path(each) for each in sys.argv[1:])))))
