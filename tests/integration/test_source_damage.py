"""Damaged sources: strict refuses each hole in words, tolerant publishes what can be decoded, and the verdict is the
same every time.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.media.errors import SourceDamaged, SourceTruncated
from airflow_provider_media.core.media.info import MediaInfo
from tests.media import make
from tests.playback import heard, probed, seen

pytestmark = pytest.mark.integration

WORKFLOW = """
name: rescue
integrity: {integrity}
output: {{path: "{{output}}.{{format}}"}}
outputs:
  file: {{kind: transcode, audio: {{tracks: all}}, video: {{speed: fastest}}}}
  shot: {{kind: snapshots, at: [1]}}
  report: {{kind: probe_report}}
"""
NOISY = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3,noise=alls=20:allf=t:all_seed=1")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3")


def film(path: Path, *options: str, codec: str = "libx264", tracks: int = 1) -> Path:
    """Three seconds with enough detail that damage lies in it."""
    coder = ("-c:v", codec, "-g", "25", "-pix_fmt", "yuv420p", "-threads", "1")
    if codec in ("libx264", "libx265"):
        coder += ("-preset", "ultrafast")
    if codec == "libx265":
        coder += ("-x265-params", "log-level=error")
    maps = tuple(text for n in range(tracks + 1) for text in ("-map", str(n)))
    sound = ("-c:a", "aac") if path.suffix != ".mpg" else ("-c:a", "mp2")
    return make(path, *NOISY, *TONE * tracks, *maps, *coder, *sound, *options)


def packets(path: Path, kind: str) -> list[tuple[int, int]]:
    """Places and sizes of a stream's packets in its file."""
    found = probed(path, "-select_streams", kind, "-show_entries", "packet=pos,size")["packets"]
    return [(int(packet["pos"]), int(packet["size"])) for packet in found]


def spoil(path: Path, kind: str, *, first: int = 30, count: int = 1, share: float = 0.5, skip: int = 8) -> Path:
    """Overwrite the inside of some packets of a stream.

    :param skip: bytes at a packet's beginning that are left alone; Matroska has 4 bytes of its own there, and then a
        length.
    """
    data = bytearray(path.read_bytes())
    for place, size in packets(path, kind)[first : first + count]:
        begin = place + int(size * (1 - share) / 2) + skip
        end = max(begin + 4, place + int(size * (1 + share) / 2))
        data[begin:end] = bytes((n * 97 + 13) % 251 for n in range(end - begin))
    path.write_bytes(data)
    return path


def look(path: Path, integrity: Any = "strict") -> MediaInfo:
    return probe(path, toolchain=find_toolchain(), limits=Limits(), integrity=integrity)


def run(folder: Path, source: Path, integrity: str) -> tuple[int, dict[str, Any]]:
    """Exit code of the command, and the manifest or the error."""
    workflow = folder / f"{integrity}.yaml"
    workflow.write_text(WORKFLOW.format(integrity=integrity))
    argv = ["--workflow", str(workflow), "--source", str(source), "--output", str(folder / integrity), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "airflow_provider_media.cli", "run", *argv],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


VIDEO = [
    ("h264", "libx264", ".mp4"),
    ("h264", "libx264", ".mkv"),
    ("hevc", "libx265", ".mkv"),
    ("mpeg2", "mpeg2video", ".mkv"),
    ("mpeg4", "mpeg4", ".avi"),
]


@pytest.mark.parametrize(
    ("name", "codec", "suffix"), VIDEO, ids=[f"{name} in {suffix[1:]}" for name, _, suffix in VIDEO]
)
def test_spoilt_picture_is_refused_with_its_stream_and_time(tmp_path, name, codec, suffix):
    # What is overwritten inside a slice of HEVC decodes to other pictures without a word; its length does not.
    inside = {"share": 1.0, "skip": 4} if name == "hevc" else {}
    source = spoil(film(tmp_path / f"spoilt{suffix}", codec=codec), "v", count=2, **inside)
    with pytest.raises(SourceDamaged) as refused:
        look(source)
    message = str(refused.value)
    assert "video stream 0 has holes at 1." in message
    assert "`integrity: tolerant`" in message
    found = look(source, "tolerant")
    assert any("video stream 0 has holes" in warning for warning in found.warnings)
    (damage,) = [stream for stream in found.damage if stream.kind == "video"]
    assert 1 <= damage.repaired + damage.dropped < 40
    assert 1.0 <= damage.times[0] <= 1.5


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "aac"), (".mkv", "flac"), (".mkv", "ac3")])
def test_spoilt_sound_is_refused_with_its_stream(tmp_path, suffix, codec):
    source = make(
        tmp_path / f"spoilt{suffix}", "-f", "lavfi", "-i", "anoisesrc=seed=1:d=3:r=48000", "-ac", "2", "-c:a", codec
    )
    spoil(source, "a", first=len(packets(source, "a")) // 2, count=6, share=0.9)
    with pytest.raises(SourceDamaged, match="audio stream 0"):
        look(source)
    found = look(source, "tolerant")
    assert any("audio stream 0 has holes" in warning for warning in found.warnings)


def test_tolerant_job_publishes_decodable_part_and_warns_of_holes(tmp_path):
    source = spoil(film(tmp_path / "spoilt.mkv"), "v", count=2)
    code, answer = run(tmp_path, source, "strict")
    assert (code, answer["error"]["code"]) == (3, "source_damaged")
    assert "video stream 0" in answer["error"]["message"]
    code, manifest = run(tmp_path, source, "tolerant")
    assert code == 0, manifest
    assert any(warning.startswith("video stream 0 has holes at 1.") for warning in manifest["warnings"])
    made = tmp_path / "tolerant" / "file.mp4"
    assert abs(len(seen(made).pictures) - 75) <= 1
    assert heard(made).pitch(0.5, 2.5) == pytest.approx(440, abs=5)


def test_one_lost_track_of_two_is_a_hole_and_named(tmp_path):
    source = film(tmp_path / "two.mkv", tracks=2)
    spoil(source, "a:1", first=0, count=1000, share=1.0)
    with pytest.raises(SourceDamaged, match="audio stream 2"):
        look(source)
    found = look(source, "tolerant")
    assert any("audio stream 2" in warning for warning in found.warnings)
    code, manifest = run(tmp_path, source, "tolerant")
    assert code == 0, manifest
    assert any("audio stream 2" in warning for warning in manifest["warnings"])
    assert heard(tmp_path / "tolerant" / "file.mp4", track=0).pitch(0.5, 2.5) == pytest.approx(440, abs=5)


CUTS = [
    (".mp4", ("-movflags", "+faststart"), 0.3),
    (".mp4", ("-movflags", "+faststart"), 0.9),
    (".mkv", (), 0.6),
    (".flv", (), 0.6),
]


@pytest.mark.parametrize(("suffix", "options", "keep"), CUTS)
def test_cut_film_is_published_as_far_as_it_goes(tmp_path, suffix, options, keep):
    source = film(tmp_path / f"cut{suffix}", *options)
    source.write_bytes(source.read_bytes()[: int(source.stat().st_size * keep)])
    if suffix != ".flv":
        with pytest.raises(SourceTruncated, match="cut short"):
            look(source)
    code, manifest = run(tmp_path, source, "tolerant")
    assert code == 0, manifest
    seconds = float(probed(tmp_path / "tolerant" / "file.mp4")["format"]["duration"])
    assert seconds == pytest.approx(3 * keep, abs=0.5)


def test_lost_frames_are_held_and_lost_samples_are_silent(tmp_path):
    """Half a second is gone, and what follows stays in its place."""
    data = film(tmp_path / "whole.ts").read_bytes()
    packets = [data[start : start + 188] for start in range(0, len(data), 188)]
    places = range(len(packets))
    kept = [packets[n] for n in places if not 0.4 < n / len(packets) < 0.55]
    source = tmp_path / "lost.ts"
    source.write_bytes(b"".join(kept))
    code, manifest = run(tmp_path, source, "tolerant")
    assert code == 0, manifest
    made = tmp_path / "tolerant" / "file.mp4"
    sound = heard(made)
    assert sound.seconds == pytest.approx(3, abs=0.1)
    assert abs(len(seen(made).pictures) - 75) <= 2
    assert sound.level(1.38, 1.48) < 0.01
    assert sound.level(2.0, 2.8) > 0.05
    said = " ".join(manifest["warnings"])
    assert "video stream 0 has holes at 1." in said
    assert "s silent" in said


def test_lost_packet_of_sound_alone_is_a_hole(tmp_path):
    # Packets are numbered from 0 to 15, and by default one of sound lies in sixteen of them, which leave no trace.
    data = film(tmp_path / "whole.ts", "-pes_payload_size", "2000").read_bytes()
    packets = [data[start : start + 188] for start in range(0, len(data), 188)]
    sound = [n for n, packet in enumerate(packets) if (packet[1] & 0x1F) << 8 | packet[2] == 257]
    starts = [n for n in sound if packets[n][1] & 0x40]
    begin, end = starts[len(starts) // 2], starts[len(starts) // 2 + 1]
    source = tmp_path / "lost.ts"
    source.write_bytes(b"".join(packet for n, packet in enumerate(packets) if not (n in sound and begin <= n < end)))
    with pytest.raises(SourceDamaged, match="audio stream 1 has holes"):
        look(source)


@pytest.mark.parametrize("lost", [1, 7, 40])
def test_lost_transport_packets_are_a_hole(tmp_path, lost):
    data = film(tmp_path / "whole.ts").read_bytes()
    source = tmp_path / "lost.ts"
    middle = 188 * (len(data) // 188 // 2)
    source.write_bytes(data[:middle] + data[middle + 188 * lost :])
    with pytest.raises(SourceDamaged, match=r"holes at 1\."):
        look(source)
    assert look(source, "tolerant").duration == pytest.approx(3, abs=0.2)


def test_verdict_on_one_file_is_the_same_five_times(tmp_path):
    source = spoil(film(tmp_path / "spoilt.ts"), "v", first=20, count=3)
    verdicts = {repr(look(source, "tolerant").damage) for _ in range(5)}
    assert len(verdicts) == 1


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".mpg", ".avi", ".flv"])
def test_sound_film_has_no_damage(tmp_path, suffix):
    codec = {".mpg": "mpeg2video", ".avi": "mpeg4"}.get(suffix, "libx264")
    found = look(film(tmp_path / f"whole{suffix}", codec=codec))
    assert [stream.has_holes for stream in found.damage] == [False, False]
    assert found.warnings == ()
    assert found.damage[0].decoded == 75
