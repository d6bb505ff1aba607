"""Damaged and encrypted sources end with 3 and a code of their own, wherever in the chain they fail."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.media import clip, make

pytestmark = pytest.mark.integration

VIDEO = """
name: damaged
outputs:
  mp4: {kind: transcode, video: {speed: fastest}}
  loop: {kind: animated_image, end: 1s, width: 64}
"""
SOUND = """
name: damaged
outputs:
  sound: {kind: transcode, container: m4a}
"""
PICTURE = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=2")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p")
SOURCES = {
    "a.mp4": (*PICTURE, *TONE, *H264, "-movflags", "+faststart"),
    "a.mkv": (*PICTURE, *TONE, *H264, "-c:a", "libvorbis"),
    "a.webm": (*PICTURE, *TONE, "-c:v", "libsvtav1", "-preset", "12", "-c:a", "libopus"),
    "a.ts": (*PICTURE, *TONE, *H264),
    "a.avi": (*PICTURE, *TONE, "-c:v", "mpeg4"),
    "a.flv": (*PICTURE, *TONE, *H264),
    "a.mov": (*PICTURE, *TONE, "-c:v", "prores_ks", "-c:a", "pcm_s16le"),
    "a.mp3": TONE,
    "a.flac": TONE,
    "a.aac": TONE,
}


def cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) // 10, len(content) * 9 // 10)]


def flip(content: bytes, dice: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(200):
        spoilt[dice.randrange(len(content) // 4, len(content))] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def zero(content: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(content) // 4, len(content) * 3 // 4)
    return content[:start] + bytes(3000) + content[start + 3000 :]


def repeat(content: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(content) // 4, len(content) * 3 // 4)
    return content[: start + 1500] + content[start:]


@pytest.mark.parametrize("damage", [cut, flip, zero, repeat])
@pytest.mark.parametrize("name", SOURCES)
def test_damaged_source_ends_with_code_3_never_as_encode_failed(tmp_path, name, damage):
    seed = f"{name} {damage.__name__}"
    print("seed", seed)
    content = make(tmp_path / name, *SOURCES[name]).read_bytes()
    (tmp_path / name).write_bytes(damage(content, random.Random(seed)))
    code, answer = run(tmp_path, tmp_path / name)
    if code:  # damage may hit what nobody decodes
        assert (code, answer["error"]["code"] in {"source_damaged", "source_truncated", "source_not_media"}) == (
            3,
            True,
        ), answer


def run(folder: Path, source: Path) -> tuple[int, dict]:
    workflow = folder / "damaged.yaml"
    workflow.write_text(SOUND if source.suffix in {".mp3", ".flac", ".aac"} else VIDEO)
    arguments = ["--workflow", str(workflow), "--source", str(source), "--output", str(folder / "out"), "--json"]
    argv = [sys.executable, "-m", "airflow_provider_media.cli", "run", *arguments]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=90)
    return done.returncode, json.loads(done.stdout)


def test_an_encrypted_source_ends_with_3_and_its_scheme(tmp_path):
    cipher = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb")
    source = clip(tmp_path / "a.mp4", extra=(*cipher, "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8"))
    code, answer = run(tmp_path, source)
    assert (code, answer["error"]["code"]) == (3, "source_encrypted")
    assert "upload it in the clear" in answer["error"]["message"]


def test_a_text_is_answered_with_the_accepted_formats(tmp_path):
    (tmp_path / "a.mp4").write_text("no film\n" * 100)
    code, answer = run(tmp_path, tmp_path / "a.mp4")
    assert (code, answer["error"]["code"]) == (3, "source_not_media")
    assert "MP4/MOV, Matroska/WebM, MPEG-TS" in answer["error"]["message"]
