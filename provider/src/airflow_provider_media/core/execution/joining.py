"""Joining of video slices that were encoded in parallel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.execution.commands import run_command
from airflow_provider_media.core.execution.unit_cache import CachedWork, VerifiedFile, load_or_make
from airflow_provider_media.core.ffmpeg.joining import LIST, join_command, listing
from airflow_provider_media.core.jobs.model import Engine, Job, Manifest
from airflow_provider_media.core.media.expectation import Expectation, ExpectedAudio, ExpectedVideo
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.plans import Artifact, Plan, Unit
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.verification.verify import verify_artifact

JOINED = "joined.mp4"
SOUND = "sound.mp4"


def join_files(job: Job, parts: Sequence[str], sound: str | None, path: str, engine: Engine) -> Manifest:
    """Join files by stream copy, then verify and publish the result.

    :param parts: URIs of files with one video stream each, in order; all are encoded with the same settings.
    :param sound: URI of a file with the audio of the whole.
    :param path: key of the result below the job's output location.
    :raises ConfigurationError: when the files cannot be joined.
    """
    pictures = [_picture(uri, job, engine) for uri in parts]
    tone = None if sound is None else _tone(sound, job, engine)
    duration = sum(video.duration for video in pictures)
    files = [*parts, *([sound] if sound else [])]
    key = digest([[uri, engine.storages(uri).head(uri).version] for uri in files] + [path, *engine.toolchain.identity])
    artifact = Artifact(
        output="joined", content_key=key, file=JOINED, key=path, expect=_expected(pictures[0], duration, tone)
    )

    def make(directory: Path) -> tuple[list[VerifiedFile], list[str]]:
        _fetch(parts, sound, directory, engine)
        command = join_command(JOINED, sound=SOUND if sound else None, duration=duration)
        run_command(command, engine, name="join", directory=directory)
        checked = verify_artifact(
            directory, artifact, toolchain=engine.toolchain, limits=engine.limits, cancelled=engine.cancelled
        )
        return [VerifiedFile(output="joined", path=made, facts=facts) for made, facts in checked], []

    result = load_or_make(CachedWork(key=key, name="join", required=True, make=make), job, engine)
    unit = Unit(name="join", commands=(), artifacts=(artifact,), cost=0.0)
    plan = Plan(media=MediaInfo(format="", size=0, duration=duration), units=(unit,))
    return stages.publish(replace(job, source=parts[0]), plan, [result], engine, timings={"join": result.seconds})


def _picture(uri: str, job: Job, engine: Engine) -> VideoStream:
    info = stages.probe(replace(job, source=uri), engine)
    if len(info.video) != 1 or info.audio:
        raise ConfigurationError(
            f"{redact(uri)} must hold one picture and no sound: sound that is cut into slices clicks where they meet"
        )
    return info.video[0]


def _tone(uri: str, job: Job, engine: Engine) -> AudioStream:
    info = stages.probe(replace(job, source=uri), engine)
    if not info.audio:
        raise ConfigurationError(f"{redact(uri)} holds no sound")
    return info.audio[0]


def _expected(video: VideoStream, duration: float, tone: AudioStream | None) -> Expectation:
    picture = ExpectedVideo(
        codec=video.codec,
        width=video.width,
        height=video.height,
        frame_rate=video.frame_rate,
        duration=duration,
        bit_depth=video.bit_depth,
    )
    sound = (
        ExpectedAudio(codec=tone.codec, channels=tone.channels, sample_rate=tone.sample_rate, duration=tone.duration)
        if tone
        else None
    )
    return Expectation(video=(picture,), audio=(sound,) if sound else ())


def _fetch(parts: Sequence[str], sound: str | None, directory: Path, engine: Engine) -> None:
    # Tools never see the original names of the files.
    names = [f"part_{number:04d}.mp4" for number in range(len(parts))]
    for uri, name in [*zip(parts, names, strict=True), *([(sound, SOUND)] if sound else [])]:
        engine.storages(uri).download(uri, directory / name, progress=lambda _: engine.raise_if_cancelled())
    (directory / LIST).write_text(listing(names))
