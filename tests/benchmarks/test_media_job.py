"""What a whole job costs beside bare ffmpeg: a workflow with every kind of output against commands by hand, in one run
on one clip.

The clip comes as it is, 1280x720, and as cameras deliver: 1920x1080 at a high bit rate, which costs more to decode each
time. Every baseline makes the same files with the same encoder settings, HLS and DASH included, and checks nothing.
Ours fetches, probes, plans, encodes, verifies every file, packages, publishes and commits. Figures are ratios of one
run; seconds are for orientation only.
"""

from __future__ import annotations

import json
import resource
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.toolchain import Toolchain, find_toolchain
from demo.clip import demo_clip
from demo.job import make_buckets, manifest_of, s3, upload, wait_for_job
from demo.stack import ROOT, local_stack

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

SECONDS = 20
"""Length of the clip: long enough that starting Python weighs as it does in practice, short enough for two cores."""

ROUNDS = 2

X264 = "-c:v libx264 -preset fast -profile:v high -pix_fmt yuv420p -fps_mode cfr"
TUNED = f"{X264} -threads:v 2"
"""Of encoders that share a command: an expert holds their threads down, too."""
GOP2 = "-x264-params keyint=50:min-keyint=50:scenecut=0:open-gop=0"
GOP4 = "-x264-params keyint=100:min-keyint=100:scenecut=0:open-gop=0"
AAC = "-c:a aac -b:a 128k -ac 2 -ar 48000"
RUNGS = {
    1080: "-crf 22 -maxrate 6000k -bufsize 12000k",
    720: "-crf 22 -maxrate 3200k -bufsize 6400k",
    480: "-crf 22 -maxrate 1400k -bufsize 2800k",
    360: "-crf 22 -maxrate 800k -bufsize 1600k",
}
TIMES = [SECONDS * part / 10 for part in range(1, 11)]
PALETTE = (
    "fps=10,scale=320:-2,split[a][b];[a]palettegen=stats_mode=diff[p];"
    "[b][p]paletteuse=dither=sierra2_4a:diff_mode=rectangle"
)
TEXT = "scale=1280:720[v];[1:v]format=rgba,colorchannelmixer=aa=0.7[t];[v][t]overlay=W-w-26:14"
STILLS = f"fps={10 / SECONDS}"
COVERS = f"fps={20 / SECONDS}"
WORKFLOW = Path(__file__).with_name("everything.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a piece of work took."""

    cpu: float
    wall: float

    def over(self, other: Cost) -> str:
        """Ratios to another cost, as a line of the report prints them."""
        return f"CPU {self.cpu / other.cpu:.2f}, wall {self.wall / other.wall:.2f}"


def measured(commands: Sequence[Sequence[str]], folder: Path) -> Cost:
    """Run commands one after the other and add up what they take, children included."""
    folder.mkdir(parents=True, exist_ok=True)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for command in commands:
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall=time.monotonic() - began)


def least(ways: Mapping[str, Callable[[Path], list[list[str]]]], folder: Path) -> dict[str, Cost]:
    """What each way takes at the least, of some rounds in which all take turns: other work on the machine can only add
    to it.
    """
    found: dict[str, list[Cost]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for index, (name, commands) in enumerate(ways.items()):
            place = folder / f"{number}-{index}"
            found[name].append(measured(commands(place), place))
    return {name: Cost(cpu=min(c.cpu for c in costs), wall=min(c.wall for c in costs)) for name, costs in found.items()}


class ByHand:
    """The same outputs as the workflow's, by commands that a person would write."""

    def __init__(self, clip: Path, height: int, text: Path, tools: Toolchain) -> None:
        self.clip, self.text, self.tools = clip, text, tools
        self.rungs = {rung: rate for rung, rate in RUNGS.items() if rung <= height}

    def ffmpeg(self, line: str, *, before: str = "") -> list[str]:
        return [
            str(self.tools.ffmpeg),
            "-v",
            "error",
            "-y",
            *shlex.split(before),
            "-i",
            str(self.clip),
            *shlex.split(line),
        ]

    def package(self) -> list[str]:
        tracks = [
            f"in={name}.mp4,stream={kind},init_segment={name}/init.mp4,segment_template={name}/$Number%05d$.m4s,"
            f"playlist_name={name}/playlist.m3u8"
            for name, kind in (*((f"{rung}p", "video") for rung in self.rungs), ("audio", "audio"))
        ]
        return [
            str(self.tools.packager),
            "--quiet",
            *tracks,
            "--segment_duration=4",
            "--mpd_output=m.mpd",
            "--hls_master_playlist_output=m.m3u8",
        ]

    def per_file(self) -> list[list[str]]:
        """One command per file, pictures of one kind counted as one."""
        rungs = [
            self.ffmpeg(f"-an -vf scale=-2:{height} {X264} {GOP4} {rate} {height}p.mp4")
            for height, rate in self.rungs.items()
        ]
        return [
            self._mp4(),
            *rungs,
            self.ffmpeg(f"-vn {AAC} audio.mp4"),
            self._sound(),
            *self._pictures(),
            self.package(),
        ]

    def per_output(self) -> list[list[str]]:
        """One command per output of the workflow: the ladder's renditions share one."""
        return [self._mp4(), self._ladder(), self._sound(), *self._pictures(), self.package()]

    def in_one(self) -> list[list[str]]:
        """All encodes and pictures from one decode, as an expert tunes it; the preview seeks, as it needs three seconds
        only.
        """
        names = "".join(f"[r{rung}]" for rung in self.rungs)
        scaled = "".join(f"[r{rung}]scale=-2:{rung}[v{rung}];" for rung in self.rungs)
        graph = (
            f"[0:v]split=9[full][f1][f2][f3][f4][f5][f6][f7][f8];[full]split={1 + len(self.rungs)}[wm]{names};{scaled}"
            "[wm]scale=1280:720[m];[1:v]format=rgba,colorchannelmixer=aa=0.7[t];[m][t]overlay=W-w-26:14[mp4];[0:a]asplit=3[a1][a2][a3];"
            f"[f1]select='gte(t,{SECONDS / 10})',trim=end_frame=1[poster];[f2]{STILLS},scale=640:360[stills];"
            "[f3]fps=1/2,scale=160:90,tile=10x2[sheet];[f4]fps=1,scale=320:180[small];"
            f"[f5]{COVERS},scale=960:540[covers];[f6]fps=1,scale=240:135,tile=10x3[line];"
            "[f7]fps=2,scale=320:180[often];[f8]fps=1/2,scale=320:180,tile=10x2[over]"
        )
        rungs = " ".join(f"-map [v{rung}] {TUNED} {GOP4} {rate} {rung}p.mp4" for rung, rate in self.rungs.items())
        stills = "-map [poster] -frames:v 1 -q:v 6 -update 1 poster.jpg -map [stills] -frames:v 10 -q:v 8 %02d.jpg"
        small = (
            "-map [small] -q:v 8 small_%02d.jpg -map [covers] -q:v 8 cover_%02d.jpg -map [line] -q:v 9 -frames:v 1"
            " -update 1 line.jpg"
        )
        small += " -map [often] -q:v 8 often_%03d.jpg -map [over] -q:v 9 -frames:v 1 -update 1 over.jpg"
        line = (
            f'-i {self.text} -filter_complex "{graph}" -map [mp4] -map [a1] {TUNED} {GOP2} -crf 22 -maxrate 4000k'
            f" -bufsize 8000k {AAC} -movflags +faststart mp4.mp4 {rungs} -map [a2] {AAC} audio.mp4 {stills} {small}"
            f" -map [a3] {AAC} sound.m4a -map [sheet] -q:v 9 -frames:v 1 -update 1 sheet.jpg"
        )
        return [self.ffmpeg(line), self._gif(), self.package()]

    def _mp4(self) -> list[str]:
        rate = "-crf 22 -maxrate 4000k -bufsize 8000k"
        return self.ffmpeg(
            f'-i {self.text} -filter_complex "[0:v]{TEXT}" {X264} {GOP2} {rate} {AAC} -movflags +faststart mp4.mp4'
        )

    def _sound(self) -> list[str]:
        return self.ffmpeg(f"-vn {AAC} sound.m4a")

    def _ladder(self) -> list[str]:
        encodes = " ".join(f"-map [v{rung}] {X264} {GOP4} {rate} {rung}p.mp4" for rung, rate in self.rungs.items())
        names = "".join(f"[r{rung}]" for rung in self.rungs)
        scaled = ";".join(f"[r{rung}]scale=-2:{rung}[v{rung}]" for rung in self.rungs)
        return self.ffmpeg(
            f'-filter_complex "[0:v]split={len(self.rungs)}{names};{scaled}" {encodes} -map 0:a {AAC} audio.mp4'
        )

    def _gif(self) -> list[str]:
        return self.ffmpeg(f'-filter_complex "{PALETTE}" preview.gif', before=f"-ss {SECONDS / 10} -t 3")

    def _pictures(self) -> list[list[str]]:
        return [
            self.ffmpeg("-frames:v 1 -q:v 6 -update 1 poster.jpg", before=f"-ss {SECONDS / 10}"),
            self.ffmpeg(f"-vf {STILLS},scale=640:360 -frames:v 10 -q:v 8 %02d.jpg"),
            self.ffmpeg("-vf fps=1,scale=320:180 -q:v 8 small_%02d.jpg"),
            self.ffmpeg(f"-vf {COVERS},scale=960:540 -q:v 8 cover_%02d.jpg"),
            self.ffmpeg("-vf fps=2,scale=320:180 -q:v 8 often_%03d.jpg"),
            self.ffmpeg("-vf fps=1/2,scale=320:180,tile=10x2 -frames:v 1 -q:v 9 -update 1 over.jpg"),
            self.ffmpeg("-vf fps=1,scale=240:135,tile=10x3 -frames:v 1 -q:v 9 -update 1 line.jpg"),
            self.ffmpeg("-vf fps=1/2,scale=160:90,tile=10x2 -frames:v 1 -q:v 9 -update 1 sheet.jpg"),
            self._gif(),
        ]


def longer(clip: Path, target: Path, tools: Toolchain) -> Path:
    """The demo's clip played over and over until it is ``SECONDS`` long."""
    return made(tools, f"-stream_loop -1 -i {clip} -t {SECONDS} -c copy", target)


def enlarged(clip: Path, target: Path, tools: Toolchain) -> Path:
    """A clip in 1920x1080, encoded well enough to be a master."""
    return made(tools, f"-i {clip} -vf scale=1920:1080 -c:v libx264 -preset fast -crf 16 -c:a copy", target)


def made(tools: Toolchain, line: str, target: Path) -> Path:
    """What one ffmpeg command writes."""
    subprocess.run([str(tools.ffmpeg), "-v", "error", "-y", *shlex.split(line), str(target)], check=True)
    return target


def drawn(target: Path) -> Path:
    """The watermark's text as a picture, which by hand somebody would draw once."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGBA", (264, 46))
    ImageDraw.Draw(image).text((2, 2), "Airflow Media", font=ImageFont.load_default(36), fill="#ffffff")
    image.save(target)
    return target


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return longer(demo_clip(ROOT / ".local" / "media"), tmp_path_factory.mktemp("clip") / "clip.mp4", find_toolchain())


@pytest.mark.parametrize("height", [720, 1080])
def test_a_job_costs_little_more_than_its_encodes(clip, height, tmp_path, capsys):
    tools = find_toolchain()
    if height > 720:
        clip = enlarged(clip, tmp_path / "clip.mp4", tools)
    by_hand = ByHand(clip, height, drawn(tmp_path / "text.png"), tools)
    run = [
        sys.executable,
        "-m",
        "airflow_provider_media.cli",
        "run",
        "--workflow",
        str(WORKFLOW),
        "--source",
        str(clip),
        "--json",
    ]
    ways = {
        "ours": lambda folder: [[*run, "--output", str(folder / "ours")]],
        "(a) one command per file": lambda _: by_hand.per_file(),
        "(a') one command per output": lambda _: by_hand.per_output(),
        "(b) one tuned command": lambda _: by_hand.in_one(),
    }
    costs = least(ways, tmp_path)
    ours = costs.pop("ours")
    with capsys.disabled():
        print(
            f"\n\nEvery kind of output of {SECONDS} s in {height}p, verified and published: CPU {ours.cpu:.1f} s, wall"
            f" {ours.wall:.1f} s"
        )
        for name, other in costs.items():
            print(f"  over {name:28} {ours.over(other)}    ({other.cpu:.1f} s, {other.wall:.1f} s)")
    assert ours.cpu < 3 * costs["(b) one tuned command"].cpu, "something other than encoding takes most of the time"


def test_a_job_is_published_soon_after_its_upload(clip, tmp_path, capsys):
    by_hand = ByHand(clip, 720, drawn(tmp_path / "text.png"), find_toolchain())
    bare = measured(by_hand.in_one(), tmp_path / "bare")
    with local_stack(tmp_path / "home") as stack:
        make_buckets(stack)
        stack.wait_for_dag("media_vod")
        began = time.time()
        source = upload(stack, clip)
        manifest = manifest_of(stack, wait_for_job(stack, source, timeout_seconds=900, say=lambda _: None))
        bucket, _, key = manifest.uri.removeprefix("s3://").partition("/")
        published = s3(stack).head_object(Bucket=bucket, Key=key)["LastModified"].timestamp() - began
    with capsys.disabled():
        ratio = published / bare.wall
        print(f"\n\nUpload to published manifest through Airflow: {published:.1f} s, {ratio:.2f} of the bare encodes")
        print(f"  seconds per stage: {json.dumps(manifest.timings)}")
    assert manifest.outputs
