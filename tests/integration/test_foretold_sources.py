"""Plain films whose encode is the first to decode them: the same facts, the same verdicts, and no decoding twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from tests.jobs import run_job
from tests.media import make
from tests.playback import probed

pytestmark = pytest.mark.integration

NOISY = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=3,noise=alls=20:allf=t:all_seed=1")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3", "-c:a", "aac")
H264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "25")
H265 = ("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x265-params", "log-level=error:keyint=25")
OUTPUTS = {"film": {"kind": "transcode", "video": {"speed": "fastest"}}, "shots": {"kind": "sampled_snapshots", "every": "1s"}}
FILMS = {
    "h264.mp4": (*NOISY, *TONE, *H264),
    "h264.mkv": (*NOISY, *TONE, *H264),
    "hevc.mp4": (*NOISY, *TONE, *H265),
    "silent.mp4": (*NOISY, *H264),
    "late-sound.mp4": (*NOISY, "-itsoffset", "0.7", *TONE, *H264),
    "late-picture.mkv": ("-itsoffset", "0.5", *NOISY, *TONE, *H264),
    "uneven.mp4": (*NOISY, *TONE, *H264, "-vf", "select='mod(n,7)'", "-fps_mode", "vfr"),
    "turned.mov": (*NOISY, *TONE, *H264),
}


def facts(path: Path, *, foretell: bool):
    return probe(path, toolchain=find_toolchain(), limits=Limits(), foretell=foretell)


@pytest.mark.parametrize("name", FILMS)
def test_foretold_facts_are_those_of_the_decoder(tmp_path, name):
    path = make(tmp_path / name, *FILMS[name])
    foretold = facts(path, foretell=True)
    assert foretold.foretold
    assert replace(foretold, foretold=False) == facts(path, foretell=False)


@pytest.mark.parametrize("suffix", ["ts", "avi"])
def test_film_in_another_format_is_decoded_at_once(tmp_path, suffix):
    path = make(tmp_path / f"f.{suffix}", *NOISY, *TONE, *H264)
    assert not facts(path, foretell=True).foretold


def test_film_is_published_with_the_report_on_its_video(tmp_path):
    path = make(tmp_path / "f.mp4", *NOISY, *TONE, *H264)
    done = run_job(path, tmp_path, OUTPUTS)
    assert done.error is None
    assert done.manifest
    video, sound = done.manifest.source["media"]["damage"]
    assert (video["expected"], video["decoded"], video["repaired"], video["dropped"]) == (75, 75, 0, 0)
    assert sound["decoded"] > 3 * 48_000 - 1024
    assert done.manifest.source["media"]["foretold"] is False


def spoilt(path: Path, first: int) -> Path:
    data = bytearray(path.read_bytes())
    packets = probed(path, "-select_streams", "v", "-show_entries", "packet=pos,size")["packets"]
    place, size = int(packets[first]["pos"]), int(packets[first]["size"])
    for index in range(place + size // 4, place + size // 2):
        data[index] ^= 0x55
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["h264.mp4", "h264.mkv"])
def test_damage_that_the_encode_meets_refuses_the_source(tmp_path, name):
    path = spoilt(make(tmp_path / name, *FILMS[name]), first=30)
    assert facts(make(tmp_path / f"whole-{name}", *FILMS[name]), foretell=True).foretold
    done = run_job(path, tmp_path, OUTPUTS)
    assert done.code == "source_damaged"
    assert "video stream 0 has holes at 1." in str(done.error)
    assert "`integrity: tolerant`" in str(done.error)
    assert not list((tmp_path / "out").rglob("*.mp4"))


def test_lawful_complaint_is_looked_into_and_forgiven(tmp_path, monkeypatch):
    path = make(tmp_path / "f.mp4", *NOISY, *TONE, *H264)
    monkeypatch.setattr("airflow_provider_media.core.ffmpeg.watching.SourceWatch.confirmed", False)
    assert run_job(path, tmp_path, OUTPUTS).error is None
