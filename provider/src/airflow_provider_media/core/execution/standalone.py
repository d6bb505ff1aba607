"""Packaging and publishing of files without a plan of this package, by the same stages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.execution.workspace import attempt
from airflow_provider_media.core.jobs.model import Engine, Job, Manifest, ManifestEntry, StageResult
from airflow_provider_media.core.media.expectation import Expectation
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.planning.excess import refuse_too_many_tracks
from airflow_provider_media.core.planning.presentation import NOTED
from airflow_provider_media.core.planning.timing import OUTLASTING
from airflow_provider_media.core.plans import Artifact, Package, Plan, Track, Unit
from airflow_provider_media.core.publication.commit import media_type_of, sha256_of
from airflow_provider_media.core.serde import digest

Protocol = Literal["hls", "dash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packaging:
    """Settings of a package."""

    prefix: str = ""
    """Folder of the package below the output location, ending in ``/``; empty for the output location itself."""
    protocols: tuple[Protocol, ...] = ("hls", "dash")
    segment_seconds: Fraction = Fraction(4)
    """Seconds per segment, rounded to whole GOPs of the renditions."""
    iframe_playlists: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendition:
    uri: str
    info: MediaInfo
    identity: str

    @property
    def stream(self) -> VideoStream | AudioStream:
        return self.info.video[0] if self.info.video else self.info.audio[0]


def package_files(job: Job, uris: Sequence[str], packaging: Packaging, engine: Engine) -> Manifest:
    """Package existing renditions, verify and publish the package.

    :param uris: files with one stream each.
    :raises ConfigurationError: when a file has not exactly one stream, no file holds video, or audio goes on after DASH
        ends.
    :raises OutputTooLarge: when there are too many files.
    """
    refuse_too_many_tracks("the package", len(uris))
    renditions = [_examine(uri, job, engine) for uri in uris]
    package = _package(renditions, packaging, engine)
    made = [_as_made(rendition, number) for number, rendition in enumerate(renditions)]
    packaged = stages.package(job, package, made, engine)
    job = replace(job, source=uris[0])
    plan = Plan(media=renditions[0].info, units=(), packages=(package,), notes=tuple(_unequal_ends(renditions)))
    return stages.publish(job, plan, [packaged], engine, timings={"package": packaged.seconds})


def _examine(uri: str, job: Job, engine: Engine) -> _Rendition:
    job = stages.settled(replace(job, source=uri, source_version=None), engine)
    info = stages.probe(job, engine)
    if len(info.video) + len(info.audio) != 1:
        raise ConfigurationError(
            f"{redact(uri)} has {len(info.video)} video and {len(info.audio)} audio streams: a rendition has one"
            " stream, so split it first"
        )
    return _Rendition(uri=uri, info=info, identity=digest([uri, job.source_version]))


def _package(renditions: Sequence[_Rendition], packaging: Packaging, engine: Engine) -> Package:
    video = next((rendition.info.video[0] for rendition in renditions if rendition.info.video), None)
    if video is None:
        raise ConfigurationError("none of the renditions holds video, whose keyframes the segments begin with: add one")
    _require_equal_ends(renditions, packaging)
    segment = _segment(video, packaging.segment_seconds)
    settings = [str(segment), packaging.protocols, packaging.iframe_playlists, engine.toolchain.packager_version]
    return Package(
        output="package",
        key=digest([[rendition.identity for rendition in renditions], *settings]),
        prefix=packaging.prefix,
        tracks=tuple(_track(rendition, number) for number, rendition in enumerate(renditions)),
        protocols=packaging.protocols,
        segment_duration=segment,
        frame_rate=video.frame_rate,
        duration=max(rendition.info.duration for rendition in renditions),
        iframe_playlists=packaging.iframe_playlists,
    )


def _require_equal_ends(renditions: Sequence[_Rendition], packaging: Packaging) -> None:
    pictures = max(rendition.info.duration for rendition in renditions if rendition.info.video)
    sounds = max((rendition.info.duration for rendition in renditions if not rendition.info.video), default=0.0)
    if "dash" in packaging.protocols and sounds - pictures > OUTLASTING:
        raise ConfigurationError(
            f"the sound lasts {sounds:.3f} s and the pictures {pictures:.3f} s, with which DASH ends: make them equally"
            " long, or package for hls alone"
        )


def _unequal_ends(renditions: Sequence[_Rendition]) -> Iterator[str]:
    longest = max(rendition.info.duration for rendition in renditions)
    for rendition in renditions:
        if (early := longest - rendition.info.duration) > NOTED:
            yield (
                f"package: {redact(rendition.uri)} ends {early:.1f} s before the longest rendition, and players may"
                " stand still there: encode it as long as the others, or let a ladder do so"
            )


def _segment(video: VideoStream, wanted: Fraction) -> Fraction:
    """Return the duration of the whole number of GOPs closest to the wanted duration, in exact seconds."""
    frames = max(1, round(video.keyframe_interval * video.frame_rate))
    gop = Fraction(frames) / video.frame_rate
    return max(1, round(wanted / gop)) * gop


def _track(rendition: _Rendition, number: int) -> Track:
    stream = rendition.stream
    is_video = isinstance(stream, VideoStream)
    name = (
        f"{min(stream.display_width, stream.display_height)}p"
        if isinstance(stream, VideoStream)
        else f"audio_{stream.language or 'und'}"
    )
    return Track(
        name=f"{number}_{name}",
        artifact=rendition.identity,
        file=_file(number),
        kind="video" if is_video else "audio",
        language=stream.language,
        bitrate=stream.bit_rate or 1,
    )


def _file(number: int) -> str:
    # Tools never see the original name of the file.
    return f"rendition_{number}.mp4"


def _as_made(rendition: _Rendition, number: int) -> StageResult:
    file = _file(number)
    made = ManifestEntry(
        output="package",
        file=file,
        uri=rendition.uri,
        size=rendition.info.size,
        sha256="",
        media_type=media_type_of(file),
    )
    return StageResult(key=rendition.identity, name=file, made=(made,))


def publish_files(job: Job, files: Mapping[str, str], engine: Engine) -> Manifest:
    """Copy finished files to their final keys and commit them with one manifest.

    :param files: URI by key below the job's output location.
    :raises ObjectNotFound: when a file is missing.
    :raises ConfigurationError: when there is no file.
    """
    if not files:
        raise ConfigurationError("there is nothing to publish: name at least one file")
    key = digest(dict(files))
    with attempt(engine) as directory:
        made = tuple(
            _fetched(final, uri, directory / str(number), engine) for number, (final, uri) in enumerate(files.items())
        )
    artifacts = tuple(
        Artifact(output=final, content_key=key, file=final, key=final, expect=Expectation()) for final in files
    )
    media = MediaInfo(format="", size=sum(item.size for item in made), duration=0.0)
    plan = Plan(media=media, units=(Unit(name="files", commands=(), artifacts=artifacts, cost=0.0),))
    return stages.publish(job, plan, [StageResult(key=key, name="files", made=made)], engine, timings={})


def _fetched(final: str, uri: str, path: Path, engine: Engine) -> ManifestEntry:
    info = engine.storages(uri).download(uri, path)
    made = ManifestEntry(
        output=final, file=final, uri=uri, size=info.size, sha256=sha256_of(path), media_type=media_type_of(final)
    )
    path.unlink()
    return made
