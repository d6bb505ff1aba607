"""Videos that are encoded in slices and joined, compared with their source and with the encode of the whole."""

import json
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.jobs.model import Engine, Job, ManifestEntry
from airflow_provider_media.core.storage.memory import MemoryStorage
from airflow_provider_media.core.storage.protocol import ObjectInfo
from airflow_provider_media.core.workflows.freezing import freeze
from tests.command_line import Done, probed, run, written
from tests.media import clip, ffmpeg, hdr10, interlaced, make, rotated
from tests.planned import workflow
from tests.spoiling import spoilt

pytestmark = pytest.mark.integration

SECONDS = 9.0
MOVING = {"width": 320, "height": 180, "seconds": SECONDS}
SOURCES = {
    "25": lambda folder: clip(folder / "a.mp4", **MOVING),
    "24000/1001": lambda folder: clip(folder / "a.mp4", rate="24000/1001", **MOVING),
    "30000/1001 mkv": lambda folder: clip(folder / "a.mkv", rate="30000/1001", **MOVING),
    "60000/1001": lambda folder: clip(folder / "a.mov", rate="60000/1001", **MOVING),
    "rotated": lambda folder: rotated(folder / "a.mp4", **MOVING),
    "interlaced": lambda folder: interlaced(folder / "a.mp4", **MOVING),
    "hdr": lambda folder: hdr10(folder / "a.mp4", **MOVING),
    "long gop": lambda folder: clip(folder / "a.mp4", extra=("-g", "1000"), **MOVING),
    "silent": lambda folder: clip(folder / "a.mp4", audio=False, **MOVING),
}
OUTPUTS = """
  mp4: {kind: transcode, quality: measure, video: {crf: 4, speed: fastest, gop_seconds: 1}}
  mkv: {kind: transcode, quality: measure, container: mkv, video: {crf: 4, speed: fastest, frame_rate: 15}}
  stream:
    kind: ladder
    quality: measure
    speed: fastest
    segment_seconds: 1
    renditions: [{short_side: 180, crf: 4, max_bitrate: 20000000}, {short_side: 120, crf: 4, max_bitrate: 20000000}]
"""


def sliced(tmp_path: Path, source: Path, outputs: str, slicing: object = 2, name: str = "sliced") -> Done:
    text = f'name: q\nslicing: {slicing}\noutput: {{path: "{{output}}.{{format}}"}}\noutputs:\n{outputs}'
    done = run(written(tmp_path / f"{name}.yaml", text), source, tmp_path / name)
    assert done.code == 0, done.answer
    return done


@pytest.mark.parametrize("kind", SOURCES)
def test_frames_of_slices_show_their_own_moment(kind, tmp_path):
    # Almost without loss, every frame is like its own moment of the source; like no other, because the picture moves.
    done = sliced(tmp_path, SOURCES[kind](tmp_path), OUTPUTS)
    found = {f"{each['output']} {each['rendition']}": each for each in done.answer["quality"]}
    assert len(found) == 4
    assert {name: each["minimum"] for name, each in found.items() if each["minimum"] < 80} == {}


def frames_of(*paths: Path, stream: str = "v:0") -> list[str]:
    """Checksums of the decoded frames, or of the samples, of files one after the other."""
    sums: list[str] = []
    for path in paths:
        argv = [ffmpeg(), "-v", "error", "-i", str(path), "-map", f"0:{stream}", "-f", "framemd5", "-"]
        lines = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
        sums += [line.split(",")[-1].strip() for line in lines if not line.startswith("#")]
    return sums


def slices_of(done: Done, output: str) -> list[Path]:
    found = sorted(done.output.rglob(f"{output}.slice*.mp4"), key=lambda path: path.name)
    assert len(found) > 2
    return found


@pytest.mark.parametrize("codec", ["h264", "h265", "av1", "vp9"])
def test_joined_frames_are_those_of_the_slices_in_order(codec, tmp_path):
    container = "webm" if codec == "vp9" else "mp4"
    output = (
        f"  it: {{kind: transcode, container: {container}, video: {{codec: {codec}, speed: fastest, gop_seconds: 1}}}}"
    )
    done = sliced(tmp_path, SOURCES["24000/1001"](tmp_path), output)
    joined = done.output / f"it.{container}"
    assert frames_of(joined) == frames_of(*slices_of(done, "it"))
    assert len(frames_of(joined)) == round(SECONDS * Fraction(24000, 1001))


def test_sound_of_sliced_video_is_that_of_the_whole(tmp_path):
    source = SOURCES["30000/1001 mkv"](tmp_path)
    output = "  it: {kind: transcode, container: mp4, video: {speed: fastest, gop_seconds: 1}}"
    done, whole = sliced(tmp_path, source, output), sliced(tmp_path, source, output, "off", "whole")
    assert slices_of(done, "it")
    assert frames_of(done.output / "it.mp4", stream="a:0") == frames_of(whole.output / "it.mp4", stream="a:0")
    starts = [
        {stream["codec_type"]: stream["start_time"] for stream in probed(each.output / "it.mp4")["streams"]}
        for each in (done, whole)
    ]
    assert starts[0] == starts[1]


DESCRIBED = ("codec_tag_string", "profile", "level", "pix_fmt", "sample_aspect_ratio", "r_frame_rate", "avg_frame_rate")
COLOURS = ("color_range", "color_space", "color_transfer", "color_primaries", "chroma_location", "field_order")


def described(done: Done, name: str) -> list[dict]:
    """What players read of a file's streams before they decode it."""
    streams = probed(done.output / name)["streams"]
    wanted = (*DESCRIBED, *COLOURS, "disposition", "tags", "time_base", "start_time", "nb_frames")
    for stream in streams:
        # Names the encoder where ffmpeg has encoded within the same command.
        stream["tags"] = {name: value for name, value in stream.get("tags", {}).items() if name.lower() != "encoder"}
    return [{field: stream.get(field) for field in wanted} for stream in streams]


@pytest.mark.parametrize("kind", ["hdr", "interlaced", "rotated", "60000/1001"])
def test_joined_file_describes_itself_as_the_whole(kind, tmp_path):
    output = """
  mp4: {kind: transcode, video: {codec: h265, speed: fastest, gop_seconds: 1, dynamic_range: keep}}
  mkv: {kind: transcode, container: mkv, video: {speed: fastest, gop_seconds: 1}}
"""
    source = SOURCES[kind](tmp_path)
    done, whole = sliced(tmp_path, source, output), sliced(tmp_path, source, output, "off", "whole")
    assert slices_of(done, "mp4")
    for name in ("mp4.mp4", "mkv.mkv"):
        assert described(done, name) == described(whole, name)


def test_watermark_with_times_shows_in_its_own_slices(tmp_path):
    logo = make(tmp_path / "logo.png", "-f", "lavfi", "-i", "color=white:s=320x180", "-frames:v", "1")
    source = make(tmp_path / "black.mp4", "-f", "lavfi", "-i", f"color=black:s=320x180:d={SECONDS}", "-r", "25")
    output = f"""
  it:
    kind: transcode
    video: {{speed: fastest, gop_seconds: 1, crf: 4}}
    watermarks: [{{image: "file://{logo}", size: 100%, start: 3s, end: 5.48s}}]
"""
    done, whole = sliced(tmp_path, source, output), sliced(tmp_path, source, output, "off", "whole")
    shown = [brightness(each.output / "it.mp4") for each in (done, whole)]
    assert slices_of(done, "it")
    assert shown[0] == shown[1]
    assert [number for number, value in enumerate(shown[0]) if value > 128] == list(range(75, 138))


def brightness(path: Path) -> list[int]:
    """The mean brightness of every frame."""
    argv = [ffmpeg(), "-v", "error", "-i", str(path), "-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    return list(subprocess.run(argv, capture_output=True, check=True, timeout=60).stdout)


def test_damage_of_the_source_is_found_although_all_is_sliced(tmp_path):
    source = spoilt(SOURCES["25"](tmp_path), 60)
    text = "name: q\nslicing: 2\noutputs:\n  it: {kind: transcode, video: {speed: fastest, gop_seconds: 1}}\n"
    done = run(written(tmp_path / "w.yaml", text), source, tmp_path / "out")
    assert done.error == "source_damaged"
    assert not done.final_files()


def test_slices_of_an_interrupted_job_are_not_encoded_again(tmp_path):
    source = SOURCES["25"](tmp_path)
    output = "  it: {kind: transcode, video: {speed: fastest, gop_seconds: 1}}"
    done = sliced(tmp_path, source, output)
    first = sha256_of(done)
    times = {path: path.stat().st_mtime_ns for path in slices_of(done, "it")}
    (joined,) = {path for path in done.output.glob(".media/units/*/*") if list(path.rglob("it.mp4"))}
    shutil.rmtree(joined)
    again = sliced(tmp_path, source, output)
    assert {path: path.stat().st_mtime_ns for path in slices_of(again, "it")} == times
    assert sha256_of(again) == first


def sha256_of(done: Done) -> str:
    newest = max(done.output.rglob("manifest.json"), key=lambda path: path.stat().st_mtime_ns)
    (made,) = json.loads(newest.read_text())["outputs"]
    return str(made["sha256"])


class CountedStorage(MemoryStorage):
    """A storage that counts the bytes of a source that were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read_bytes = 0

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        content = super().read_range(uri, start, length, version=version)
        self.read_bytes += len(content)
        return content

    def download(self, uri: str, path: Path, **more) -> ObjectInfo:
        info = super().download(uri, path, **more)
        self.read_bytes += info.size
        return info


def machine(storage: CountedStorage, folder: Path) -> Engine:
    return Engine(toolchain=find_toolchain(), storages=lambda _: storage, limits=Limits(), directory=folder)


class GappyStorage(CountedStorage):
    """A storage that answers ranges of the media with nothing but zeros."""

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        content = super().read_range(uri, start, length, version=version)
        return content if start < 4 * 1024**2 else bytes(length)


def encoded_slices(storage: CountedStorage, source: Path, folder: Path) -> list[tuple[ManifestEntry, int]]:
    """Each slice of a source, encoded by a machine of its own, and the bytes that the machine has read."""
    storage.write("s3://in/a.mp4", source.read_bytes(), media_type="video/mp4")
    frozen = freeze(workflow({"it": {"kind": "transcode", "video": {"speed": "fastest"}}}, slicing=10))
    first = machine(storage, folder / "first")
    job = stages.settled(Job(id="0" * 32, source="s3://in/a.mp4", workflow=frozen, output="s3://out/"), first)
    plan = stages.make_plan(job, stages.probe_for_plan(job, first), first)
    made = []
    for number, unit in enumerate(unit for unit in plan.encodes if unit.span):
        storage.read_bytes = 0
        (result,) = stages.encode(job, unit, machine(storage, folder / str(number)))
        made.append((result.made[0], storage.read_bytes))
    return made


def test_worker_reads_only_the_bytes_of_its_slice(tmp_path):
    source = clip(tmp_path / "a.mp4", width=640, height=360, seconds=40, extra=("-crf", "4", "-g", "50"))
    size = source.stat().st_size
    made = encoded_slices(CountedStorage(), source, tmp_path / "parts")
    assert sum(entry.facts["frames"] for entry, _ in made) == 1000
    assert all(0 < read < 0.6 * size for _, read in made)
    # A worker that meets a gap reads the whole source, and makes the same slices.
    whole = encoded_slices(GappyStorage(), source, tmp_path / "gaps")
    assert [read for _, read in whole[1:]] > [size] * 3
    assert [entry.sha256 for entry, _ in made] == [entry.sha256 for entry, _ in whole]
