"""Audio renditions of ladders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from airflow_provider_media.core.ffmpeg import sound
from airflow_provider_media.core.ffmpeg.graph import Output, options
from airflow_provider_media.core.media.expectation import Expectation
from airflow_provider_media.core.media.info import AudioStream
from airflow_provider_media.core.media.languages import language_tag
from airflow_provider_media.core.outputs import LadderSpec
from airflow_provider_media.core.outputs.ladder import LadderAudio
from airflow_provider_media.core.planning import cost, soundtracks
from airflow_provider_media.core.planning.muxers import RENDITION
from airflow_provider_media.core.planning.output_plan import COMMON, OutputContext, PlannedArtifact
from airflow_provider_media.core.planning.presentation import Presentation
from airflow_provider_media.core.planning.timing import whole
from airflow_provider_media.core.planning.track_names import track_names
from airflow_provider_media.core.plans import Artifact, Track

LadderTracks = Mapping[str, tuple[AudioStream, str, LadderAudio]]
"""Audio tracks with their names for people and their settings, by rendition name."""


def heard_tracks(spec: LadderSpec, tracks: Sequence[AudioStream]) -> LadderTracks:
    """Return the wanted audio tracks of a ladder."""
    labels = track_names(tracks)
    named = list(zip(tracks, labels, strict=True))
    wanted = [(track, label, settings) for settings, (track, label) in product(spec.audio, named)]
    return dict(zip(soundtracks.rendition_names(track.language for track, _, _ in wanted), wanted, strict=True))


def audio_renditions(
    output: OutputContext, heard: LadderTracks, shown: Presentation
) -> Iterator[tuple[PlannedArtifact, Track]]:
    """Yield each audio rendition of a ladder with its track of the package."""
    for name, (track, label, settings) in heard.items():
        planned, made = _sound(output, track, settings, name, shown)
        yield planned, replace(made, label=label)


def _sound(
    output: OutputContext, track: AudioStream, settings: LadderAudio, name: str, shown: Presentation
) -> tuple[PlannedArtifact, Track]:
    """Plan one audio rendition, encoded as a whole.

    Audio that is cut and joined gains priming samples at every joint and drifts.
    """
    span = whole(output.media)
    channels = min(settings.channels, track.channels)  # more channels than the source's add nothing
    encoding = sound.encoding_of("aac", bitrate=settings.bitrate, channels=channels, sample_rate=48_000)
    loudness = None if settings.loudness is None else (settings.loudness, -1.5)
    file = f"{output.name}.{name}.mp4"
    described = soundtracks.labels([track], "mp4")
    expect = soundtracks.expected(output.media, track, span, encoding, "mp4")
    heard = shown.lengthened_sound(
        soundtracks.encoded(output, track, span, encoding, loudness), expect.duration, encoding.sample_rate
    )
    expect = replace(expect, duration=float(shown.end))
    planned = PlannedArtifact(
        label=name,
        artifact=Artifact(
            output=output.name,
            file=file,
            role="rendition",
            expect=Expectation(audio=(expect,)),
        ),
        outputs=(Output(file, (heard,), options(**COMMON, **RENDITION, **sound.audio_options(encoding), **described)),),
        cost=cost.SOUND * span.seconds,
        seconds=span.seconds,
    )
    language = language_tag(track.language)
    return planned, Track(
        name=name, file=file, kind="audio", language=language, bitrate=settings.bitrate, role=track.role
    )
