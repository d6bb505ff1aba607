"""Ladder: renditions for adaptive streaming, packaged as HLS and DASH from the same segments."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from airflow_provider_media.core.media.hardware import HardwareEncoder
from airflow_provider_media.core.media.notation import FrameRateField
from airflow_provider_media.core.outputs.quality import BESIDE_TARGET, Quality, check_codec, target_of
from airflow_provider_media.core.outputs.spec import (
    BitRate,
    FramesPerSecond,
    Lufs,
    Name,
    OutputSpec,
    Seconds,
    Spec,
)
from airflow_provider_media.core.outputs.video import (
    Encoder,
    Speed,
    VideoCodec,
    hardware_encoders,
    require_encoder,
    software_only,
)
from airflow_provider_media.core.outputs.watermark import Watermark


class Rendition(Spec):
    """One rung of the ladder."""

    name: Name | None = None
    """Folder of its segments; derived from ``short_side``, such as ``720p``, when absent."""
    short_side: Annotated[int, Field(ge=90, le=4320, json_schema_extra={"x-unit": "px"})]
    """Pixels of the picture's short side, so that portrait video gets the same rungs as landscape."""
    bitrate: Annotated[int, Field(ge=10_000, le=200_000_000), BitRate] | None = None
    """Average bits per second; constant quality under ``max_bitrate`` when absent."""
    max_bitrate: Annotated[int, Field(ge=10_000, le=400_000_000), BitRate]
    """Ceiling in bits per second over a buffer of two seconds."""
    crf: Annotated[int, Field(ge=0, le=63)] | None = None
    """Constant rate factor under the ceiling; the codec's default when absent."""

    @model_validator(mode="after")
    def _one_rate_control(self) -> Self:
        if self.crf is not None and self.bitrate is not None:
            raise ValueError("crf and bitrate exclude each other: both stay under max_bitrate")
        if self.bitrate and self.max_bitrate < self.bitrate:
            raise ValueError(f"max_bitrate {self.max_bitrate} is below bitrate {self.bitrate}")
        return self


class LadderAudio(Spec):
    """One audio rendition, shared by all rungs."""

    bitrate: Annotated[int, Field(ge=8_000, le=512_000), BitRate] = 128_000
    """Bits per second."""
    channels: Annotated[int, Field(ge=1, le=8)] = 2
    """Number of channels, at most those of the source."""
    loudness: Annotated[float, Field(ge=-40, le=-5), Lufs] | None = None
    """Target integrated loudness in LUFS."""


class LadderSpec(OutputSpec):
    """Renditions for adaptive streaming with equal segment boundaries."""

    kind: Literal["ladder"] = "ladder"
    preset: str | None = None
    """Name of a preset whose fields these override."""
    codec: VideoCodec = "h264"
    """Codec of all rungs."""
    renditions: Annotated[tuple[Rendition, ...], Field(min_length=1, max_length=12)] = (
        Rendition(short_side=1080, max_bitrate=6_000_000),
        Rendition(short_side=720, max_bitrate=3_200_000),
        Rendition(short_side=480, max_bitrate=1_400_000),
        Rendition(short_side=360, max_bitrate=800_000),
    )
    """Rungs; those above the source's size are left out, and one of the source's size replaces the first left out."""
    audio: tuple[LadderAudio, ...] = (LadderAudio(),)
    """Audio renditions, of which a player takes one; none for a silent ladder."""
    audio_tracks: Literal["main", "all"] = "main"
    """Whether only the main track or every track becomes an audio rendition, with language, name and role."""
    protocols: Annotated[tuple[Literal["hls", "dash"], ...], Field(min_length=1)] = ("hls", "dash")
    """Protocols whose manifests point to the same segments."""
    segment_seconds: Annotated[float, Field(ge=1, le=20), Seconds] = 4.0
    """Seconds per segment, rounded to whole GOPs of the exact frame rate; up to three frames more or less if the last
    segment would otherwise be too short for players."""
    gop_seconds: Annotated[float, Field(ge=0.5, le=20), Seconds] | None = None
    """Seconds between keyframes; as long as the segment when absent."""
    frame_rate: Annotated[FrameRateField, FramesPerSecond] | None = None
    """Frames per second of all rungs; the source's own, at most 60, when absent."""
    variable_frame_rate: Literal["constant", "keep"] = "constant"
    """Treatment of a source with uneven frame times: ``constant`` resamples to one rate; ``keep`` keeps the times
    between keyframes, and each keyframe has its exact time."""
    iframe_playlists: bool = True
    """Whether HLS has I-frame playlists for scrubbing."""
    speed: Speed = "medium"
    """Encoder effort: slower is smaller for the same quality."""
    encoder: Encoder = "software"
    """Encoder of all rungs: ``software``, a hardware encoder that the worker must have, or ``auto`` for hardware if the
    worker has any, else software."""
    dynamic_range: Literal["sdr", "keep"] = "sdr"
    """Whether HDR sources are tone-mapped to SDR or kept."""
    quality: Quality | None = None
    """``measure`` compares every rung with the source after encoding; the manifest has the scores (VMAF). A target
    also finds the crf with which each rung reaches it."""
    watermarks: tuple[Watermark, ...] | None = None
    """Watermarks of this output; the workflow's own when absent, none when empty."""

    @field_validator("quality")
    @classmethod
    def _target_decides(cls, quality: Quality | None, others: ValidationInfo) -> Quality | None:
        if not (target := target_of(quality)):
            return quality
        check_codec(target, others.data.get("codec", "h264"))
        for number, rung in enumerate(others.data.get("renditions", ())):
            if rung.bitrate is not None:
                raise ValueError(f"{BESIDE_TARGET} take renditions[{number}].bitrate out, or say quality: measure")
        return quality

    @model_validator(mode="after")
    def _rungs_differ(self) -> Self:
        names = [rung.name or f"{rung.short_side}p" for rung in self.renditions]
        if len(set(names)) < len(names):
            raise ValueError(f"two renditions have one name among {', '.join(names)}: give each a name")
        if taken := next((name for name in names if name.startswith("audio")), None):
            raise ValueError(
                f"rendition {taken} is named like the folders of sound: take a name that does not begin with audio"
            )
        if self.gop_seconds and self.gop_seconds > self.segment_seconds:
            raise ValueError(
                f"gop_seconds {self.gop_seconds:g} is above segment_seconds {self.segment_seconds:g}, but segments"
                " begin with keyframes"
            )
        return self

    @model_validator(mode="after")
    def _encoder_makes_it(self) -> Self:
        require_encoder(self.encoder, self.hardware, self.codec, self._software_only)
        return self

    @property
    def hardware(self) -> tuple[HardwareEncoder, ...]:
        """Hardware encoders that may make the rungs, in order of preference; none for software."""
        return hardware_encoders(self.encoder, self.codec, self._software_only)

    @property
    def _software_only(self) -> str | None:
        return software_only(self.dynamic_range, self.variable_frame_rate)
