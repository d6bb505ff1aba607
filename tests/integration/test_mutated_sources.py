"""Hundreds of spoilt files: each ends with the same verdict every time, and what is published is all that a decoder
makes of it.

``MEDIA_MUTATIONS`` says how many files, ``MEDIA_RUNS`` how often each is probed, ``MEDIA_SEED`` the first one's seed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Literal

import pytest

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probing import probe
from tests.draws import Draw, Look, Track
from tests.jobs import Outcome, run_job, side_by_side, tools
from tests.judge import truth_of
from tests.judging import complaints
from tests.sources import make_source

pytestmark = pytest.mark.integration

FIRST = int(os.environ.get("MEDIA_SEED", "1"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("MEDIA_MUTATIONS", "80")))
RUNS = int(os.environ.get("MEDIA_RUNS", "2"))

KINDS = ("cut", "flipped", "doubled", "zeroed")
SOURCES = (
    ("mp4", "h264", "aac"), ("mkv", "h264", "opus"), ("ts", "h264", "aac"), ("webm", "vp9", "vorbis"),
    ("avi", "mpeg4", "mp3"),
    ("mp4", "hevc", "aac"), ("mov", "mjpeg", "pcm_s16le"), ("mkv", "av1", "aac"), ("mpg", "mpeg2video", "mp2"),
    ("ts", "mpeg2video", "ac3"),
    ("flv", "flv1", "mp3"), ("flac", "", "flac"), ("mp3", "", "mp3"), ("wav", "", "pcm_s16le"), ("ogg", "", "vorbis"),
)  # fmt: skip
"""Container, codec of the pictures and codec of the sound."""
MOVING = {"mp4": {"kind": "transcode", "video": {"speed": "fastest", "crf": 16}}}
HEARD = {"heard": {"kind": "transcode", "container": "m4a"}}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[int, Future[list[str]]]]:
    folder = tmp_path_factory.mktemp("mutations")
    with side_by_side(lambda seed: verdict(seed, folder / str(seed)), SEEDS) as futures:
        yield futures


@pytest.mark.parametrize("seed", SEEDS)
def test_mutated_source_is_refused_or_published_whole(seed: int, verdicts: Mapping[int, Future[list[str]]]) -> None:
    found = verdicts[seed].result()
    assert not found, "\n".join([f"seed {seed}: {described(seed)}", *found])


def described(seed: int) -> str:
    """The mutation of a seed in words."""
    container, video, audio = SOURCES[seed % len(SOURCES)]
    return f"{container} with {' and '.join(filter(None, (video, audio)))}, {_kind(seed)}"


def verdict(seed: int, folder: Path) -> list[str]:
    """Spoil a file, probe it several times, run a job, and answer with all that is wrong."""
    try:
        made = _drawn(seed)
        path = make_source(made, folder)
        return [*_fickle(path), *_judged(made, path, folder)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _drawn(seed: int) -> Draw:
    container, video, audio = SOURCES[seed % len(SOURCES)]
    look = Look(width=160, height=90, pixel_format="yuvj420p" if video == "mjpeg" else "yuv420p")
    track = Track(codec=audio, channels=2, sample_rate=44_100 if container == "flv" else 48_000)
    pictures: dict[str, Any] = (
        {"codec": video, "looks": (look,), "reordered": video in ("h264", "hevc", "mpeg2video")} if video else {}
    )
    outputs = MOVING if video else HEARD
    return Draw(
        seed=seed, container=container, frames=40, tracks=(track,), damage=_kind(seed), outputs=outputs, **pictures
    )


def _kind(seed: int) -> str:
    return KINDS[seed // len(SOURCES) % len(KINDS)]


def _fickle(path: Path) -> Iterator[str]:
    """Verdicts that differ from run to run."""
    for integrity in ("strict", "tolerant"):
        found = {_probed(path, integrity) for _ in range(RUNS)}
        if len(found) > 1:
            yield f"verdicts differ, {integrity}: {' | '.join(sorted(found))}"


def _probed(path: Path, integrity: Literal["strict", "tolerant"]) -> str:
    try:
        info = probe(path, toolchain=tools(), limits=Limits(), integrity=integrity)
    except MediaError as error:
        return f"{error.code}: {error}"
    return f"{info.duration:.3f} s {info.warnings} {info.damage}"


def _judged(made: Draw, path: Path, folder: Path) -> Iterator[str]:
    """What is wrong with the jobs, strict and tolerant, of a file."""
    judge = truth_of(made, path)
    strict = run_job(path, folder / "strict", made.outputs)
    if strict.error is None:
        yield from (f"strict: {complaint}" for complaint in complaints(judge, strict))
        return
    yield from _refused(strict)
    tolerant = run_job(path, folder / "tolerant", made.outputs, integrity="tolerant")
    if tolerant.error is None:
        assert tolerant.manifest
        if not tolerant.manifest.warnings:
            yield f"strict refuses it ({strict.error}), and tolerant says nothing of it"
        yield from (f"tolerant: {complaint}" for complaint in complaints(judge, tolerant))
        return
    yield from _refused(tolerant)
    if judge.truth.has_picture or judge.truth.has_sound:
        frames = f"{len(judge.truth.times)} frames and {judge.truth.sound_end - judge.truth.sound_start:.2f} s of sound"
        yield f"tolerant refuses it, but {frames} can be decoded: {tolerant.error}"


def _refused(outcome: Outcome) -> Iterator[str]:
    if not outcome.code.startswith("source_"):
        yield f"{outcome.code}: {outcome.error}"
