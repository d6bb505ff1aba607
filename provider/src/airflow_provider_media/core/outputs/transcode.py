"""Transcode: one file in another form."""

from __future__ import annotations

from typing import Any, Literal, Self, cast

from pydantic import ValidationInfo, field_validator, model_validator

from airflow_provider_media.core.media.notation import OffsetField
from airflow_provider_media.core.outputs.audio import AudioCodec, AudioSettings
from airflow_provider_media.core.outputs.quality import Quality, check_settings, target_of
from airflow_provider_media.core.outputs.spec import OutputSpec, Spec
from airflow_provider_media.core.outputs.video import VideoCodec, VideoSettings
from airflow_provider_media.core.outputs.watermark import Watermark

Container = Literal["mp4", "mkv", "webm", "ts", "mov", "m4a", "mp3", "flac", "ogg", "wav"]

VIDEO_CODECS: dict[Container, tuple[VideoCodec, ...]] = {
    "mp4": ("h264", "h265", "av1", "vp9"),
    "mkv": ("h264", "h265", "av1", "vp9"),
    "mov": ("h264", "h265"),
    "ts": ("h264", "h265"),
    "webm": ("vp9", "av1"),
}
"""Video codecs that players support in each container; containers that are not named here hold only audio."""

AUDIO_CODECS: dict[Container, tuple[AudioCodec, ...]] = {
    "mp4": ("aac", "opus", "mp3", "flac"),
    "mkv": ("aac", "opus", "mp3", "flac", "vorbis", "pcm"),
    "mov": ("aac", "pcm"),
    "ts": ("aac", "mp3"),
    "webm": ("opus", "vorbis"),
    "m4a": ("aac",),
    "mp3": ("mp3",),
    "flac": ("flac",),
    "ogg": ("opus", "vorbis", "flac"),
    "wav": ("pcm",),
}
"""Audio codecs of each container; the first is the default."""


class Trim(Spec):
    """The part of the source that is kept."""

    start: OffsetField | None = None
    """Start time in the source; negative counts from the end."""
    end: OffsetField | None = None
    """End time in the source; negative counts from the end."""


class TranscodeSpec(OutputSpec):
    """One file with the source's video and audio, encoded or copied."""

    kind: Literal["transcode"] = "transcode"
    preset: str | None = None
    """Name of a preset whose fields these override."""
    container: Container = "mp4"
    """Format of the file; m4a, mp3, flac, ogg and wav hold only audio."""
    video: VideoSettings | Literal["copy", "drop"] | None = None
    """Settings, ``copy`` for a stream copy, or ``drop``; default settings when absent."""
    audio: AudioSettings | Literal["copy", "drop"] | None = None
    """Settings, ``copy`` for a stream copy, or ``drop``; default settings when absent."""
    trim: Trim | None = None
    """The part of the source that is kept; all of it when absent."""
    watermarks: tuple[Watermark, ...] | None = None
    """Watermarks of this output; the workflow's own when absent, none when empty."""
    quality: Quality | None = None
    """``measure`` compares the video with the source after encoding; the manifest has the scores (VMAF). A target
    also finds the crf that reaches it."""

    @model_validator(mode="before")
    @classmethod
    def _usual_codec(cls, fields: Any) -> Any:
        # Set before validation, so that the JSON form reads back the same and crf is checked for the right codec.
        usual = (
            VIDEO_CODECS.get(cast("Container", str(fields.get("container", "mp4"))))
            if isinstance(fields, dict)
            else None
        )
        video = fields.get("video") if usual else None
        if usual and isinstance(video, dict):
            return {**fields, "video": {"codec": usual[0], **video}}
        if usual and isinstance(video, VideoSettings) and "codec" not in video.model_fields_set:
            return {**fields, "video": video.model_copy(update={"codec": usual[0]})}
        return fields

    @model_validator(mode="after")
    def _codecs_fit_container(self) -> Self:
        if isinstance(self.video, VideoSettings):
            allowed = VIDEO_CODECS.get(self.container, ())
            if self.video.codec not in allowed:
                raise ValueError(
                    f"{self.container} does not hold {self.video.codec} video; it holds"
                    f" {', '.join(allowed) or 'sound alone'}"
                )
        if (
            isinstance(self.audio, AudioSettings)
            and self.audio.codec
            and self.audio.codec not in AUDIO_CODECS[self.container]
        ):
            raise ValueError(
                f"{self.container} does not hold {self.audio.codec} sound; it holds"
                f" {', '.join(AUDIO_CODECS[self.container])}"
            )
        if self.container == "ts" and isinstance(self.audio, AudioSettings) and self.audio.channels == 8:
            raise ValueError("ts holds at most 7 channels: ADTS, in which it carries aac, has no word for 7.1")
        return self

    @model_validator(mode="after")
    def _something_is_made(self) -> Self:
        if self.audio == "drop" and (self.video == "drop" or self.audio_only):
            raise ValueError("neither picture nor sound is wanted: take video or audio back in, or the output out")
        if self.watermarks and (self.audio_only or self.video in ("copy", "drop")):
            why = f"{self.container} holds none" if self.audio_only else f"video is {self.video}"
            raise ValueError(f"watermarks need an encoded picture, and {why}")
        if self.quality and (self.audio_only or self.video in ("copy", "drop")):
            why = f"{self.container} holds none" if self.audio_only else f"video is {self.video}"
            raise ValueError(f"quality is measured of an encoded picture, and {why}")
        return self

    @field_validator("quality")
    @classmethod
    def _target_decides(cls, quality: Quality | None, others: ValidationInfo) -> Quality | None:
        target, video = target_of(quality), others.data.get("video")
        if target and video not in ("copy", "drop"):
            usual = VIDEO_CODECS.get(others.data.get("container", "mp4"), ("h264",))[0]
            check_settings(target, video or VideoSettings(codec=usual))
        return quality

    @property
    def audio_only(self) -> bool:
        """Whether the container holds only audio."""
        return self.container not in VIDEO_CODECS
