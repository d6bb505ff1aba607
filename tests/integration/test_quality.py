"""Quality by VMAF: each encoded video is compared frame by frame with what it should show of its source."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from demo.quality import vmaf
from tests.command_line import Done, probed, run, written
from tests.media import clip, hdr10, interlaced, make, offset_start, rotated, vfr

pytestmark = pytest.mark.integration

MOVING = {"width": 320, "height": 180, "seconds": 2.0}
SOURCES = {
    "plain": lambda folder: clip(folder / "a.mp4", **MOVING),
    "ntsc": lambda folder: clip(folder / "a.mkv", rate="30000/1001", **MOVING),
    "rotated": lambda folder: rotated(folder / "a.mp4", **MOVING),
    "interlaced": lambda folder: interlaced(folder / "a.ts", **MOVING),
    "uneven": lambda folder: vfr(folder / "a.mkv", **MOVING),
    "late start": lambda folder: offset_start(folder / "a.ts", start=7.25, seconds=2.0),
    "hdr": lambda folder: hdr10(folder / "a.mp4", **MOVING),
    "odd": lambda folder: clip(
        folder / "a.mp4", width=321, height=181, seconds=2.0, pixel_format="yuv444p", extra=("-vf", "setsar=1")
    ),
}


def measured(tmp_path, source, outputs: str) -> Done:
    workflow = written(tmp_path / "w.yaml", f'name: q\noutput: {{path: "{{output}}.{{format}}"}}\noutputs:\n{outputs}')
    done = run(workflow, source, tmp_path / "out")
    assert done.code == 0, done.answer
    return done


def by_rendition(done: Done) -> dict[str, dict]:
    return {f"{each['output']} {each['rendition']}": each for each in done.answer["quality"]}


def scores_of(quality: dict) -> list[list[float]]:
    return json.loads(Path(quality["uri"].removeprefix("file://")).read_text())["scores"]


@pytest.mark.parametrize("kind", SOURCES)
def test_frames_are_compared_with_their_own_moment(kind, tmp_path):
    # Almost without loss, every frame is like its own moment of the source; like no other, because the picture moves.
    outputs = """
  mp4: {kind: transcode, quality: measure, video: {crf: 4, speed: fastest}}
  mkv: {kind: transcode, quality: measure, container: mkv, video: {crf: 4, variable_frame_rate: keep, speed: fastest}}
  ts:
    kind: transcode
    quality: measure
    container: ts
    video: {crf: 4, speed: fastest}
    trim: {start: 0.5s, end: 1.5s}
  stream:
    kind: ladder
    quality: measure
    speed: fastest
    segment_seconds: 1
    renditions: [{short_side: 180, crf: 4, max_bitrate: 20000000}]
  own_times:
    kind: ladder
    quality: measure
    speed: fastest
    segment_seconds: 1
    variable_frame_rate: keep
    renditions: [{short_side: 180, crf: 4, max_bitrate: 20000000}]
"""
    found = by_rendition(measured(tmp_path, SOURCES[kind](tmp_path), outputs))
    assert len(found) == 5
    assert {name: each["minimum"] for name, each in found.items() if each["minimum"] < 90} == {}
    assert all(each["frames"] >= 20 for each in found.values())


def test_smaller_and_coarser_renditions_score_lower(tmp_path):
    outputs = """
  good: {kind: transcode, quality: measure, video: {crf: 18, speed: fastest}}
  coarse: {kind: transcode, quality: measure, video: {crf: 45, speed: fastest}}
  small: {kind: transcode, quality: measure, video: {height: 90, crf: 18, speed: fastest}}
  plain: {kind: transcode, video: {crf: 45, speed: fastest}}
"""
    found = by_rendition(measured(tmp_path, clip(tmp_path / "a.mp4", **MOVING), outputs))
    assert set(found) == {"good good", "coarse coarse", "small small"}
    good = found["good good"]
    for lower in (found["coarse coarse"], found["small small"]):
        assert lower["mean"] < good["mean"] - 5
        assert lower["minimum"] <= lower["first_percentile"] <= lower["harmonic_mean"] <= lower["mean"]
    assert {(each["width"], each["height"], each["model"]) for each in found.values()} == {(320, 180, "vmaf_v0.6.1")}


def test_watermarks_and_crops_belong_to_the_reference(tmp_path):
    outputs = """
  marked:
    kind: transcode
    quality: measure
    video: {crf: 4, speed: fastest}
    watermarks: [{text: MARK, corner: top_left, size: 20%, end: 1s}]
  square: {kind: transcode, quality: measure, video: {width: 100, height: 100, fit: crop, crf: 4, speed: fastest}}
  padded: {kind: transcode, quality: measure, video: {width: 180, height: 180, fit: pad, crf: 4, speed: fastest}}
"""
    found = by_rendition(measured(tmp_path, clip(tmp_path / "a.mp4", **MOVING), outputs))
    assert found["marked marked"]["minimum"] > 90
    assert (found["square square"]["width"], found["square square"]["height"]) == (180, 180)
    assert (found["padded padded"]["width"], found["padded padded"]["height"]) == (320, 320)


def test_scores_are_those_of_a_comparison_by_hand(tmp_path):
    source = clip(tmp_path / "a.mp4", **MOVING)
    outputs = "  web: {kind: transcode, quality: measure, video: {height: 90, crf: 30, speed: fastest}}\n"
    done = measured(tmp_path, source, outputs)
    by_hand = vmaf(done.output / "web.mp4", source)
    assert done.answer["quality"][0]["mean"] == pytest.approx(by_hand, abs=1)  # that one takes every fifth frame


def test_long_video_is_sampled_over_all_its_length(tmp_path):
    # The second half is grain that so few bits cannot keep: samples of the beginning alone would miss it.
    picture = "testsrc2=s=64x36:r=10:d=90,noise=alls=60:allf=t:enable='gt(t,45)'"
    source = make(
        tmp_path / "a.mkv", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-qp", "10", "-preset", "ultrafast"
    )
    outputs = "  low: {kind: transcode, quality: measure, video: {crf: 40, speed: fastest}}\n"
    done = measured(tmp_path, source, outputs)
    (found,) = done.answer["quality"]
    assert (found["is_sampled"], found["frames"]) == (True, 30 * 20)
    scores = scores_of(found)
    assert len(scores) == found["frames"]
    assert [time for time, _ in scores[::20]] == [pytest.approx(3 * sample) for sample in range(30)]
    assert sum(score for _, score in scores[:200]) > sum(score for _, score in scores[-200:]) + 200 * 10


def test_samples_of_uneven_video_have_the_times_of_its_frames(tmp_path):
    # Two frames per second, and twenty in every third second.
    uneven = ("-vf", "select='not(mod(n,10))+eq(mod(floor(t),3),0)'", "-fps_mode", "vfr")
    source = clip(tmp_path / "a.mkv", width=64, height=36, rate="20", seconds=90, audio=False, extra=uneven)
    outputs = "  web: {kind: transcode, quality: measure, video: {variable_frame_rate: keep, speed: fastest}}\n"
    (found,) = measured(tmp_path, source, outputs).answer["quality"]
    frames = probed(source, "-show_entries", "packet=pts_time")["packets"]
    times = sorted(float(frame["pts_time"]) for frame in frames)
    compared = [time for time, _ in scores_of(found)]
    assert 0 < len(compared) < len(times)
    assert [time for time in compared if min(abs(time - other) for other in times) > 0.002] == []
    assert {int(time // 3) for time in compared} == set(range(30))


def test_watermark_of_uneven_late_video_shows_at_its_time(tmp_path):
    late = ("-vf", "select='not(mod(n,7))+lt(t,1)',setpts=PTS+0.5/TB", "-fps_mode", "vfr")
    source = clip(tmp_path / "a.mkv", **MOVING, extra=late)
    outputs = """
  web:
    kind: transcode
    quality: measure
    video: {variable_frame_rate: keep, crf: 4, speed: fastest}
    watermarks: [{text: MARK, corner: top_left, size: 50%, start: 1s}]
"""
    (found,) = measured(tmp_path, source, outputs).answer["quality"]
    assert found["minimum"] > 90


def test_comparison_of_some_frames_alone_is_no_measurement(tmp_path):
    engine = Engine(toolchain=find_toolchain(), storages=storages(), limits=Limits(), directory=tmp_path / "work")
    outputs = {"web": {"kind": "transcode", "quality": "measure", "video": {"speed": "fastest"}}}
    source, output = clip(tmp_path / "a.mp4"), (tmp_path / "out").as_uri() + "/"
    workflow = freeze(Workflow.model_validate({"name": "q", "outputs": outputs}))
    job = stages.settled(Job(id="j", source=source.as_uri(), workflow=workflow, output=output), engine)
    (unit,) = stages.make_plan(job, stages.probe_for_plan(job, engine), engine).units
    (measurement,) = unit.measurements
    cut = [each.replace("setpts=", "trim=end_frame=9,setpts=") for each in measurement.command.arguments]
    short = replace(measurement, command=replace(measurement.command, arguments=tuple(cut)))
    (result,) = stages.encode(job, replace(unit, measurements=(short,)), engine)
    assert (result.made[0].file, result.quality) == ("web.mp4", ())
    assert result.warnings == ("web: the quality of web could not be measured: 9 of its 25 frames could be compared",)


def test_hdr_is_not_measured_and_the_job_says_so(tmp_path):
    outputs = "  mp4: {kind: transcode, quality: measure, video: {codec: h265, dynamic_range: keep, speed: fastest}}\n"
    done = measured(tmp_path, hdr10(tmp_path / "a.mp4", **MOVING), outputs)
    assert done.answer["quality"] == []
    assert "mp4: quality is not measured, because VMAF has no model for HDR" in done.answer["warnings"]


def test_copied_picture_has_no_quality_to_measure(tmp_path):
    workflow = written(
        tmp_path / "w.yaml", "name: q\noutputs:\n  a: {kind: transcode, quality: measure, video: copy}\n"
    )
    done = run(workflow, clip(tmp_path / "a.mp4"), tmp_path / "out")
    assert done.error == "workflow_invalid"
    assert "quality is measured of an encoded picture, and video is copy" in json.dumps(done.answer)
