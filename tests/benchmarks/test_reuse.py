"""What a job costs that shares most of its work with a finished one: processor seconds, as ratios of one run.

A finished job made an MP4, a ladder and a poster. The next jobs change nothing, add a snapshot or add a rendition. Each
is compared with a job that makes what was added alone, from nothing: probe, encode, verification and publishing.
"""

from __future__ import annotations

import resource
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_media.core.execution.run import run
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from demo.clip import demo_clip
from demo.stack import ROOT

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

ROUNDS = 2
RUNGS = [{"short_side": 720, "max_bitrate": 3_200_000}, {"short_side": 360, "max_bitrate": 800_000}]
ADDED = {"short_side": 480, "max_bitrate": 1_400_000}
LADDER = {"kind": "ladder", "speed": "fast", "renditions": RUNGS}
FINISHED = {
    "mp4": {"kind": "transcode", "video": {"speed": "fast"}},
    "stream": LADDER,
    "poster": {"kind": "snapshots", "at": ["10%"]},
}
SHOT = {"shot": {"kind": "snapshots", "at": ["50%"]}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A source, and a folder for outputs and scratch files."""

    clip: Path
    folder: Path

    def processor_seconds(self, outputs: Mapping[str, Any], job_id: str) -> float:
        """Run a job and return what it takes, tools included."""
        fields = {"name": "reuse", "output": {"path": "{output}_{number}.{format}"}, "outputs": dict(outputs)}
        workflow = freeze(Workflow.model_validate(fields))
        output = (self.folder / "out").as_uri() + "/"
        job = Job(id=job_id, source=self.clip.as_uri(), workflow=workflow, output=output)
        engine = Engine(
            toolchain=find_toolchain(), storages=storages(), limits=Limits(), directory=self.folder / "work"
        )
        before = _processor_seconds()
        assert run(job, engine).outputs
        return _processor_seconds() - before


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def measured_once(clip: Path, folder: Path) -> dict[str, float]:
    """Processor seconds of each job of one round."""
    place = Place(clip=clip, folder=folder / "finished")
    added = {**FINISHED, "stream": {**LADDER, "renditions": [*RUNGS, ADDED]}}
    alone = {"stream": {**LADDER, "renditions": [ADDED], "audio": []}}
    return {
        "first job": place.processor_seconds(FINISHED, "first"),
        "unchanged": place.processor_seconds(FINISHED, "unchanged"),
        "snapshot added": place.processor_seconds({**FINISHED, **SHOT}, "shot"),
        "rendition added": place.processor_seconds(added, "rendition"),
        "snapshot alone": Place(clip=clip, folder=folder / "shot").processor_seconds(SHOT, "alone"),
        "rendition alone": Place(clip=clip, folder=folder / "rendition").processor_seconds(alone, "alone"),
    }


def test_an_addition_to_a_finished_job_costs_the_addition(tmp_path, capsys):
    clip = demo_clip(ROOT / ".local" / "media")
    Place(clip=clip, folder=tmp_path / "warm").processor_seconds(SHOT, "warm")  # imports
    rounds = [measured_once(clip, tmp_path / str(number)) for number in range(ROUNDS)]
    costs = {name: min(each[name] for each in rounds) for name in rounds[0]}
    with capsys.disabled():
        print("\n\nProcessor seconds of a job beside a finished one:")
        for name, seconds in costs.items():
            print(f"  {name:16} {seconds:6.2f} s, {seconds / costs['first job']:.2f} of the first job")
        for part in ("snapshot", "rendition"):
            ratio = costs[f"{part} added"] / costs[f"{part} alone"]
            print(f"  {part} added over {part} alone: {ratio:.2f}")
    assert costs["unchanged"] < costs["snapshot alone"], "an unchanged job does work"
    assert costs["snapshot added"] < 1.5 * costs["snapshot alone"], "more than the snapshot is made"
    assert costs["rendition added"] < 0.8 * costs["first job"], "more than the rendition is encoded"
