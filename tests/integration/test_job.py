"""Whole jobs by the command line, looked at with nothing but ffprobe, ffmpeg and Pillow."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.command_line import SECONDS, Done, dash_packets, of_kind, probed, run, small, written
from tests.media import audio_only, clip, cover_art, ffmpeg, hdr10, interlaced, make, offset_start, rotated, vfr

pytestmark = pytest.mark.integration

SHIPPED = sorted((Path(__file__).parents[2] / "include" / "workflows").glob("*.yaml"))


def pixels(path: Path, size: tuple[int, int] | None = None):
    from PIL import Image

    with Image.open(path) as image:
        return image.convert("RGB").resize(size or image.size)


def difference(one, other) -> float:
    """Mean absolute difference of two pictures of one size, 0 to 255."""
    from PIL import ImageChops, ImageStat

    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


def several_tracks(path: Path) -> Path:
    languages = ("eng", "deu", "fra")
    tags = tuple(
        option for n, language in enumerate(languages) for option in (f"-metadata:s:a:{n}", f"language={language}")
    )
    return clip(path, width=320, height=180, seconds=SECONDS, audio=3, extra=tags)


def odd(path: Path) -> Path:
    return clip(path, width=321, height=181, seconds=SECONDS, pixel_format="yuv444p", extra=("-vf", "setsar=1"))


SOURCES: dict[str, Callable[[Path], Path]] = {
    "plain": lambda folder: clip(folder / "a.mp4", width=320, height=180, seconds=SECONDS),
    "audio only": lambda folder: audio_only(folder / "a.m4a", seconds=SECONDS),
    "video only": lambda folder: clip(folder / "a.mp4", width=320, height=180, seconds=SECONDS, audio=False),
    "rotated": lambda folder: rotated(folder / "a.mp4", seconds=SECONDS, width=320, height=180),
    "interlaced": lambda folder: interlaced(folder / "a.ts", width=320, height=180, seconds=SECONDS),
    "hdr": lambda folder: hdr10(folder / "a.mp4", width=320, height=180, seconds=SECONDS),
    "odd": lambda folder: odd(folder / "a.mp4"),
    "vfr": lambda folder: vfr(folder / "a.mkv", width=320, height=180, seconds=SECONDS),
    "several tracks": lambda folder: several_tracks(folder / "a.mp4"),
    "cover art": lambda folder: cover_art(folder / "a.mp3", seconds=SECONDS),
    "late start": lambda folder: offset_start(folder / "a.ts", start=7.25, seconds=SECONDS),
}
LENGTHS = {"cover art": 0.984}
SIZES = {"rotated": (180, 320), "odd": (320, 180), "late start": (160, 90)}
SOUND_ALONE = ("audio only", "cover art")
WITH_PICTURE = [kind for kind in SOURCES if kind not in SOUND_ALONE]
WITH_SOUND = [kind for kind in SOURCES if kind != "video only"]


@dataclass(frozen=True, kw_only=True)
class Job:
    """A finished job and its source."""

    kind: str
    source: Path
    done: Done

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture as people see it."""
        return SIZES.get(self.kind, (320, 180))


@pytest.fixture(scope="module")
def jobs(tmp_path_factory) -> Callable[[str], Job]:
    """The job of a kind of source, run when it is first asked for."""
    made: dict[str, Job] = {}

    def job(kind: str) -> Job:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind.replace(" ", "-"))
            source = SOURCES[kind](folder)
            made[kind] = Job(
                kind=kind, source=source, done=run(written(folder / "small.yaml", small()), source, folder / "out")
            )
        return made[kind]

    return job


@pytest.mark.parametrize("kind", SOURCES)
def test_job_of_every_source_kind_succeeds_and_reports_left_out(jobs, kind):
    done = jobs(kind).done
    assert (done.code, done.error) == (0, "")
    assert done.answer["failed"] == []
    assert ["at uneven times" in warning for warning in done.answer["warnings"]] == [True] * (kind == "vfr")
    left_out = {each["output"] for each in done.answer["left_out"]}
    assert left_out >= ({"shot", "sprite", "loop"} if kind in SOUND_ALONE else set())
    published = {made["uri"].removeprefix(f"file://{done.output}/") for made in done.answer["outputs"]}
    assert published == set(done.final_files())


@pytest.mark.parametrize("kind", SOURCES)
def test_job_output_has_streams_and_duration_of_source(jobs, kind):
    facts = jobs(kind).done.facts("mp4.mp4")
    assert len(of_kind(facts, "video")) == (kind not in SOUND_ALONE)
    assert len(of_kind(facts, "audio")) == (kind != "video only")
    for stream in facts["streams"]:
        assert float(stream["duration"]) == pytest.approx(LENGTHS.get(kind, SECONDS), abs=0.08), stream["codec_type"]
        assert float(stream["start_time"]) == pytest.approx(0, abs=0.05), stream["codec_type"]


@pytest.mark.parametrize("kind", WITH_PICTURE)
def test_the_picture_plays_everywhere(jobs, kind):
    job = jobs(kind)
    (video,) = of_kind(job.done.facts("mp4.mp4"), "video")
    assert (video["width"], video["height"]) == job.size
    assert (video["codec_name"], video["pix_fmt"], video["field_order"]) == ("h264", "yuv420p", "progressive")
    assert video["sample_aspect_ratio"] == "1:1"
    assert "side_data_list" not in video  # nothing is left for the player to turn
    assert video.get("color_transfer", "bt709") in ("bt709", "smpte170m")
    assert video["r_frame_rate"] == video["avg_frame_rate"]


@pytest.mark.parametrize("kind", WITH_PICTURE)
def test_renditions_are_the_source_and_what_is_smaller(jobs, kind):
    job = jobs(kind)
    playlists = [
        of_kind(probed(path), "video") for path in sorted((job.done.output / "stream").glob("*p/playlist.m3u8"))
    ]
    sizes = sorted((stream["width"], stream["height"]) for (stream,) in playlists)
    width, height = job.size
    whole = [(width, height)] if min(job.size) > 90 else []
    half = (round(width * 90 / min(job.size)), round(height * 90 / min(job.size)))
    assert sizes == sorted([half, *whole])


@pytest.mark.parametrize("kind", WITH_SOUND)
def test_each_sound_track_is_a_rendition_of_its_own(jobs, kind):
    master = (jobs(kind).done.output / "stream" / "master.m3u8").read_text()
    tracks = [line for line in master.splitlines() if line.startswith("#EXT-X-MEDIA:TYPE=AUDIO")]
    if kind == "several tracks":
        assert sorted(line.split('LANGUAGE="')[1][:2] for line in tracks) == ["de", "en", "fr"]
    elif kind in SOUND_ALONE:
        assert "#EXT-X-STREAM-INF" in master
    else:
        assert len(tracks) == 1


@pytest.mark.parametrize("kind", SOURCES)
def test_players_can_read_both_manifests(jobs, kind):
    folder = jobs(kind).done.output / "stream"
    streams = probed(folder / "master.m3u8")["streams"]
    assert {stream["codec_type"] for stream in streams} == (
        {"audio"} if kind in SOUND_ALONE else {"audio", "video"} - silent(kind)
    )
    packets = dash_packets(folder / "manifest.mpd")
    assert packets
    assert all(packets.values())


def silent(kind: str) -> set[str]:
    return {"audio"} if kind == "video only" else set()


@pytest.mark.parametrize("kind", [kind for kind in WITH_PICTURE if kind not in ("hdr", "rotated")])
def test_a_snapshot_shows_the_frame_of_its_moment(jobs, kind):
    job = jobs(kind)
    (video,) = of_kind(probed(job.source), "video")
    shot = pixels(job.done.output / "shot.jpg")
    moments = {frames: float(video["start_time"]) + 1 + frames / 25 for frames in (-2, -1, 0, 1, 2)}
    frames = {number: pixels(frame_at(job, moment), shot.size) for number, moment in moments.items()}
    assert min(frames, key=lambda number: difference(shot, frames[number])) == 0


def frame_at(job: Job, moment: float) -> Path:
    """The first frame of a job's source from a moment of its own clock on, upright and progressive."""
    progressive = "bwdif=mode=send_frame," if job.kind == "interlaced" else ""
    chosen = f"{progressive}select=gte(t\\,{moment - 0.001:.4f})"
    return make(
        job.source.with_name("frame.png"),
        "-copyts",
        "-i",
        str(job.source),
        "-vf",
        chosen,
        "-frames:v",
        "1",
        "-update",
        "1",
    )


def test_a_rotated_source_stands_upright_in_every_output(jobs):
    job = jobs("rotated")
    bars = pixels(
        make(job.source.with_name("bars.png"), "-f", "lavfi", "-i", "smptebars=size=320x180:rate=1:duration=1")
    )
    upright, wrong = bars.rotate(-90, expand=True), bars.rotate(90, expand=True)
    frame = make(
        job.source.with_name("frame.png"), "-i", str(job.done.output / "mp4.mp4"), "-frames:v", "1", "-update", "1"
    )
    for path in (job.done.output / "shot.jpg", frame):
        assert difference(pixels(path), upright) < 10
        assert difference(pixels(path), wrong) > 40
    sheet = pixels(job.done.output / "sprite.jpg")  # two cells of 64 pixels beside each other
    assert difference(sheet.crop((0, 0, 64, sheet.height)), upright.resize((64, sheet.height))) < 20
    loop = pixels(job.done.output / "loop.gif")
    assert difference(loop, upright.resize(loop.size)) < 20


def test_hdr_becomes_a_picture_of_ordinary_brightness(jobs):
    from PIL import ImageStat

    job = jobs("hdr")
    (video,) = of_kind(job.done.facts("mp4.mp4"), "video")
    assert (video["color_primaries"], video["color_transfer"], video["color_space"]) == ("bt709", "bt709", "bt709")
    frame = make(
        job.source.with_name("frame.png"), "-i", str(job.done.output / "mp4.mp4"), "-frames:v", "1", "-update", "1"
    )
    for path in (frame, job.done.output / "shot.jpg"):
        assert 30 < sum(ImageStat.Stat(pixels(path)).mean) / 3 < 220


def test_interlaced_sources_leave_no_combs(jobs):
    job = jobs("interlaced")
    assert combed(job.source) > 0.9
    assert combed(job.done.output / "mp4.mp4") < 0.2


def combed(path: Path) -> float:
    """The share of frames in which two fields of different moments are woven together."""
    argv = [ffmpeg(), "-hide_banner", "-i", str(path), "-vf", "idet", "-an", "-f", "null", "-"]
    said = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stderr
    *_, last = (line for line in said.splitlines() if "Multi frame detection" in line)
    counts = {name: int(count) for name, count in re.findall(r"(\w+): +(\d+)", last)}
    return (counts["TFF"] + counts["BFF"]) / sum(counts.values())


def test_uneven_frame_times_become_even_ones(jobs):
    packets = probed(jobs("vfr").done.output / "mp4.mp4", "-show_packets", "-select_streams", "v")["packets"]
    assert len({packet["duration"] for packet in packets}) == 1
    source = probed(jobs("vfr").source, "-show_packets", "-select_streams", "v")["packets"]
    times = sorted(float(packet["pts_time"]) for packet in source)
    assert len({round(later - earlier, 2) for earlier, later in pairwise(times)}) > 1


def test_cues_point_into_the_sheet(jobs):
    output = jobs("plain").done.output
    sheet = pixels(output / "sprite.jpg")
    cues = [line.split("#xywh=") for line in (output / "sprite.vtt").read_text().splitlines() if "#xywh=" in line]
    assert [file for file, _ in cues] == ["sprite.jpg"] * 2
    for _, place in cues:
        x, y, width, height = map(int, place.split(","))
        assert (width, height) == (64, 36)
        assert x + width <= sheet.width
        assert y + height <= sheet.height


@pytest.mark.parametrize("workflow", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_workflow_makes_all_that_it_promises(tmp_path, workflow):
    done = run(workflow, clip(tmp_path / "My Clip.mp4", width=320, height=180, seconds=SECONDS), tmp_path / "out")
    assert (done.code, done.error) == (0, "")
    assert (done.answer["failed"], done.answer["left_out"], done.answer["warnings"]) == ([], [], [])
    sizes = {made["uri"]: made["size"] for made in done.answer["outputs"]}
    assert len(sizes) == len(done.final_files())
    assert all(sizes.values())
