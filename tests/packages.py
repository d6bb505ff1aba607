"""Packages of real renditions, made by the real Packager."""

import subprocess
from fractions import Fraction
from pathlib import Path

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain
from airflow_provider_media.core.packaging.labelling import label_manifests
from airflow_provider_media.core.packaging.packager import packager_command
from airflow_provider_media.core.plans import Package, Track
from airflow_provider_media.core.verification.verify_package import verify_package
from tests.media import audio_only, clip

X264 = ("-x264-params", "scenecut=0:open-gop=0:threads=1", "-bf", "2")


def a_package(
    directory: Path, *, rate: str = "25", gop: int = 24, frames_per_segment: int = 24, frames: int = 60, **changes
) -> Package:
    """A ladder of two rungs and two languages, its renditions lying in ``directory``."""
    exact = Fraction(rate)
    seconds = float(frames / exact)
    for name, height in (("90p", 90), ("46p", 46)):
        clip(
            directory / f"{name}.mp4",
            width=160,
            height=height,
            rate=rate,
            seconds=seconds,
            audio=False,
            gop=gop,
            extra=X264,
        )
    for name in ("eng", "deu"):
        audio_only(directory / f"{name}.m4a", seconds=seconds)
    tracks = (
        Track(name="90p", artifact="u", file="90p.mp4", kind="video", bitrate=300_000),
        Track(name="46p", artifact="u", file="46p.mp4", kind="video", bitrate=100_000),
        Track(
            name="audio_eng", artifact="u", file="eng.m4a", kind="audio", bitrate=64_000, language="en", label="English"
        ),
        Track(
            name="audio_deu", artifact="u", file="deu.m4a", kind="audio", bitrate=64_000, language="de", label="Deutsch"
        ),
    )
    facts = {
        "output": "stream",
        "key": "k",
        "prefix": "stream/",
        "tracks": tracks,
        "protocols": ("hls", "dash"),
        "segment_duration": frames_per_segment / exact,
        "frame_rate": exact,
        "duration": seconds,
        "iframe_playlists": True,
    }
    return Package(**{**facts, **changes})


def packaged(directory: Path, package: Package) -> Path:
    toolchain = find_toolchain()
    done = subprocess.run(
        [toolchain.packager, *packager_command(package).arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    label_manifests(directory, package)
    return directory


def verified(directory: Path, package: Package):
    return verify_package(directory, package, toolchain=find_toolchain(), limits=Limits())
