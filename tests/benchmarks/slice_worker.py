"""One worker of the benchmark of slices: takes units of a plan that nobody has taken, and encodes them on one core."""

import json
import os
import sys
from pathlib import Path

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.core.storage.registry import storages


def engine(folder: Path) -> Engine:
    """An engine with a directory of its own, as on a machine of its own."""
    return Engine(toolchain=find_toolchain(), storages=storages(), limits=Limits(), directory=folder)


def work(job: Job, folder: Path, name: str) -> None:
    """Encode units until none is left."""
    own = engine(folder / name)
    plan = stages.load_plan(job, own)
    # The most work first, as a scheduler with weights would.
    for index, unit in sorted(enumerate(plan.encodes), key=lambda pair: -pair[1].cost):
        try:
            (folder / "taken" / str(index)).mkdir(parents=True)
        except FileExistsError:
            continue
        stages.encode(job, unit, own)


if __name__ == "__main__":
    job_file, core, worker = sys.argv[1:]
    os.sched_setaffinity(0, {int(core)})
    work(from_json(Job, json.loads(Path(job_file).read_text())), Path(job_file).parent, worker)
