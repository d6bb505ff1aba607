"""Stream copy: codecs that fit each container, and expectations of copied streams."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_media.core.media.expectation import ExpectedAudio, ExpectedVideo
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.outputs.transcode import Container
from airflow_provider_media.core.planning.soundtracks import kept_language, kept_role, kept_title
from airflow_provider_media.core.planning.timing import Span, stream_seconds

VIDEO: Mapping[Container, tuple[str, ...]] = {
    "mp4": ("h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video", "mpeg1video"),
    "mov": ("h264", "hevc", "prores", "mpeg4", "mpeg2video", "mjpeg", "dnxhd"),
    "mkv": (
        "h264",
        "hevc",
        "av1",
        "vp9",
        "vp8",
        "mpeg4",
        "mpeg2video",
        "mpeg1video",
        "prores",
        "mjpeg",
        "ffv1",
        "theora",
    ),
    "webm": ("vp8", "vp9", "av1"),
    "ts": ("h264", "hevc", "mpeg2video", "mpeg1video", "mpeg4"),
}
"""ffprobe's names of the video codecs that each container holds by its specification."""

_PCM = ("pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_u8")
AUDIO: Mapping[Container, tuple[str, ...]] = {
    "mp4": ("aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"),
    "mov": ("aac", "mp3", "ac3", "eac3", "alac", *_PCM, "pcm_s16be", "pcm_s24be"),
    "mkv": ("aac", "mp3", "mp2", "ac3", "eac3", "dts", "opus", "vorbis", "flac", "alac", *_PCM),
    "webm": ("opus", "vorbis"),
    "ts": ("aac", "mp3", "mp2", "ac3", "eac3", "dts"),
    "m4a": ("aac", "alac"),
    "mp3": ("mp3",),
    "flac": ("flac",),
    "ogg": ("opus", "vorbis", "flac"),
    "wav": _PCM,
}
"""ffprobe's names of the audio codecs that each container holds by its specification."""

_WITHOUT_INDEX = ("mpegts", "mpeg", "mpegvideo")
"""Formats in which a seek may land after the keyframe that a part needs."""
_REORDER = 16
"""Frames by which decoding may run ahead of presentation in H.264 and HEVC.

A cut ends where a frame is decoded, not where the frame is shown."""
_TURNS: tuple[Container, ...] = ("mp4", "mov", "mkv")
"""Containers that can tell a player by how much to rotate the video."""


def video_refusal(media: MediaInfo, video: VideoStream, container: Container, span: Span) -> str | None:
    """Return why a part of a video cannot be copied into a container, or None where it can."""
    if span.start and media.format in _WITHOUT_INDEX:
        return (
            f"the source is {media.format}, which has no index to find a keyframe by: encode the part, or copy it from"
            " the start"
        )
    if video.codec not in VIDEO[container]:
        return _refusal("picture", video.codec, container, VIDEO[container])
    if video.rotation and container not in _TURNS:
        return (
            f"the picture is turned by {video.rotation} degrees, which {container} cannot say: encode it instead of"
            " copying"
        )
    return None


def audio_refusal(track: AudioStream, container: Container) -> str | None:
    """Return why an audio track cannot be copied into a container, or None where it can."""
    if track.parts:
        return f"the sound's {len(track.parts)} channels lie in tracks of their own: encode it instead of copying"
    return None if track.codec in AUDIO[container] else _refusal("sound", track.codec, container, AUDIO[container])


def _refusal(what: str, codec: str, container: Container, held: tuple[str, ...]) -> str:
    return (
        f"the {what} is {codec}, which {container} does not hold (it holds {', '.join(held)}): encode it instead of"
        " copying"
    )


def expected_video(media: MediaInfo, video: VideoStream, span: Span) -> ExpectedVideo:
    """Return what a copied video must turn out to be.

    A copy begins at the keyframe before its span. The copy may be longer by the part in between.
    """
    return ExpectedVideo(
        codec=video.codec,
        width=video.width,
        height=video.height,
        duration=stream_seconds(media, video, span),
        bit_depth=video.bit_depth,
        lead=span.start + (0.0 if span.whole else float(_REORDER / video.frame_rate)),
        is_copy=True,
    )


def expected_audio(media: MediaInfo, track: AudioStream, span: Span, container: Container) -> ExpectedAudio:
    """Return what a copied audio track must turn out to be."""
    return ExpectedAudio(
        codec=track.codec,
        channels=track.channels,
        sample_rate=track.sample_rate,
        duration=stream_seconds(media, track, span),
        lead=span.start,
        gapless=False,
        language=kept_language(track, container),
        title=kept_title(track, container),
        role=kept_role(track, container),
    )
