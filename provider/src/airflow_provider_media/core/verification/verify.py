"""Verification: packets, decoding and pixels are compared with the plan before anything is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.media.expectation import Expectation, ExpectedImage
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.webvtt import parse_webvtt
from airflow_provider_media.core.plans import Artifact
from airflow_provider_media.core.verification.compare import (
    ANIMATED,
    Mismatch,
    compare_animation,
    compare_cues,
    compare_file,
    compare_picture,
    require_none,
)
from airflow_provider_media.core.verification.exact_frame_rate import exact_frame_rate
from airflow_provider_media.core.verification.measure import FileFacts, decode, scan
from airflow_provider_media.core.verification.pictures import picture
from airflow_provider_media.core.verification.verify_package import verify_package

__all__ = ["verify_artifact", "verify_file", "verify_package", "verify_series", "verify_vtt"]

HEADERS = "headers"
"""Fact of a slice that has to be the same for all slices of one file."""
Facts = dict[str, Any]
"""Facts of a file in the manifest: width, height, duration, codecs, frame rate, bit rate; JSON values only."""


def verify_artifact(
    directory: Path,
    artifact: Artifact,
    *,
    toolchain: Toolchain,
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
    is_joined: bool = False,
) -> list[tuple[Path, Facts]]:
    """Verify one artifact of a unit: a file, or a numbered series of pictures.

    :param directory: the unit's own directory.
    :param is_joined: whether the file's packets are copies from files that were verified.
    :param cancelled: called often; True ends the work.
    :returns: every file with its facts.
    :raises VerificationFailed: when a file cannot be read, or differs from its plan. A difference is named with output,
        file, and the planned and found values.
    """
    if artifact.series:
        return verify_series(directory, artifact.file, artifact.count, artifact.expect, output=artifact.output)
    path = directory / artifact.file
    facts = verify_file(
        path,
        artifact.expect,
        toolchain=toolchain,
        limits=limits,
        output=artifact.output,
        cancelled=cancelled,
        is_joined=is_joined,
        with_headers=artifact.role == "intermediate",
    )
    return [(path, facts)]


def verify_file(
    path: Path,
    expectation: Expectation,
    *,
    toolchain: Toolchain,
    limits: Limits,
    output: str = "",
    cancelled: Callable[[], bool] = lambda: False,
    is_joined: bool = False,
    with_headers: bool = False,
) -> Facts:
    """Verify one file: the pixels of a picture, or every packet and a full decode of any other file.

    :param is_joined: whether the packets are copies from files that were verified, so that no decode is needed.
    :param with_headers: whether the facts say with which configuration the video is decoded.
    :param cancelled: called often; True ends the work.
    :raises VerificationFailed: when a file cannot be read, or differs from its plan. A difference is named with output,
        file, and the planned and found values.
    """
    _require_file(path, output)
    if expectation.image:
        return _verify_picture(path, expectation.image, output)
    if expectation.video and expectation.video[0].codec in ANIMATED:
        animation = picture(path)
        require_none(compare_animation(path.name, animation, expectation.video[0]), output=output)
        return {
            "width": animation.width,
            "height": animation.height,
            "duration": animation.duration,
            "codecs": [animation.format],
        }
    facts = scan(path, toolchain=toolchain, limits=limits, cancelled=cancelled)
    require_none(compare_file(path.name, facts, expectation), output=output)
    longest = max((stream.duration for stream in facts.streams), default=0.0)
    if not is_joined:
        decoded = decode(path, duration=longest, toolchain=toolchain, limits=limits, cancelled=cancelled)
        require_none(_decoded(path.name, facts, decoded, expectation), output=output)
    headers = {HEADERS: facts.streams[0].headers} if with_headers else {}
    return file_facts(facts, expectation.video[0].frame_rate if expectation.video else None) | headers


def _decoded(name: str, facts: FileFacts, decoded: int, expectation: Expectation) -> Iterator[Mismatch]:
    """Yield a mismatch unless every video packet gives one frame.

    A copied stream is not compared: the first packets of a copy may refer to frames that were cut off.
    """
    video = next((stream for stream in facts.streams if stream.kind == "video"), None)
    if video and not expectation.video[0].is_copy and decoded != video.count:
        yield Mismatch(file=name, what="decoded frames", expected=str(video.count), found=str(decoded))


def file_facts(facts: FileFacts, planned_rate: Fraction | None = None) -> Facts:
    """Return the facts of a media file for the manifest.

    :param planned_rate: frame rate of the plan.
    """
    video = next((stream for stream in facts.streams if stream.kind == "video"), None)
    audio = next((stream for stream in facts.streams if stream.kind == "audio"), None)
    known: Facts = {
        "duration": round(max((stream.duration for stream in facts.streams), default=0.0), 3),
        "codecs": [stream.codec for stream in facts.streams],
        "bit_rate": sum(stream.bit_rate for stream in facts.streams),
    }
    if video:
        rate = (
            (video.count - 1) / float((max(video.pts) - min(video.pts)) * video.time_base) if video.count > 1 else 0.0
        )
        known |= {"width": video.width, "height": video.height, "frames": video.count, "frame_rate": round(rate, 3)}
        if exact := exact_frame_rate(video, planned_rate):
            known["exact_frame_rate"] = str(exact)
    if audio:
        known |= {"channels": audio.channels, "sample_rate": audio.sample_rate}
    return known


def verify_series(
    directory: Path, pattern: str, count: int, expectation: Expectation, *, output: str = ""
) -> list[tuple[Path, Facts]]:
    """Verify a numbered series of pictures: the exact number of files, and every file whole.

    :param pattern: file name with one ``%0Nd``, counted from 1.
    :raises VerificationFailed: when a file cannot be read, or differs from its plan. A difference is named with output,
        file, and the planned and found values.
    """
    if expectation.image is None:
        raise ValueError("a series is made of pictures")
    paths = [directory / (pattern % number) for number in range(1, count + 1)]
    surplus = directory / (pattern % (count + 1))
    if surplus.exists():
        require_none(
            [Mismatch(file=surplus.name, what="number of pictures", expected=str(count), found="more")], output=output
        )
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
    :param count: number of planned cells.
    :raises VerificationFailed: when a file cannot be read, or differs from its plan. A difference is named with output,
        file, and the planned and found values.
    """
    require_none(compare_cues(name, parse_webvtt(text), sheets, count), output=output)


def _require_file(path: Path, output: str) -> None:
    size = path.stat().st_size if path.is_file() else None
    if not size:
        found = "missing" if size is None else "empty"
        raise VerificationFailed(
            f"output {output}: {path.name} is {found}; it was planned", output=output, file=path.name, found=found
        )
