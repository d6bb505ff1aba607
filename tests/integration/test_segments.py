"""Segments read in windows: the same facts as in one run, and no bound on their number."""

import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.errors import Cancelled
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.runner import run
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.labelling import label_manifests
from airflow_provider_media.core.packaging.packager import packager_command
from airflow_provider_media.core.plans import Package, Track
from airflow_provider_media.core.verification.segments import WINDOW, scan_segments
from airflow_provider_media.core.verification.verify_package import verify_package
from tests.media import audio_only, clip, make

pytestmark = pytest.mark.integration

SEGMENTS = 9
B_FRAMES = ("-bf", "3", "-x264-params", "scenecut=0:open-gop=0:threads=1")


def segmented(directory: Path, file: Path, kind: str, seconds: float = 1.0) -> list[str]:
    """Names of a file's CMAF header and segments."""
    places = f"init_segment={file.stem}/init.mp4,segment_template={file.stem}/$Number%05d$.m4s"
    argv = [
        find_toolchain().packager,
        f"in={file.name},stream={kind},{places}",
        "--segment_duration",
        f"{seconds:.9f}",
        "--quiet",
    ]
    subprocess.run(argv, cwd=directory, check=True, capture_output=True, timeout=60)
    return [
        f"{file.stem}/init.mp4",
        *sorted(f"{file.stem}/{path.name}" for path in (directory / file.stem).glob("*.m4s")),
    ]


def scanned(directory: Path, files: list[str], **settings):
    return scan_segments(directory, files, toolchain=find_toolchain(), limits=Limits(), **settings)


@pytest.mark.parametrize("codec", ["libx264", "libx265", "libsvtav1", "aac", "libopus"])
@pytest.mark.parametrize("window", [1, 2, 4])
def test_scan_segments_in_windows_equals_one_run(tmp_path, codec, window):
    if codec in ("aac", "libopus"):
        files = segmented(tmp_path, audio_only(tmp_path / "a.mp4", seconds=SEGMENTS, codec=codec), "audio")
    else:
        extra = B_FRAMES if codec == "libx264" else ("-preset", "12") if codec == "libsvtav1" else ("-tag:v", "hvc1")
        picture = clip(
            tmp_path / "v.mp4",
            width=64,
            height=64,
            rate="10",
            seconds=SEGMENTS,
            gop=10,
            audio=False,
            codec=codec,
            extra=extra,
        )
        files = segmented(tmp_path, picture, "video")
    assert len(files) == 1 + SEGMENTS
    whole = scanned(tmp_path, files, window=SEGMENTS)
    assert scanned(tmp_path, files, window=window) == whole
    assert whole.streams[0].count > SEGMENTS


def test_scan_segments_more_than_open_files_reads_all(tmp_path):
    count = 2 * WINDOW + 1
    picture = clip(tmp_path / "v.mp4", width=32, height=32, rate="1", seconds=count, gop=1, audio=False)
    (stream,) = scanned(tmp_path, segmented(tmp_path, picture, "video")).streams
    assert stream.count == count
    assert float(stream.end) == count
    assert list(stream.positions) == sorted(set(stream.positions))


def test_scan_segments_of_another_stream_refused(tmp_path):
    mono = segmented(tmp_path, audio_only(tmp_path / "mono.mp4", seconds=3, channels=1), "audio")
    stereo = segmented(tmp_path, audio_only(tmp_path / "stereo.mp4", seconds=3, channels=2), "audio")
    (tmp_path / mono[2]).write_bytes((tmp_path / stereo[2]).read_bytes())
    with pytest.raises(
        VerificationFailed, match=r"mono: segments from mono/00002.m4s on hold other streams than those before"
    ):
        scanned(tmp_path, mono, window=1)


def test_scan_segments_cancelled_ends(tmp_path):
    files = segmented(tmp_path, clip(tmp_path / "v.mp4", width=32, height=32, seconds=2, audio=False), "video")
    with pytest.raises(Cancelled):
        scanned(tmp_path, files, cancelled=lambda: True)


def test_verify_package_sound_of_thousands_of_uneven_segments_on_grid(tmp_path):
    # 0.9958… s are 7966.8 ticks of 8 kHz, of which Packager drops the rest: an hour's segments begin more than 0.4 s
    # early.
    seconds, segment = 4200, Fraction(240, 241)
    silence = ("-f", "lavfi", "-i", f"anullsrc=sample_rate=8000:channel_layout=mono:duration={seconds}")
    make(tmp_path / "a.mp4", *silence, "-c:a", "aac", "-b:a", "8k")
    package = Package(
        output="o",
        key="k",
        prefix="o/",
        tracks=(Track(name="audio", artifact="u", file="a.mp4", kind="audio", bitrate=8000),),
        protocols=("hls", "dash"),
        segment_duration=segment,
        frame_rate=Fraction(241, 10),
        duration=float(seconds),
        iframe_playlists=False,
    )
    tools = find_toolchain()
    run(packager_command(package), directory=tmp_path, source=None, toolchain=tools, limits=Limits(), name="package")
    label_manifests(tmp_path, package)
    assert len(verify_package(tmp_path, package, toolchain=tools, limits=Limits())) > seconds
