"""Targets of quality: samples of the source find the crf, and what is encoded has the quality of the target."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.progress import Progress
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.storage.registry import storages
from airflow_provider_media.core.workflows.freezing import freeze
from airflow_provider_media.core.workflows.model import Workflow
from tests.command_line import Done, run, written
from tests.media import clip, hdr10, make, vfr

pytestmark = pytest.mark.integration

GRAIN = "mandelbrot=s=320x180:r=25,noise=alls=18:allf=t"


def flat(folder: Path, seconds: float = 3) -> Path:
    return clip(folder / "flat.mp4", width=320, height=180, seconds=seconds, audio=False, extra=("-qp", "8"))


def grain(folder: Path, seconds: float = 3) -> Path:
    coded = ("-c:v", "libx264", "-qp", "8", "-preset", "ultrafast", "-g", "25")
    return make(folder / "grain.mp4", "-f", "lavfi", "-i", GRAIN, "-t", str(seconds), *coded)


def job_run(tmp_path, source: Path, outputs: str) -> Done:
    workflow = written(tmp_path / "w.yaml", f'name: q\noutput: {{path: "{{output}}.{{format}}"}}\noutputs:\n{outputs}')
    done = run(workflow, source, tmp_path / "out")
    assert done.code == 0, done.answer
    return done


def goal_of_rung(tmp_path: Path, done: Done) -> float:
    """The goal of the lower rung, by the record of the search."""
    records = [json.loads(path.read_text()) for path in (done.output / ".media" / "probes").rglob("*.json")]
    (found,) = [record["renditions"] for record in records if "renditions" in record]
    return found[1]["goal"]


def means(done: Done) -> dict[str, float]:
    return {f"{each['output']} {each['rendition']}": each["mean"] for each in done.answer["quality"]}


@pytest.mark.parametrize("kind", [flat, grain])
@pytest.mark.parametrize("codec", ["h264", "av1"])
def test_films_of_different_kinds_get_the_target(kind, codec, tmp_path):
    video = f"{{codec: {codec}, speed: fastest}}"
    outputs = f"""
  steered: {{kind: transcode, quality: {{target: 88}}, video: {video}}}
  usual: {{kind: transcode, quality: measure, video: {video}}}
"""
    done = job_run(tmp_path, kind(tmp_path), outputs)
    found = means(done)
    assert found["steered steered"] == pytest.approx(88, abs=1)
    steered, usual = ((done.output / f"{name}.mp4").stat().st_size for name in ("steered", "usual"))
    assert (steered < usual) == (found["usual usual"] > found["steered steered"])


def test_rungs_get_their_share_of_what_their_size_shows(tmp_path):
    outputs = """
  stream:
    kind: ladder
    speed: fastest
    quality: {target: 92}
    renditions: [{short_side: 180, max_bitrate: 9000000}, {short_side: 90, max_bitrate: 9000000}]
"""
    done = job_run(tmp_path, flat(tmp_path), outputs)
    found = means(done)
    goal = goal_of_rung(tmp_path, done)
    assert found["stream 180p"] == pytest.approx(92, abs=1)
    assert found["stream 90p"] == pytest.approx(goal, abs=1)
    assert goal < 90


@dataclass
class Stand:
    """A job whose plan is made in this process; progress of searches is counted."""

    folder: Path
    source: Path
    reports: list[Progress] = field(default_factory=list)

    def engine(self, **more) -> Engine:
        work = self.folder / "work"
        tools = find_toolchain()
        return Engine(
            toolchain=tools, storages=storages(), limits=Limits(), directory=work, report=self.reports.append, **more
        )

    def plan(self, outputs, *, engine: Engine | None = None, may_encode: bool = True, **fields) -> Plan:
        engine = engine or self.engine()
        workflow = freeze(Workflow.model_validate({"name": "q", "outputs": outputs, **fields}))
        uri = (self.folder / "out").as_uri() + "/"
        job = stages.settled(Job(id="j", source=self.source.as_uri(), workflow=workflow, output=uri), engine)
        return stages.plan_of(job, stages.probe_for_plan(job, engine), engine, may_encode=may_encode)


def crf_of(plan: Plan) -> float:
    arguments = plan.units[0].commands[-1].arguments
    return float(arguments[arguments.index("-crf") + 1])


def web(target: float = 88, **quality):
    return {"web": {"kind": "transcode", "quality": {"target": target, **quality}, "video": {"speed": "fastest"}}}


def test_second_job_does_not_search_again(tmp_path):
    stand = Stand(tmp_path, flat(tmp_path))
    first = stand.plan(web())
    searched = len(stand.reports)
    again = stand.plan(web())
    assert 0 < searched == len(stand.reports)
    assert crf_of(again) == crf_of(first) != 22
    assert "web: an earlier search on this source has found that" in again.choices
    assert any("processor seconds" in each for each in first.choices)
    stand.plan(web(80))
    assert len(stand.reports) > searched


def test_workflow_without_reuse_searches_again(tmp_path):
    stand = Stand(tmp_path, flat(tmp_path))
    stand.plan(web(), reuse=False)
    searched = len(stand.reports)
    stand.plan(web(), reuse=False)
    assert len(stand.reports) == 2 * searched


def test_plan_that_may_not_encode_says_that_a_job_searches(tmp_path):
    stand = Stand(tmp_path, flat(tmp_path))
    plan = stand.plan(web(max_bitrate=700_000), may_encode=False)
    assert (stand.reports, crf_of(plan)) == ([], 22)
    assert any("a job searches for the crf" in each for each in plan.choices)
    assert "700000" in plan.units[0].commands[0].arguments


def test_limits_of_a_target_hold(tmp_path):
    stand = Stand(tmp_path, flat(tmp_path))
    plan = stand.plan(web(50, max_crf=24))
    assert crf_of(plan) == 24
    plan = stand.plan(web(99, min_crf=30))
    assert crf_of(plan) == 30
    assert any("reaches only" in each for each in plan.choices)


def test_cancelled_search_ends_the_plan(tmp_path):
    stand = Stand(tmp_path, flat(tmp_path))
    with pytest.raises(Cancelled):
        stand.plan(web(), engine=stand.engine(cancelled=lambda: bool(stand.reports)))
    assert len(stand.reports) <= 1


def test_long_film_is_sampled_by_seeking(tmp_path):
    stand = Stand(tmp_path, flat(tmp_path, seconds=20))
    plan = stand.plan(web())
    assert any("for 3 samples" in each for each in plan.choices)
    done = job_run(tmp_path, stand.source, "  web: {kind: transcode, quality: {target: 88}, video: {speed: fastest}}\n")
    assert means(done)["web web"] == pytest.approx(88, abs=1.5)


@pytest.mark.parametrize(
    ("source", "settings", "reason"),
    [
        (lambda folder: hdr10(folder / "a.mp4"), {"dynamic_range": "keep"}, "VMAF has no model for HDR"),
        (lambda folder: vfr(folder / "a.mkv"), {"variable_frame_rate": "keep"}, "uneven times"),
        (lambda folder: clip(folder / "a.ts"), {}, "found by the index of MP4 or Matroska"),
        (lambda folder: clip(folder / "a.mp4"), {"encoder": "auto"}, "another scale of quality"),
    ],
)
def test_video_without_search_keeps_its_crf_and_says_why(source, settings, reason, tmp_path):
    video = {"speed": "fastest", "crf": 27, **settings}
    stand = Stand(tmp_path, source(tmp_path))
    plan = stand.plan({"web": {"kind": "transcode", "quality": {"target": 88}, "video": video}})
    assert (stand.reports, crf_of(plan)) == ([], 27)
    assert any("no crf is searched" in note and reason in note for note in plan.notes)


def test_bitrate_beside_a_target_is_refused_where_it_stands(tmp_path):
    outputs = "  a: {kind: transcode, quality: {target: 90}, video: {bitrate: 900000}}\n"
    done = run(written(tmp_path / "w.yaml", f"name: q\noutputs:\n{outputs}"), flat(tmp_path), tmp_path / "out")
    assert done.error == "workflow_invalid"
    answer = json.dumps(done.answer)
    assert "outputs.a.quality" in answer
    assert "take video.bitrate out" in answer
