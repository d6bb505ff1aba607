"""Plain films that their encode decodes first: the same facts, and the same verdicts."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.ffmpeg.errors import EncodeFailed
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from tests.jobs import run_job
from tests.media import make
from tests.spoiling import spoilt

pytestmark = pytest.mark.integration

NOISY = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3,noise=alls=20:allf=t:all_seed=1")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3", "-c:a", "aac")
H264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "25")
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x265-params", "log-level=error:keyint=25")
OUTPUTS = {
    "film": {"kind": "transcode", "video": {"speed": "fastest"}},
    "shots": {"kind": "sampled_snapshots", "every": "1s"},
}
FILMS = {
    "h264.mp4": (*NOISY, *TONE, *H264),
    "h264.mkv": (*NOISY, *TONE, *H264),
    "hevc.mp4": (*NOISY, *TONE, *H265),
    "silent.mp4": (*NOISY, *H264),
    "late-sound.mp4": (*NOISY, "-itsoffset", "0.7", *TONE, *H264),
    "late-picture.mkv": ("-itsoffset", "0.5", *NOISY, *TONE, *H264),
    "uneven.mp4": (*NOISY, *TONE, *H264, "-vf", "select='mod(n,7)'", "-fps_mode", "vfr"),
    "turned.mov": (*NOISY, *TONE, *H264),
}


def facts(path: Path, *, may_defer: bool):
    return probe(path, toolchain=find_toolchain(), limits=Limits(), may_defer=may_defer)


@pytest.mark.parametrize("name", FILMS)
def test_deferred_decode_gives_facts_of_the_decoder(tmp_path, name):
    path = make(tmp_path / name, *FILMS[name])
    deferred = facts(path, may_defer=True)
    assert deferred.is_decode_deferred
    assert replace(deferred, is_decode_deferred=False) == facts(path, may_defer=False)


@pytest.mark.parametrize("suffix", ["ts", "avi"])
def test_probe_other_format_decoded_at_once(tmp_path, suffix):
    path = make(tmp_path / f"f.{suffix}", *NOISY, *TONE, *H264)
    assert not facts(path, may_defer=True).is_decode_deferred


def test_job_deferred_decode_publishes_damage_report(tmp_path):
    path = make(tmp_path / "f.mp4", *NOISY, *TONE, *H264)
    done = run_job(path, tmp_path, OUTPUTS)
    assert done.error is None
    assert done.manifest
    video, sound = done.manifest.source["media"]["damage"]
    assert (video["expected"], video["decoded"], video["repaired"], video["dropped"]) == (75, 75, 0, 0)
    assert sound["decoded"] > 3 * 48_000 - 1024
    assert done.manifest.source["media"]["is_decode_deferred"] is False


@pytest.mark.parametrize("name", ["h264.mp4", "h264.mkv"])
def test_job_deferred_decode_meets_damage_and_refuses_source(tmp_path, name):
    path = spoilt(make(tmp_path / name, *FILMS[name]), first=30)
    assert facts(make(tmp_path / f"whole-{name}", *FILMS[name]), may_defer=True).is_decode_deferred
    done = run_job(path, tmp_path, OUTPUTS)
    assert done.code == "source_damaged"
    assert "video stream 0 has holes at 1." in str(done.error)
    assert "`integrity: tolerant`" in str(done.error)
    assert not list((tmp_path / "out").rglob("*.mp4"))


def test_job_deferred_decode_in_doubt_decodes_source_again(tmp_path, monkeypatch):
    path = make(tmp_path / "f.mp4", *NOISY, *TONE, *H264)
    monkeypatch.setattr("airflow_provider_media.core.ffmpeg.decode_check.DecodeCheck.is_passed", False)
    assert run_job(path, tmp_path, OUTPUTS).error is None


def job_of(path: Path, folder: Path, outputs: dict) -> tuple[Job, Engine]:
    fields = {"name": "film", "output": {"path": "{output}_{number}.{format}"}, "outputs": outputs}
    workflow = freeze(Workflow.model_validate(fields))
    job = Job(id="j", source=path.as_uri(), workflow=workflow, output=(folder / "out").as_uri() + "/")
    engine = Engine(toolchain=find_toolchain(), storages=storages(), limits=Limits(), directory=folder / "work")
    return stages.settled(job, engine), engine


def test_unit_cache_unit_without_check_does_not_count_as_checked(tmp_path):
    path = spoilt(make(tmp_path / "h264.mp4", *FILMS["h264.mp4"]), first=30)
    second = {"kind": "transcode", "video": {"speed": "fastest", "passes": 2, "bitrate": 200_000}}
    job, engine = job_of(path, tmp_path, {**OUTPUTS, "second": second})
    plan = stages.make_plan(job, stages.probe_for_plan(job, engine), engine)
    checking, other = sorted(plan.units, key=lambda unit: unit.expected_decode is None)
    assert stages.encode(job, other, engine)[0].made
    with pytest.raises(MediaError, match="has holes"):
        stages.encode(job, checking, engine)
    assert run_job(path, tmp_path, {"second": second}).code == "source_damaged"


def test_encode_failure_of_sound_source_does_not_blame_source(tmp_path):
    path = make(tmp_path / "f.mp4", *NOISY, *TONE, *H264)
    job, engine = job_of(path, tmp_path, OUTPUTS)
    (unit, *_) = stages.make_plan(job, stages.probe_for_plan(job, engine), engine).units
    (command,) = unit.commands
    broken = replace(
        command,
        arguments=tuple("none" if before == "-preset" else word for before, word in pairwise(("", *command.arguments))),
    )
    with pytest.raises(EncodeFailed):
        stages.encode(job, replace(unit, commands=(broken,)), engine)
