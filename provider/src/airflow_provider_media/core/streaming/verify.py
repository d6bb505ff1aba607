"""Verification: nothing is published before its packets, its decoding and its pixels have been compared with the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from airflow_provider_media.core.errors import VerificationFailed
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.media.expectation import Expectation, ExpectedImage
from airflow_provider_media.core.plans import Artifact
from airflow_provider_media.core.streaming.compare import (
    ANIMATED,
    Mismatch,
    compare_animation,
    compare_cues,
    compare_file,
    compare_picture,
    require_none,
)
from airflow_provider_media.core.streaming.measure import FileFacts, decode, scan
from airflow_provider_media.core.streaming.pictures import picture
from airflow_provider_media.core.streaming.verify_package import verify_package
from airflow_provider_media.core.streaming.webvtt import parse_webvtt

__all__ = ["verify_artifact", "verify_file", "verify_package", "verify_series", "verify_vtt"]

Facts = dict[str, Any]
"""What the manifest says of a file: width, height, duration, codecs, frame rate, bit rate; JSON values only."""


def verify_artifact(
    directory: Path, artifact: Artifact, *, toolchain: Toolchain, limits: Limits, cancelled: Callable[[], bool] = lambda: False
) -> list[tuple[Path, Facts]]:
    """Verify what a unit made of one artifact: a file, or a numbered series of pictures.

    :param directory: the unit's own directory.
    :param cancelled: asked often; True ends the work.
    :returns: every file with its facts.
    :raises VerificationFailed: naming output, file, and what was planned and found.
    """
    if artifact.series:
        return verify_series(directory, artifact.file, artifact.count, artifact.expect, output=artifact.output)
    path = directory / artifact.file
    facts = verify_file(path, artifact.expect, toolchain=toolchain, limits=limits, output=artifact.output, cancelled=cancelled)
    return [(path, facts)]


def verify_file(
    path: Path,
    expectation: Expectation,
    *,
    toolchain: Toolchain,
    limits: Limits,
    output: str = "",
    cancelled: Callable[[], bool] = lambda: False,
) -> Facts:
    """Verify one file: its pixels if it is a picture, else every packet and a decoding of all of it.

    :param cancelled: asked often; True ends the work.
    :raises VerificationFailed: naming output, file, and what was planned and found.
    """
    _require_file(path, output)
    if expectation.image:
        return _verify_picture(path, expectation.image, output)
    if expectation.video and expectation.video[0].codec in ANIMATED:
        animation = picture(path)
        require_none(compare_animation(path.name, animation, expectation.video[0]), output=output)
        return {"width": animation.width, "height": animation.height, "duration": animation.duration, "codecs": [animation.format]}
    facts = scan(path, toolchain=toolchain, limits=limits, cancelled=cancelled)
    require_none(compare_file(path.name, facts, expectation), output=output)
    longest = max((stream.duration for stream in facts.streams), default=0.0)
    decoded = decode(path, duration=longest, toolchain=toolchain, limits=limits, cancelled=cancelled)
    require_none(_decoded(path.name, facts, decoded, expectation), output=output)
    return file_facts(facts)


def _decoded(name: str, facts: FileFacts, decoded: int, expectation: Expectation) -> Iterator[Mismatch]:
    """Every packet of the picture gives one frame; a copied stream may begin with some that refer to what was cut off."""
    video = next((stream for stream in facts.streams if stream.kind == "video"), None)
    is_encoded = video is not None and (expectation.video[0].frame_rate or expectation.video[0].least_frames) is not None
    if video and is_encoded and decoded != video.count:
        yield Mismatch(file=name, what="decoded frames", expected=str(video.count), found=str(decoded))


def file_facts(facts: FileFacts) -> Facts:
    """What the manifest says of a media file."""
    video = next((stream for stream in facts.streams if stream.kind == "video"), None)
    audio = next((stream for stream in facts.streams if stream.kind == "audio"), None)
    known: Facts = {
        "duration": round(max((stream.duration for stream in facts.streams), default=0.0), 3),
        "codecs": [stream.codec for stream in facts.streams],
        "bit_rate": sum(stream.bit_rate for stream in facts.streams),
    }
    if video:
        rate = (video.count - 1) / float((max(video.pts) - min(video.pts)) * video.time_base) if video.count > 1 else 0.0
        known |= {"width": video.width, "height": video.height, "frames": video.count, "frame_rate": round(rate, 3)}
    if audio:
        known |= {"channels": audio.channels, "sample_rate": audio.sample_rate}
    return known


def verify_series(directory: Path, pattern: str, count: int, expectation: Expectation, *, output: str = "") -> list[tuple[Path, Facts]]:
    """Verify a numbered series of pictures: exactly so many files, every one whole.

    :param pattern: file name with one ``%0Nd``, counted from 1.
    :raises VerificationFailed: naming output, file, and what was planned and found.
    """
    if expectation.image is None:
        raise ValueError("a series is made of pictures")
    paths = [directory / (pattern % number) for number in range(1, count + 1)]
    surplus = directory / (pattern % (count + 1))
    if surplus.exists():
        require_none([Mismatch(file=surplus.name, what="number of pictures", expected=str(count), found="more")], output=output)
    for path in paths:
        _require_file(path, output)
    return [(path, _verify_picture(path, expectation.image, output)) for path in paths]


def _verify_picture(path: Path, plan: ExpectedImage, output: str) -> Facts:
    facts = picture(path)
    require_none(compare_picture(path.name, facts, plan), output=output)
    return {"width": facts.width, "height": facts.height, "codecs": [facts.format]}


def verify_vtt(name: str, text: str, sheets: Mapping[str, tuple[int, int]], count: int, *, output: str = "") -> None:
    """Verify a sprite's WebVTT against its sheets.

    :param sheets: width and height in pixels by file name, relative to the WebVTT file.
    :param count: cells that were planned.
    :raises VerificationFailed: naming output, file, and what was planned and found.
    """
    require_none(compare_cues(name, parse_webvtt(text), sheets, count), output=output)


def _require_file(path: Path, output: str) -> None:
    size = path.stat().st_size if path.is_file() else None
    if not size:
        found = "missing" if size is None else "empty"
        raise VerificationFailed(f"output {output}: {path.name} is {found}; it was planned", output=output, file=path.name, found=found)
