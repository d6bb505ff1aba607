"""A trim holds exactly its part of the source, and a copy the source's own packets."""

import subprocess

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.verification.measure import scan
from tests.media import clip, ffmpeg, make, rotated
from tests.planned import FAST, WEB, carry_out

pytestmark = pytest.mark.integration


def frames_of(path) -> list[int]:
    """Numbers of the frames of a numbered clip."""
    raw = subprocess.run(
        [ffmpeg(), "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-fps_mode", "passthrough", "-"],
        capture_output=True,
        check=True,
    ).stdout
    return [round(raw[start + 64 * 24 + 32] * 219 / 255 / 2) for start in range(0, len(raw), 64 * 48)]


@pytest.fixture
def numbered(tmp_path):
    """A hundred frames, each two steps brighter than the one before, and a tone."""
    picture = "color=c=black:s=64x48:r=25:d=4,format=yuv420p,geq=lum='16+N*2':cb=128:cr=128"
    coders = ("-c:v", "libx264", "-crf", "0", "-preset", "ultrafast", "-g", "12", "-pix_fmt", "yuv420p", "-c:a", "aac")
    tone = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=4")
    return make(tmp_path / "numbered.mp4", "-f", "lavfi", "-i", picture, *tone, "-map", "0", "-map", "1", *coders)


@pytest.mark.parametrize("beside", [{}, {"whole": WEB}], ids=["seeking", "in a whole pass"])
def test_trims_hold_exactly_the_frames_between_their_times(tmp_path, numbered, beside):
    trims = {"middle": {"start": "1s", "end": "2s"}, "tail": {"start": "-1s"}, "head": {"end": "25%"}}
    outputs = {name: {"kind": "transcode", "video": {"crf": 5, **FAST}, "trim": trim} for name, trim in trims.items()}
    made = carry_out(numbered, tmp_path / "w", {**outputs, **beside})
    assert frames_of(made.path("middle")) == list(range(25, 50))
    assert frames_of(made.path("tail")) == list(range(75, 100))
    assert frames_of(made.path("head")) == list(range(25))


@pytest.mark.parametrize("beside", [{}, {"whole": WEB}], ids=["seeking", "in a whole pass"])
def test_trim_ends_on_time_before_long_gap_between_frames(tmp_path, beside):
    pause = ("-vf", "select=lt(t\\,1)+gte(t\\,3)", "-fps_mode", "vfr")
    source = clip(tmp_path / "slides.mkv", seconds=4, audio=False, extra=pause)
    loop = {"kind": "animated_image", "end": "1.5s", "width": 64}
    web = {"kind": "transcode", "video": {"frame_rate": 25, **FAST}, "trim": {"end": "1.5s"}}
    made = carry_out(source, tmp_path / "w", {"web": web, "loop": loop, **beside})
    (stream,) = scan(made.path("web"), toolchain=find_toolchain(), limits=Limits()).streams
    assert (stream.count, stream.duration) == (38, pytest.approx(1.52, abs=0.001))


def test_copies_hold_the_source_s_own_packets(tmp_path, numbered):
    whole = {"kind": "transcode", "video": "copy", "audio": "copy"}
    outputs = {name: {**whole, "container": name} for name in ("mp4", "mkv", "ts", "mov")}
    outputs["cut"] = {**whole, "trim": {"start": "1.2s", "end": "3s"}}
    outputs["mixed"] = {
        "kind": "transcode",
        "container": "mkv",
        "video": "copy",
        "trim": {"start": "1.2s", "end": "3s"},
    }
    made = carry_out(numbered, tmp_path / "w", outputs)
    for name in ("mp4", "mkv", "ts", "mov"):
        assert frames_of(made.path(name)) == list(range(100))
    # Begins at the keyframe before, frame 24, which MP4's edit list hides from players.
    assert frames_of(made.path("cut"))[-1] == 74
    assert frames_of(made.path("mixed"))[0] == 24


@pytest.mark.parametrize("trim", [{"start": "0.5s", "end": "1.3s"}, {"end": "-0.5s"}, {"start": "-0.6s"}])
def test_trim_copies_video_with_b_frames_out_of_display_order(tmp_path, trim):
    source = clip(tmp_path / "c.mp4", seconds=2, extra=("-bf", "3", "-b_strategy", "0"))
    part = {"kind": "transcode", "video": "copy", "audio": "copy", "trim": trim}
    made = carry_out(
        source, tmp_path / "w", {name: {**part, "container": name} for name in ("mp4", "mkv", "mov", "ts")}
    )
    assert not made.plan.left_out


def test_copied_pictures_stay_upright(tmp_path):
    source = rotated(tmp_path / "c.mp4", clockwise=90)
    made = carry_out(
        source, tmp_path / "w", {"copy": {"kind": "transcode", "container": "mkv", "video": "copy"}, "web": WEB}
    )
    told = subprocess.run([ffmpeg(), "-i", made.path("copy")], capture_output=True, text=True, check=False).stderr
    assert "rotation of -90" in told
    web = subprocess.run([ffmpeg(), "-i", made.path("web")], capture_output=True, text=True, check=False).stderr
    assert "rotation" not in web
