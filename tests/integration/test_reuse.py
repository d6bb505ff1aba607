"""Jobs on one source share what they have in common, artifact by artifact, with the real tools."""

import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from threading import Barrier, Thread

import pytest

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.execution.run import run
from airflow_provider_media.core.ffmpeg.errors import ProcessingError
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.errors import SourceDamaged
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from tests.media import make
from tests.spoiling import spoilt

pytestmark = pytest.mark.integration

TOOLS = ("ffmpeg", "packager", "ffprobe")
PICTURE = ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=3")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3", "-c:a", "aac")
H264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "25")
FILM = {"kind": "transcode", "video": {"speed": "fastest"}}
POSTER = {"kind": "snapshots", "at": ["1s"]}
SHOT = {"kind": "snapshots", "at": ["2s"]}
RUNGS = [{"short_side": side, "max_bitrate": 50_000 * number} for number, side in enumerate((90, 180), start=2)]
LADDER = {"kind": "ladder", "speed": "fastest", "renditions": RUNGS}
STARTED: Counter[str] = Counter()
ARGUMENTS: list[list[str]] = []
"""Arguments of each process that was started."""


def hear(event, arguments):
    if event == "subprocess.Popen":
        names = [Path(str(each)).name for each in arguments[1]]
        ARGUMENTS.append(names)
        STARTED.update(tool for tool in TOOLS if any(name.startswith(tool) for name in names[:1] + names))


sys.addaudithook(hear)


@contextmanager
def counted():
    """Runs of each tool within the block."""
    before, found = Counter(STARTED), Counter()
    yield found
    found.update(STARTED - before)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return make(tmp_path_factory.mktemp("clip") / "clip.mp4", *PICTURE, *TONE, *H264)


@pytest.fixture
def engine(tmp_path):
    return Engine(toolchain=find_toolchain(), storages=storages(), limits=Limits(), directory=tmp_path / "work")


@pytest.fixture
def job_of(tmp_path, clip):
    def build(outputs, *, job_id="j", source=clip, **fields):
        wanted = {"name": "film", "output": {"path": "{output}_{number}.{format}"}, "outputs": outputs, **fields}
        workflow = freeze(Workflow.model_validate(wanted))
        return Job(id=job_id, source=source.as_uri(), workflow=workflow, output=(tmp_path / "out").as_uri() + "/")

    return build


def planned(job, engine):
    job = stages.settled(job, engine)
    return job, stages.make_plan(job, stages.probe_for_plan(job, engine), engine)


def made(plan):
    """Names of the artifacts that a plan makes."""
    return [artifact.file for unit in plan.units if not unit.is_finished for artifact in unit.artifacts]


def path_of(uri):
    return Path(uri.removeprefix("file://"))


def contents(manifest):
    return {path_of(entry.uri).name: entry.sha256 for entry in manifest.outputs}


def test_unchanged_job_starts_no_tool(job_of, engine):
    outputs = {"film": FILM, "poster": POSTER, "stream": LADDER, "sprite": {"kind": "sprites", "every": "1s"}}
    first = run(job_of(outputs), engine)
    with counted() as started:
        second = run(job_of(outputs, job_id="k"), engine)
    assert started == {}
    assert contents(second) == contents(first)


def test_snapshot_added_to_finished_job_runs_only_snapshot(job_of, engine):
    run(job_of({"film": FILM, "poster": POSTER}), engine)
    job, plan = planned(job_of({"film": FILM, "poster": POSTER, "shot": SHOT}, job_id="k"), engine)
    assert made(plan) == ["shot.jpg"]
    with counted() as started:
        manifest = run(job, engine)
    assert started["ffmpeg"] == 1
    assert {entry.output for entry in manifest.outputs} == {"film", "poster", "shot"}


def test_snapshot_added_to_finished_job_is_the_snapshot_alone(job_of, engine, tmp_path):
    run(job_of({"film": FILM}), engine)
    beside = run(job_of({"film": FILM, "shot": SHOT}, job_id="k"), engine)
    alone = run(replace(job_of({"shot": SHOT}, job_id="l"), output=(tmp_path / "alone").as_uri() + "/"), engine)
    (shot,) = (entry for entry in beside.outputs if entry.output == "shot")
    assert shot.sha256 == alone.outputs[0].sha256


def test_rendition_added_encodes_it_and_packages_anew(job_of, engine):
    first = run(job_of({"stream": LADDER}), engine)
    renditions = [*RUNGS, {"short_side": 144, "max_bitrate": 120_000}]
    job, plan = planned(job_of({"stream": {**LADDER, "renditions": renditions}}, job_id="k"), engine)
    assert made(plan) == ["stream.144p.mp4"]
    with counted() as started:
        second = run(job, engine)
    assert started["packager"] == 1
    folders = {path_of(entry.uri).parent.name for entry in second.outputs}
    assert folders >= {"90p", "144p", "180p"}
    assert len(second.outputs) > len(first.outputs)


def test_larger_rendition_added_leaves_smaller_ones_finished(job_of, engine):
    run(job_of({"stream": {**LADDER, "renditions": RUNGS[:1]}}), engine)
    _, plan = planned(job_of({"stream": LADDER}, job_id="k"), engine)
    assert made(plan) == ["stream.180p.mp4"]


def test_file_removed_or_truncated_in_storage_is_made_again(job_of, engine, tmp_path):
    first = run(job_of({"film": FILM, "poster": POSTER}), engine)
    (film,) = (tmp_path / "out" / ".media" / "units").rglob("film.mp4")
    film.write_bytes(film.read_bytes()[:1000])
    assert made(planned(job_of({"film": FILM, "poster": POSTER}, job_id="k"), engine)[1]) == ["film.mp4"]
    second = run(job_of({"film": FILM, "poster": POSTER}, job_id="k"), engine)
    assert contents(second) == contents(first)
    (poster,) = (tmp_path / "out" / ".media" / "units").rglob("poster.jpg")
    poster.unlink()
    assert made(planned(job_of({"film": FILM, "poster": POSTER}, job_id="l"), engine)[1]) == ["poster.jpg"]


def test_file_replaced_by_one_of_equal_size_is_made_again(job_of, engine, tmp_path):
    first = run(job_of({"poster": POSTER}), engine)
    (poster,) = (tmp_path / "out" / ".media" / "units").rglob("poster.jpg")
    size = poster.stat().st_size
    poster.unlink()
    poster.write_bytes(b"x" * size)
    second = run(job_of({"poster": POSTER}, job_id="k"), engine)
    assert contents(second) == contents(first)


def test_storage_restored_from_backup_keeps_finished_work(job_of, engine, tmp_path):
    run(job_of({"poster": POSTER}), engine)
    (poster,) = (tmp_path / "out" / ".media" / "units").rglob("poster.jpg")
    content = poster.read_bytes()
    poster.unlink()
    poster.write_bytes(content)
    with counted() as started:
        run(job_of({"poster": POSTER}, job_id="k"), engine)
    assert started == {}


def test_file_removed_after_planning_is_made_again(job_of, engine, tmp_path):
    run(job_of({"film": FILM}), engine)
    job, plan = planned(job_of({"film": FILM}, job_id="k"), engine)
    (film,) = (tmp_path / "out" / ".media" / "units").rglob("film.mp4")
    film.unlink()
    (result,) = stages.encode(job, plan.units[0], engine)
    assert not result.reused
    assert path_of(result.made[0].uri).is_file()


@contextmanager
def written():
    """Names of the files that ffmpeg makes within the block."""
    before, found = len(ARGUMENTS), []
    yield found
    names = set(chain.from_iterable(each for each in ARGUMENTS[before:] if "-filter_complex" in each))
    found += sorted(name for name in names if name.endswith((".mp4", ".jpg")) and name != "clip.mp4")


@pytest.mark.parametrize("fields", [{}, {"watermarks": [{"text": "Reuse"}]}])
def test_unit_with_finished_artifacts_encodes_only_the_missing(job_of, engine, tmp_path, fields):
    small = {"kind": "transcode", "video": {"speed": "fastest", "height": 90}}
    outputs = {"film": FILM, "poster": POSTER, "shot": SHOT, "small": small}
    job, plan = planned(job_of(outputs, **fields), engine)
    with written() as all_files:
        first = {result.key: result.made for result in stages.encode(job, plan.units[0], engine)}
    assert all_files == ["film.mp4", "poster.jpg", "shot.jpg", "small.mp4"]
    units = tmp_path / "out" / ".media" / "units"
    for name in ("poster.jpg", "small.mp4"):
        next(units.rglob(name)).unlink()
    with written() as files:
        again = {result.key: result.made for result in stages.encode(job, plan.units[0], engine)}
    assert files == ["poster.jpg", "small.mp4"]
    digests = [{key: [each.sha256 for each in made] for key, made in each.items()} for each in (first, again)]
    assert digests[0] == digests[1]


def test_unit_with_a_found_crf_makes_only_the_missing(job_of, engine, tmp_path):
    steered = {"kind": "transcode", "quality": {"target": 80}, "video": {"speed": "fastest"}}
    job, plan = planned(job_of({"film": steered, "poster": POSTER}), engine)
    stages.encode(job, plan.units[0], engine)
    next((tmp_path / "out" / ".media" / "units").rglob("film.mp4")).unlink()
    with written() as files:
        stages.encode(job, plan.units[0], engine)
    assert "film.mp4" in files
    assert "poster.jpg" not in files


def test_missing_artifact_is_not_made_from_unchecked_source(job_of, engine, tmp_path):
    job, plan = planned(job_of({"film": FILM, "poster": POSTER}), engine)
    stages.encode(job, plan.units[0], engine)
    for record in [*(tmp_path / "out" / ".media" / "probes").rglob("*.json")]:
        record.unlink()
    next((tmp_path / "out" / ".media" / "units").rglob("poster.jpg")).unlink()
    with counted() as started:
        stages.encode(job, plan.units[0], engine)
    assert started["ffmpeg"] == 2  # the decode that nothing says has passed, and the picture


def test_rendition_spoilt_before_packaging_is_deleted_not_packaged(job_of, engine):
    job, plan = planned(job_of({"stream": LADDER}), engine)
    results = [result for unit in plan.units for result in stages.encode(job, unit, engine)]
    path = path_of(results[0].made[0].uri)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ProcessingError, match="is not the file that was stored"):
        stages.package(job, plan.packages[0], results, engine)
    assert run(job, engine).outputs


def test_two_attempts_at_once_give_one_result(job_of, engine):
    job, plan = planned(job_of({"film": FILM, "poster": POSTER}), engine)
    found, together = [], Barrier(2)

    def attempt():
        together.wait()
        found.append(stages.encode(job, plan.units[0], engine))

    threads = [Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, second = ([result.made for result in results] for results in found)
    assert first == second
    assert all(path_of(entry.uri).is_file() for entries in first for entry in entries)


def test_reuse_false_makes_everything_anew_and_stores_it(job_of, engine, tmp_path):
    outputs = {"poster": POSTER, "shot": SHOT}
    run(job_of(outputs), engine)
    with counted() as started:
        run(job_of(outputs, job_id="k", reuse=False), engine)
    assert started["ffmpeg"] == 2  # the decode of the probe, and the pictures
    with counted() as started:
        run(job_of(outputs, job_id="l"), engine)
    assert started == {}
    records = [path.read_text() for path in (tmp_path / "out" / ".media" / "units").rglob("done.json")]
    assert all('"job": "k"' in record for record in records)


def test_changed_source_shares_nothing(job_of, engine, tmp_path, clip):
    own = tmp_path / "own.mp4"
    own.write_bytes(clip.read_bytes())
    run(job_of({"poster": POSTER}, source=own), engine)
    make(own, *PICTURE, *TONE, *H264, "-t", "2.5")
    _, plan = planned(job_of({"poster": POSTER}, job_id="k", source=own), engine)
    assert made(plan) == ["poster.jpg"]


def damaged(tmp_path):
    return spoilt(make(tmp_path / "damaged.mp4", *PICTURE, *TONE, *H264), first=30)


def test_damage_check_of_source_is_never_skipped_by_reuse(job_of, engine, tmp_path):
    """Artifacts that nobody has checked the source for stand for no check."""
    source = damaged(tmp_path)
    two = {"kind": "transcode", "video": {"speed": "fastest", "passes": 2, "bitrate": 100_000}}
    job, plan = planned(job_of({"film": FILM, "two": two}, source=source), engine)
    unchecked = [unit for unit in plan.units if not unit.expected_decode]
    assert stages.encode(job, unchecked[0], engine)[0].made
    for outputs in ({"two": two}, {"two": two, "shot": SHOT}, {"shot": SHOT}):
        with pytest.raises(SourceDamaged, match="has holes"):
            run(job_of(outputs, job_id="k", source=source), engine)


def test_source_is_decoded_again_where_nothing_says_it_passed(job_of, engine, tmp_path):
    run(job_of({"film": FILM}), engine)
    for record in [*(tmp_path / "out" / ".media" / "probes").rglob("*.json")]:
        record.unlink()
    with counted() as started:
        run(job_of({"film": FILM}, job_id="k"), engine)
    assert started["ffmpeg"] >= 1
    with counted() as started:
        run(job_of({"film": FILM}, job_id="l"), engine)
    assert started == {}


def test_deferred_facts_do_not_stand_for_a_full_decode(job_of, engine):
    job = stages.settled(job_of({"film": FILM}), engine)
    assert stages.probe_for_plan(job, engine).is_decode_deferred
    other = stages.settled(job_of({"shot": SHOT}), engine)
    assert not stages.probe_for_plan(other, engine).is_decode_deferred
    assert not stages.probe_for_plan(job, engine).is_decode_deferred


def test_strict_job_does_not_take_facts_of_tolerant_job(job_of, engine, tmp_path):
    source = damaged(tmp_path)
    assert run(job_of({"shot": SHOT}, source=source, integrity="tolerant"), engine).outputs
    with pytest.raises(SourceDamaged):
        run(job_of({"shot": SHOT}, job_id="k", source=source), engine)


def test_measuring_finished_video_encodes_nothing_again(engine, job_of):
    run(job_of({"film": FILM}), engine)
    with counted() as started:
        manifest = run(job_of({"film": {**FILM, "quality": "measure"}}, job_id="second"), engine)
    assert started["ffmpeg"] == 1
    assert [each.rendition for each in manifest.quality] == ["film"]
    with counted() as started:
        again = run(job_of({"film": {**FILM, "quality": "measure"}}, job_id="third"), engine)
    assert (started["ffmpeg"], again.quality) == (0, manifest.quality)


def test_progress_of_measured_unit_never_falls(engine, job_of):
    job, plan = planned(job_of({"film": {**FILM, "quality": "measure"}}), engine)
    reported: list[float] = []
    watched = replace(engine, report=lambda progress: reported.append(progress.percent))
    stages.encode(job, plan.units[0], watched)
    assert reported == sorted(reported)
    assert (50.0 in reported, reported[-1]) == (True, 100.0)
