"""The picture of a preview is the frame of the real output at that time."""

import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from airflow_provider_media.core.execution import excerpts, preview
from airflow_provider_media.core.execution.preview import NOWHERE, KnownSources, preview_picture, preview_plan
from airflow_provider_media.core.execution.preview_views import plan_view
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.errors import PreviewTooLarge
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.errors import SourceUnreachable
from airflow_provider_media.core.planning.moments import Moment
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.storage.https import HttpsStorage
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.storage.registry import StorageSettings, storages
from airflow_provider_media.core.workflows.freezing import freeze
from tests.media import clip, hdr10, interlaced, make, vfr
from tests.planned import carry_out, workflow
from tests.playback import decode
from tests.web import Server

pytestmark = pytest.mark.integration

SHARP = {"speed": "fastest", "crf": 6}
NEAR_DB = 29.0
"""Least PSNR of two pictures that differ only by two lossy encoders."""


def engine(folder: Path) -> Engine:
    return Engine(
        toolchain=find_toolchain(),
        storages=storages(StorageSettings(folders=(folder,))),
        limits=Limits(),
        directory=folder / "work",
    )


def job(source: Path, outputs, **fields) -> Job:
    return Job(id="0" * 32, source=f"file://{source}", workflow=freeze(workflow(outputs, **fields)), output=NOWHERE)


def pictured(source: Path, folder: Path, outputs, moment: Moment, **fields):
    """The planes of a preview's JPEG."""
    content = preview_picture(job(source, outputs, **fields), moment, engine(folder), KnownSources())
    (folder / f"{moment.output}.{moment.at}.jpg").write_bytes(content)  # to look at
    return planes(Image.open(BytesIO(content)))


def planes(image: Image.Image):
    """Luma and halved chroma of a picture."""
    luma, *chroma = np.moveaxis(np.asarray(image.convert("YCbCr"), np.float64), 2, 0)
    height, width = luma.shape
    return [luma, *(each.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)) for each in chroma)]


def frames(path: Path, shape):
    """The planes of each frame of a file, in the matrix and range of JPEG."""
    height, width = shape
    convert = "scale=out_color_matrix=bt601:out_range=full,format=yuv420p"
    raw = np.frombuffer(
        decode(path, "-map", "0:v:0", "-fps_mode", "passthrough", "-vf", convert, "-f", "rawvideo"), np.uint8
    )
    for frame in raw.reshape(-1, width * height * 3 // 2).astype(np.float64):
        luma, chroma = frame[: width * height], frame[width * height :].reshape(2, height // 2, width // 2)
        yield [luma.reshape(height, width), *chroma]


def psnr(one, other) -> float:
    """Of two pictures in planes: that of their worst plane."""
    errors = [((plane - another) ** 2).mean() for plane, another in zip(one, other, strict=True)]
    return float(10 * np.log10(255**2 / max(1e-9, *errors)))


def assert_is_frame(picture, path: Path, number: int) -> None:
    """The picture is nearer to this frame of a file than to any other, and near."""
    found = [psnr(picture, frame) for frame in frames(path, picture[0].shape)]
    assert int(np.argmax(found)) == number, [round(each, 1) for each in found]
    assert found[number] > NEAR_DB, found[number]


def logo(folder: Path) -> Path:
    path = folder / "logo.png"
    image = Image.new("RGBA", (120, 60), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((5, 5, 115, 55), fill=(255, 200, 0, 255))
    image.save(path)
    return path


@pytest.mark.parametrize("at", [0, 1.5, 3.4])
def test_hdr_source_scaled_cropped_and_marked_equals_the_encode(tmp_path, at):
    source = hdr10(tmp_path / "hdr.mp4", width=640, height=360, seconds=4)
    image = logo(tmp_path)
    marks = [
        {"image": str(image), "size": "25%", "corner": "bottom_left", "opacity": 0.8},
        {"text": "안녕 Draft", "size": "20%", "corner": "top_right", "start": "1s", "end": "3s"},
    ]
    outputs = {"hd": {"kind": "transcode", "video": {**SHARP, "width": 320, "height": 320, "fit": "crop"}}}
    made = carry_out(source, tmp_path / "real", outputs, watermarks=marks)
    given = [{**marks[0], "image": f"file://{image}"}, marks[1]]
    picture = pictured(source, tmp_path, outputs, Moment(output="hd", at=at), watermarks=given)
    assert picture[0].shape == (320, 320)
    assert_is_frame(picture, made.path("hd"), int(at * 25))


def test_rotated_source_equals_the_encode(tmp_path):
    flat = clip(tmp_path / "flat.mp4", width=320, height=180, seconds=4)
    source = make(tmp_path / "turned.mp4", "-display_rotation", "-90", "-i", str(flat), "-c", "copy")
    outputs = {"web": {"kind": "transcode", "video": {**SHARP, "width": 320, "height": 240, "fit": "blur"}}}
    made = carry_out(source, tmp_path / "real", outputs)
    picture = pictured(source, tmp_path, outputs, Moment(output="web", at=3.2))
    assert_is_frame(picture, made.path("web"), 80)


def test_trimmed_output_counts_from_its_own_beginning(tmp_path):
    source = clip(tmp_path / "a.mp4", width=320, height=180, seconds=8)
    mark = {"text": "late", "size": "20%", "start": "2s"}
    spec = {"kind": "transcode", "trim": {"start": "3.48s", "end": "7s"}, "video": SHARP, "watermarks": [mark]}
    made = carry_out(source, tmp_path / "real", {"cut": spec})
    for at, number in ((0, 0), (1.96, 49), (2.4, 60), (60, 87)):
        picture = pictured(source, tmp_path, {"cut": spec}, Moment(output="cut", at=at))
        assert_is_frame(picture, made.path("cut"), number)


@pytest.mark.parametrize("suffix", ["ts", "mkv"])
def test_interlaced_broadcast_equals_the_encode(tmp_path, suffix):
    source = interlaced(tmp_path / f"a.{suffix}", seconds=3, codec="mpeg2video")
    outputs = {"web": {"kind": "transcode", "video": {**SHARP, "width": 160}}}
    made = carry_out(source, tmp_path / "real", outputs)
    picture = pictured(source, tmp_path, outputs, Moment(output="web", at=2.2))
    assert_is_frame(picture, made.path("web"), 55)


@pytest.mark.parametrize(("rate", "frame_rate"), [("constant", None), ("keep", None), ("constant", "30000/1001")])
def test_uneven_source_equals_the_encode(tmp_path, rate, frame_rate):
    source = vfr(tmp_path / "a.mp4", width=320, height=180, seconds=4)
    video = {**SHARP, "variable_frame_rate": rate} | ({"frame_rate": frame_rate} if frame_rate else {})
    outputs = {"web": {"kind": "transcode", "video": video}}
    made = carry_out(source, tmp_path / "real", outputs)
    picture = pictured(source, tmp_path, outputs, Moment(output="web", at=3.05))
    seen = made.path("web")
    times = decode(seen, "-map", "0:v:0", "-c", "copy", "-f", "framecrc").decode().splitlines()
    base = next(line for line in times if line.startswith("#tb 0:")).split()[-1].split("/")
    stamps = sorted(int(line.split(",")[2]) * int(base[0]) / int(base[1]) for line in times if line[0] != "#")
    shown = sum(stamp <= 3.0501 for stamp in stamps) - 1
    found = [psnr(picture, frame) for frame in frames(seen, picture[0].shape)]
    assert found[shown] > NEAR_DB
    assert max(found) - found[shown] < 0.5, "frames that the rate repeats look alike; no other one is nearer"


def test_ladder_rung_by_name_and_largest_rung(tmp_path):
    source = clip(tmp_path / "a.mp4", width=640, height=360, seconds=4)
    rungs = [{"short_side": 360, "max_bitrate": 20_000_000, "crf": 6}, {"short_side": 180, "max_bitrate": 20_000_000}]
    outputs = {"stream": {"kind": "ladder", "renditions": rungs, "speed": "fastest"}}
    made = carry_out(source, tmp_path / "real", outputs)
    large = pictured(source, tmp_path, outputs, Moment(output="stream", at=2.52))
    assert_is_frame(large, made.directory / "stream.360p.mp4", 63)
    small = pictured(source, tmp_path, outputs, Moment(output="stream", at=2.52, rendition="180p"))
    assert small[0].shape == (180, 320)


def test_snapshot_at_any_time_equals_the_jobs_snapshot(tmp_path):
    source = clip(tmp_path / "a.mp4", width=320, height=180, seconds=4)
    spec = {"kind": "snapshots", "at": ["2.2s"], "width": 200, "quality": 95, "watermarks": [{"text": "now"}]}
    made = carry_out(source, tmp_path / "real", {"poster": spec})
    picture = pictured(source, tmp_path, {"poster": {**spec, "at": ["0s"]}}, Moment(output="poster", at=2.2))
    assert psnr(picture, planes(Image.open(made.path("poster")))) > 40


def test_animated_image_equals_its_frame(tmp_path):
    source = clip(tmp_path / "a.mp4", width=320, height=180, seconds=6)
    spec = {"kind": "animated_image", "start": "2s", "format": "webp", "quality": 100}
    made = carry_out(source, tmp_path / "real", {"moving": spec})
    picture = pictured(source, tmp_path, {"moving": spec}, Moment(output="moving", at=1.5))
    with Image.open(made.path("moving")) as image:
        image.seek(15)
        assert psnr(picture, planes(image)) > 25


def test_output_that_keeps_hdr_or_copies_is_shown_in_sdr(tmp_path):
    source = hdr10(tmp_path / "hdr.mp4", width=320, height=180, seconds=2)
    plain = {"kind": "transcode", "video": {**SHARP}}
    kept = {"kind": "transcode", "video": {"codec": "h265", "dynamic_range": "keep", "speed": "fastest"}}
    outputs = {"sdr": plain, "hdr": kept, "copy": {"kind": "transcode", "video": "copy"}}
    sdr, hdr, copied = (pictured(source, tmp_path, outputs, Moment(output=name, at=1)) for name in outputs)
    assert psnr(sdr, hdr) > NEAR_DB
    assert psnr(sdr, copied) > NEAR_DB


def test_estimated_bytes_are_near_those_of_the_encode(tmp_path):
    source = clip(tmp_path / "a.mp4", width=640, height=360, seconds=6)
    outputs = {"web": {"kind": "transcode", "video": {"bitrate": 800_000, "speed": "fastest"}}}
    _, plan = preview_plan(job(source, outputs), engine(tmp_path), KnownSources())
    from airflow_provider_media.core.planning.estimates import artifact_estimates

    (estimate,) = artifact_estimates(plan, workflow(outputs).outputs)
    size = carry_out(source, tmp_path / "real", outputs).path("web").stat().st_size
    assert size / 2 < estimate.size < size * 2


@pytest.fixture
def large(tmp_path, monkeypatch):
    """A source of which a preview may fetch a quarter."""
    monkeypatch.setattr(preview, "MEDIA_BYTES", 64 * 1024)
    monkeypatch.setattr(excerpts, "GAP", 1024)
    return clip(tmp_path / "large.mp4", width=640, height=360, seconds=40, extra=("-crf", "10"))


def stingy(folder: Path, source: Path) -> Engine:
    return replace(engine(folder), limits=Limits(source_bytes=source.stat().st_size // 4))


@pytest.mark.parametrize("at", [0.2, 31.72])
def test_picture_of_large_source_reads_only_the_frames_around_it(tmp_path, large, at):
    outputs = {"web": {"kind": "transcode", "video": {**SHARP, "width": 320}}}
    whole = pictured(large, tmp_path, outputs, Moment(output="web", at=at))
    content = preview_picture(job(large, outputs), Moment(output="web", at=at), stingy(tmp_path, large), KnownSources())
    assert psnr(planes(Image.open(BytesIO(content))), whole) > 45


def test_snapshot_of_large_source_reads_only_the_frames_around_it(tmp_path, large):
    outputs = {"poster": {"kind": "snapshots", "at": ["0s"], "width": 320}}
    moment = Moment(output="poster", at=20)
    whole = pictured(large, tmp_path, outputs, moment)
    content = preview_picture(job(large, outputs), moment, stingy(tmp_path, large), KnownSources())
    assert psnr(planes(Image.open(BytesIO(content))), whole) > 45


def test_plan_of_large_source_equals_that_of_the_whole(tmp_path, large):
    outputs = {"stream": {"kind": "ladder"}, "shots": {"kind": "sampled_snapshots", "every": "10%"}}
    facts, plan = preview_plan(job(large, outputs), stingy(tmp_path, large), KnownSources())
    _, whole = preview_plan(job(large, outputs), engine(tmp_path), KnownSources())
    assert facts.basis == "packets"
    assert [unit.name for unit in plan.units] == [unit.name for unit in whole.units]
    assert [unit.cost for unit in plan.units] == pytest.approx([unit.cost for unit in whole.units], rel=0.01)


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
def test_large_source_without_an_index_in_one_place_is_refused(tmp_path, suffix):
    source = clip(tmp_path / f"large.{suffix}", seconds=4)
    outputs = {"web": {"kind": "transcode", "video": SHARP}}
    with pytest.raises(PreviewTooLarge, match="no MP4"):
        preview_plan(job(source, outputs), stingy(tmp_path, source), KnownSources())


class ReplacedStorage(MemoryStorage):
    """A source that is replaced as soon as a preview has read its index."""

    def replace_after(self, reads: int, content: bytes) -> None:
        self.left, self.other = reads, content

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        self.left -= 1
        if self.left == 0:
            self.write(uri, self.other, media_type="video/mp4")
        return super().read_range(uri, start, length, version=version)


def test_large_source_replaced_while_read_is_refused(tmp_path, large):
    outputs = {"web": {"kind": "transcode", "video": {**SHARP, "width": 320}}}
    storage, uri = ReplacedStorage(), "s3://bucket/large.mp4"
    storage.write(uri, large.read_bytes(), media_type="video/mp4")
    storage.replace_after(4, large.read_bytes()[::-1])
    asked = replace(job(large, outputs), source=uri)
    remote = replace(stingy(tmp_path, large), storages=lambda _: storage)
    with pytest.raises(SourceUnreachable, match="was changed while it was read"):
        preview_picture(asked, Moment(output="web", at=31.72), remote, KnownSources())


def test_preview_leaves_no_files_of_its_own(tmp_path, large):
    outputs = {"poster": {"kind": "snapshots", "at": ["0s"]}}
    preview_picture(job(large, outputs), Moment(output="poster", at=3), stingy(tmp_path, large), KnownSources())
    assert list((tmp_path / "work" / "attempts").iterdir()) == []


@pytest.mark.parametrize("most", [4, 1])
def test_large_source_on_the_web_is_read_by_ranges(tmp_path, large, monkeypatch, most):
    monkeypatch.setattr(preview, "WHOLE_BYTES", 1024**2)
    content, sent = large.read_bytes(), []

    def answer(handler):
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers.get("Range", ""))
        if asked is None:
            handler.send(200, content, ETag='"v1"')
            return
        first, last = map(int, asked.groups())
        part = content[first : last + 1]
        sent.append(len(part))
        handler.send(206, part, Content_Range=f"bytes {first}-{first + len(part) - 1}/{len(content)}", ETag='"v1"')

    outputs = {"web": {"kind": "transcode", "video": {**SHARP, "width": 320}}}
    moment = Moment(output="web", at=12)
    whole = pictured(large, tmp_path, outputs, moment)
    with Server() as server:
        server.answer = answer
        limits = Limits(source_bytes=len(content) // most)
        web = replace(engine(tmp_path), limits=limits, storages=lambda _: HttpsStorage(**server.options))
        asked = replace(job(large, outputs), source=server.url("/large.mp4?sig=5ECRET"))
        picture = preview_picture(asked, moment, web, KnownSources())
        facts, plan = preview_plan(asked, web, KnownSources())
        view = plan_view(asked.workflow.workflow, asked.source, facts, plan)
    assert psnr(planes(Image.open(BytesIO(picture))), whole) > 45
    assert 0 < sum(sent) < len(content) / 2
    assert "5ECRET" not in json.dumps(to_json(view))


def test_source_without_index_or_ranges_is_fetched_up_to_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(preview, "WHOLE_BYTES", 1024)
    content = clip(tmp_path / "a.mkv", seconds=2).read_bytes()
    outputs = {"web": {"kind": "transcode", "video": SHARP}}
    with Server() as server:
        server.answer = lambda handler: handler.send(200, content, ETag='"v1"')
        asked = replace(job(tmp_path / "a.mkv", outputs), source=server.url("/a.mkv"))
        web = replace(engine(tmp_path), storages=lambda _: HttpsStorage(**server.options))
        facts, _ = preview_plan(asked, web, KnownSources())
        assert facts.basis == "decoded"
        with pytest.raises((PreviewTooLarge, SourceUnreachable)):
            preview_plan(asked, replace(web, limits=Limits(source_bytes=2048)), KnownSources())


BROADCAST = ("-output_ts_offset", "3600")
FRAGMENTED = ("-movflags", "+frag_keyframe+empty_moov+default_base_moof")
B_FRAMES = ("-preset", "fast", "-bf", "3")


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("plain.mp4", B_FRAMES),
        ("fragmented.mp4", (*B_FRAMES, *FRAGMENTED)),
        ("later.mkv", (*B_FRAMES, "-output_ts_offset", "1.4")),
        ("broadcast.ts", (*B_FRAMES, *BROADCAST)),
        ("old.avi", ()),
    ],
)
def test_late_moment_of_any_container_equals_the_encode(tmp_path, name, extra):
    source = clip(tmp_path / name, width=320, height=180, seconds=20, gop=50, extra=extra)
    outputs = {"web": {"kind": "transcode", "video": {**SHARP, "width": 240}}}
    made = carry_out(source, tmp_path / "real", outputs)
    picture = pictured(source, tmp_path, outputs, Moment(output="web", at=17.04))
    assert_is_frame(picture, made.path("web"), 426)
