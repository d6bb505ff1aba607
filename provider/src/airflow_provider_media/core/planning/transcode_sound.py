"""Audio of a transcode, encoded or copied."""

from __future__ import annotations

from airflow_provider_media.core.ffmpeg import sound
from airflow_provider_media.core.media.info import AudioStream
from airflow_provider_media.core.outputs import AudioSettings, TranscodeSpec
from airflow_provider_media.core.outputs.transcode import AUDIO_CODECS
from airflow_provider_media.core.planning import copying, cost, soundtracks
from airflow_provider_media.core.planning.output_plan import OutputContext
from airflow_provider_media.core.planning.timing import Span
from airflow_provider_media.core.planning.transcode_parts import TranscodePart, not_copied


def heard_part(output: OutputContext, spec: TranscodeSpec, span: Span) -> TranscodePart:
    """Plan the audio of a transcode; without streams where none is wanted or the source has none."""
    if spec.audio == "drop":
        return TranscodePart()
    which = spec.audio.tracks if isinstance(spec.audio, AudioSettings) else "main"
    tracks = soundtracks.tracks(output.media, which)
    if not tracks:
        # A silent clip needs no remark unless the output asks for audio.
        return TranscodePart(reason="the source has no sound" if spec.audio_only or spec.audio is not None else None)
    if spec.audio == "copy":
        return _copied_sound(output, spec, span, tracks[0])
    return _encoded_sound(output, spec, span, tracks)


def _encoded_sound(
    output: OutputContext, spec: TranscodeSpec, span: Span, tracks: tuple[AudioStream, ...]
) -> TranscodePart:
    wanted = spec.audio if isinstance(spec.audio, AudioSettings) else AudioSettings()
    one_track = spec.container in ("mp3", "flac", "wav", "m4a", "ogg")
    tracks = tracks[:1] if one_track else tracks
    codec = wanted.codec or AUDIO_CODECS[spec.container][0]
    loudness = None if wanted.loudness is None else (wanted.loudness, wanted.true_peak)
    encodings = [
        sound.encoding_of(
            codec,
            bitrate=wanted.bitrate,
            channels=wanted.channels or min(track.channels, 2),
            sample_rate=wanted.sample_rate,
        )
        for track in tracks
    ]
    heard = list(zip(tracks, encodings, strict=True))
    return TranscodePart(
        streams=tuple(soundtracks.encoded(output, track, span, encoding, loudness) for track, encoding in heard),
        options=sound.track_options(encodings),
        tracks=tracks,
        audio=tuple(
            soundtracks.expected(output.media, track, span, encoding, spec.container) for track, encoding in heard
        ),
        cost=cost.SOUND * span.seconds * len(tracks),
    )


def _copied_sound(output: OutputContext, spec: TranscodeSpec, span: Span, track: AudioStream) -> TranscodePart:
    if reason := copying.audio_refusal(track, spec.container):
        return not_copied(output, spec, reason)
    return TranscodePart(
        streams=(output.reader.coded(track, span),),
        options={"c:a": "copy"},
        tracks=(track,),
        audio=(copying.expected_audio(output.media, track, span, spec.container),),
    )
