"""Audio of outputs: choice, encoding and labels of tracks, and expectations of the results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from airflow_provider_media.core.ffmpeg import filters, sound
from airflow_provider_media.core.ffmpeg.graph import Stream
from airflow_provider_media.core.media.expectation import ExpectedAudio
from airflow_provider_media.core.media.info import AudioStream, MediaInfo
from airflow_provider_media.core.media.languages import iso_639_2
from airflow_provider_media.core.media.roles import DISPOSITIONS, TrackRole
from airflow_provider_media.core.outputs.transcode import Container
from airflow_provider_media.core.planning.output_plan import OutputContext
from airflow_provider_media.core.planning.timing import Span, stream_seconds
from airflow_provider_media.core.planning.track_names import ROLE_NAMES, meaningful_title, track_summary

MOST_CHANNELS = 8
_TITLES: tuple[Container, ...] = ("mp4", "mov", "mkv", "webm")
"""Containers of several tracks in which ffmpeg writes track titles."""
_ROLES: dict[Container, tuple[TrackRole, ...]] = {
    "mp4": ("audio_description", "commentary", "hearing_impaired", "dub"),
    "mkv": ("audio_description", "commentary", "hearing_impaired", "dub", "original"),
    "ts": ("audio_description", "hearing_impaired", "music_and_effects"),
}
"""Roles that ffmpeg writes and reads back, by container (measured with ffmpeg 9).

They are written as MP4's kind boxes, Matroska's flags, and audio types of ISO/IEC 13818-1's language descriptors."""


def tracks(media: MediaInfo, which: Literal["main", "all"]) -> tuple[AudioStream, ...]:
    """Return the main track, or all tracks with the main track first."""
    main = media.main_audio
    if main is None:
        return ()
    return (main, *(track for track in media.audio if track is not main)) if which == "all" else (main,)


def playable(tracks: Sequence[AudioStream]) -> tuple[AudioStream, ...]:
    """Return the tracks that a player can offer as alternatives, or the first track where there are none.

    A dependent track is only mixed into another track: nobody hears it alone.
    """
    return tuple(track for track in tracks if track.role != "dependent") or tuple(tracks[:1])


def encoded(
    output: OutputContext,
    track: AudioStream,
    span: Span,
    encoding: sound.AudioEncoding,
    loudness: tuple[float, float] | None,
) -> Stream:
    """Return the stream of a track in the form that its encoder needs."""
    return filters.conformed(
        output.reader.sound(track, span),
        sample_rate=encoding.sample_rate,
        channels=encoding.channels,
        sixteen_bit=encoding.codec == "pcm",
        loudness=loudness,
        downmix=downmix(track),
    )


def downmix(track: AudioStream) -> str | None:
    """Return how a track whose channels are no loudspeakers becomes stereo, or None where its layout says so itself."""
    if track.channel_layout.startswith("ambisonic"):
        # ACN order (W, Y, Z, X): two cardioids that face left and right.
        return "stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0-0.5*c1" if track.channels >= 4 else "stereo|c0=c0|c1=c0"
    unnamed = track.channel_layout == "" or track.channel_layout.endswith("channels")
    # More channels than any loudspeaker layout has are tracks of a recorder. The first two tracks are the mix.
    return "stereo|c0=c0|c1=c1" if track.channels > MOST_CHANNELS and unnamed else None


def expected(
    media: MediaInfo, track: AudioStream, span: Span, encoding: sound.AudioEncoding, container: Container
) -> ExpectedAudio:
    """Return what an encoded track must turn out to be."""
    return ExpectedAudio(
        codec=sound.PROBED[encoding.codec],
        channels=encoding.channels,
        sample_rate=48_000
        if encoding.codec == "opus"
        else encoding.sample_rate,  # RFC 7845 §5.1: decoders always give 48 kHz
        duration=stream_seconds(media, track, span),
        language=kept_language(track, container),
        title=kept_title(track, container),
        role=kept_role(track, container),
    )


def labels(tracks: Sequence[AudioStream], container: Container, *, first: int = 0) -> dict[str, str]:
    """Return options that tell players which track is which. The first track plays unless another is chosen.

    :param first: number of streams in the output before its audio.
    """
    named: dict[str, str] = {}
    for number, track in enumerate(tracks):
        if language := _written_language(track, container):
            named[f"metadata:s:a:{number}"] = f"language={language}"
        if title := kept_title(track, container):
            # Named by its number among all streams: of two equal options, the compiler would keep one.
            named[f"metadata:s:{first + number}"] = f"title={title}"
        flags = ("default",) * (number == 0) + tuple(filter(None, [DISPOSITIONS.get(kept_role(track, container), "")]))
        named[f"disposition:a:{number}"] = "+".join(flags) or "0"
    return named


def unspoken(tracks: Sequence[AudioStream], container: Container) -> Iterator[str]:
    """Yield titles and roles that a container cannot hold, where people choose among several tracks."""
    for track in tracks if len(tracks) > 1 else ():
        title = meaningful_title(track)
        if title != kept_title(track, container):
            yield f'the title "{title}" of the {track_summary(track)} track, which {container} cannot hold'
        if track.role != kept_role(track, container):
            yield (
                f"the role of the {track_summary(track)} track ({ROLE_NAMES[track.role]}), which {container} cannot"
                " tell"
            )


def kept_title(track: AudioStream, container: Container) -> str:
    """Return a track's title where the container holds it, else an empty string."""
    return meaningful_title(track) if container in _TITLES else ""


def kept_role(track: AudioStream, container: Container) -> TrackRole:
    """Return a track's role where the container holds it, else ``main``."""
    return track.role if track.role in _ROLES.get(container, ()) else "main"


def kept_language(track: AudioStream, container: Container) -> str:
    """Return a track's language where the container certainly holds it, else an empty string."""
    return "" if container == "mov" else _written_language(track, container)


def _written_language(track: AudioStream, container: Container) -> str:
    match container:
        case "mkv" | "webm" | "ogg":
            return track.language
        case "mp4" | "m4a" | "ts":
            return iso_639_2(track.language)
        case "mov":
            # QuickTime numbers some hundred languages, most of them by their bibliographic code (QuickTime File Format,
            # language codes).
            code = iso_639_2(track.language)
            return code if code in ("fra", "ces", "slk", "ron") else iso_639_2(track.language, bibliographic=True)
        case _:
            return ""


def rendition_names(languages: Iterable[str]) -> list[str]:
    """Return the folders of audio renditions: ``audio_eng``, or ``audio`` where the language is unknown.

    A name that occurs again gets a number.
    """
    seen: dict[str, int] = {}
    names = []
    for language in languages:
        known = iso_639_2(language)
        base = f"audio_{known}" if known else "audio"
        seen[base] = seen.get(base, 0) + 1
        names.append(base if seen[base] == 1 else f"{base}_{seen[base]}")
    return names
