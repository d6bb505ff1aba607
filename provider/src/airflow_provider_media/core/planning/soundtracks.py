"""Sound of outputs: which tracks, how they are encoded, and what is expected of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from airflow_provider_media.core.ffmpeg import filters, sound
from airflow_provider_media.core.ffmpeg.graph import Stream
from airflow_provider_media.core.media.expectation import ExpectedAudio
from airflow_provider_media.core.media.info import AudioStream, MediaInfo
from airflow_provider_media.core.planning.draft import Order
from airflow_provider_media.core.planning.timing import Span, stream_seconds


def tracks(media: MediaInfo, which: Literal["main", "all"]) -> tuple[AudioStream, ...]:
    """The main track, or every one of them with the main one first."""
    main = media.main_audio
    if main is None:
        return ()
    return (main, *(track for track in media.audio if track is not main)) if which == "all" else (main,)


def encoded(order: Order, track: AudioStream, span: Span, encoding: sound.AudioEncoding, loudness: tuple[float, float] | None) -> Stream:
    """A track on its way into an encoder."""
    return filters.conformed(
        order.reading.sound(track, span), sample_rate=encoding.sample_rate, channels=encoding.channels, loudness=loudness
    )


def expected(media: MediaInfo, track: AudioStream, span: Span, encoding: sound.AudioEncoding) -> ExpectedAudio:
    """What an encoded track must turn out to be."""
    return ExpectedAudio(
        codec=sound.PROBED[encoding.codec],
        channels=encoding.channels,
        sample_rate=48_000 if encoding.codec == "opus" else encoding.sample_rate,  # RFC 7845 §5.1: decoders always give 48 kHz
        duration=stream_seconds(media, track, span),
        language=track.language,
    )


def labels(languages: Sequence[str]) -> dict[str, str]:
    """Options that tell players which track is which; the first one is played unless another is chosen."""
    named = {f"metadata:s:a:{n}": f"language={language}" for n, language in enumerate(languages) if language}
    return named | {f"disposition:a:{n}": "0" if n else "default" for n in range(len(languages))}


def rendition_names(languages: Iterable[str]) -> list[str]:
    """Folders of sound renditions: ``audio_eng``, or ``audio`` where none is known; with a number where one comes again."""
    seen: dict[str, int] = {}
    names = []
    for language in languages:
        known = language not in ("", "und") and language.isalnum() and language.isascii()
        base = f"audio_{language.lower()}" if known else "audio"
        seen[base] = seen.get(base, 0) + 1
        names.append(base if seen[base] == 1 else f"{base}_{seen[base]}")
    return names
