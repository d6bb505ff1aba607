"""Slices: how much faster two workers are than one, and what joints cost in size and quality."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from statistics import median

import pytest

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.execution.slice_joining import join
from airflow_provider_media.core.jobs.model import Job, Manifest
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from demo.clip import demo_clip
from demo.stack import ROOT
from tests.benchmarks.slice_worker import engine
from tests.media import ffmpeg

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

SLICE = 4
RUNGS = [
    {"short_side": 720, "max_bitrate": 3_200_000},
    {"short_side": 480, "max_bitrate": 1_400_000},
    {"short_side": 360, "max_bitrate": 800_000},
]
LADDER = {"stream": {"kind": "ladder", "speed": "fast", "renditions": RUNGS}}
LARGEST_DROP = 1.5
"""Most that the quality may change at a joint, relative to the largest usual change from frame to frame."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a minute of a real film: the demo's clip, several times; encoded again, so that its frames come evenly."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    clip = demo_clip(ROOT / ".local" / "media")
    form = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "10", "-vf", "fps=25", "-c:a", "aac", "-t", "32")
    argv = [ffmpeg(), "-v", "error", "-stream_loop", "7", "-i", str(clip), *form, str(path)]
    subprocess.run(argv, check=True, timeout=120)
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One job, and the seconds from its plan to its manifest."""

    manifest: Manifest
    seconds: float


def done(film: Path, folder: Path, cores: list[int], **fields: object) -> Run:
    """Do a job with one worker per core."""
    workflow = freeze(Workflow.model_validate({"name": "slices", "outputs": LADDER, **fields}))
    job = Job(id="0" * 32, source=film.as_uri(), workflow=workflow, output=(folder / "out").as_uri() + "/")
    own = engine(folder / "first")
    job = stages.settled(job, own)
    plan = stages.make_plan(job, stages.probe_for_plan(job, own), own)
    assert bool(plan.joins) == (fields["slicing"] != "off")
    job_file = folder / "job.json"
    job_file.write_text(json.dumps(to_json(job)))
    began = time.monotonic()
    worker = [sys.executable, "-m", "tests.benchmarks.slice_worker", str(job_file)]
    workers = [subprocess.Popen([*worker, str(core), f"worker{core}"], cwd=ROOT) for core in cores]
    assert [each.wait(timeout=1800) for each in workers] == [0] * len(cores)
    os.sched_setaffinity(0, {cores[0]})
    try:
        encoded = list(chain.from_iterable(stages.encode(job, unit, own) for unit in plan.encodes))  # all are finished
        encoded += chain.from_iterable([join(job, unit, encoded, own) for unit in plan.joins])
        packaged = [stages.package(job, package, encoded, own) for package in plan.packages]
        manifest = stages.publish(job, plan, [*encoded, *packaged], own, timings={})
    finally:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    return Run(manifest=manifest, seconds=time.monotonic() - began)


def test_two_workers_are_nearly_twice_as_fast_as_one(film, tmp_path, capsys):
    one = done(film, tmp_path / "one", [0], slicing=SLICE)
    two = done(film, tmp_path / "two", [0, 1], slicing=SLICE)
    whole = done(film, tmp_path / "whole", [0], slicing="off")
    with capsys.disabled():
        print("\n\nHalf a minute as a ladder of three rungs, from plan to manifest, one core per worker:")
        print(f"  one worker, whole     {whole.seconds:6.1f} s")
        print(f"  one worker, slices    {one.seconds:6.1f} s")
        print(f"  two workers, slices   {two.seconds:6.1f} s, {one.seconds / two.seconds:.2f} times as fast")


def test_slices_keep_size_and_quality(film, tmp_path, capsys):
    outputs = {"stream": {**LADDER["stream"], "quality": "measure", "renditions": RUNGS[:2]}}
    cores = list(range(os.cpu_count() or 1))
    sliced = done(film, tmp_path / "sliced", cores, slicing=SLICE, outputs=outputs)
    whole = done(film, tmp_path / "whole", cores[:1], slicing="off", outputs=outputs)
    with capsys.disabled():
        print("\n\nSlices of 4 s beside the whole:")
        for part, all_in_one in zip(sliced.manifest.quality, whole.manifest.quality, strict=True):
            size, all_size = (bytes_of(run.manifest, part.rendition) for run in (sliced, whole))
            difference = part.harmonic_mean - all_in_one.harmonic_mean
            print(
                f"  {part.rendition:6} VMAF {part.harmonic_mean:.2f} ({difference:+.2f}), size {size / all_size:.4f},"
                f" change at joints {joint_changes(part.uri, SLICE)}"
            )


def bytes_of(manifest: Manifest, rendition: str) -> int:
    return sum(file.size for file in manifest.outputs if f"/{rendition}/" in f"/{file.file}")


def joint_changes(uri: str, seconds: float) -> str:
    """The change of quality over joints, relative to the usual change from frame to frame."""
    scores = json.loads(Path(uri.removeprefix("file://")).read_text())["scores"]
    changes = [(later[0], abs(later[1] - earlier[1])) for earlier, later in pairwise(scores)]
    at_joints = [change for moment, change in changes if 0.001 < (moment + 0.001) % seconds < 0.03]
    usual = sorted(change for _, change in changes)
    return f"{max(at_joints):.2f} (median {median(usual):.2f}, 99th percentile {usual[int(len(usual) * 0.99)]:.2f})"
