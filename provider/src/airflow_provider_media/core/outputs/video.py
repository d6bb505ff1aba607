"""Settings of one encoded video stream."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from airflow_provider_media.core.media.hardware import HARDWARE_ENCODERS, HardwareEncoder
from airflow_provider_media.core.media.notation import FrameRateField
from airflow_provider_media.core.outputs.spec import BitRate, FramesPerSecond, PictureSize, Seconds

VideoCodec = Literal["h264", "h265", "av1", "vp9"]
Speed = Literal["fastest", "faster", "fast", "medium", "slow", "slower"]
Encoder = Literal["auto", "software", HardwareEncoder]

DEFAULT_CRF: dict[VideoCodec, int] = {"h264": 22, "h265": 25, "av1": 32, "vp9": 33}
"""Constant rate factors of about equal visual quality: the encoders' defaults less one step."""


def crf_or_default(codec: VideoCodec, crf: float | None, bitrate: int | None) -> float | None:
    """Return the quality of a video: its own CRF, else that of its codec; None when a bitrate is given."""
    if bitrate is not None:
        return None
    return DEFAULT_CRF[codec] if crf is None else crf


MAX_CRF: dict[VideoCodec, int] = {"h264": 51, "h265": 51, "av1": 63, "vp9": 63}

HARDWARE_CODECS: dict[Encoder, tuple[VideoCodec, ...]] = {
    "nvenc": ("h264", "h265", "av1"),
    "qsv": ("h264", "h265", "av1"),
    "vaapi": ("h264", "h265", "av1"),
    "videotoolbox": ("h264", "h265"),
}
"""Codecs of each hardware encoder that ffmpeg has; whether a device has the codec, only a test encode can tell."""


def software_only(dynamic_range: str, variable_frame_rate: str) -> str | None:
    """Return the setting that only software encoders carry out; None where there is none."""
    if dynamic_range == "keep":
        return "dynamic_range: keep"  # hardware encoders do not pass on the metadata of HDR10 on every device
    if variable_frame_rate == "keep":
        return "variable_frame_rate: keep"  # their rate control counts on even frame times
    return None


def hardware_encoders(encoder: Encoder, codec: VideoCodec, only_software: str | None) -> tuple[HardwareEncoder, ...]:
    """Return the hardware encoders that may make a video, in order of preference.

    :param only_software: a setting that only software encoders carry out.
    """
    wanted = [each for each in HARDWARE_ENCODERS if encoder in ("auto", each)]
    return () if only_software else tuple(each for each in wanted if codec in HARDWARE_CODECS[each])


def require_encoder(
    encoder: Encoder, hardware: tuple[HardwareEncoder, ...], codec: VideoCodec, only_software: str | None
) -> None:
    """Refuse settings that a named hardware encoder cannot carry out.

    :param hardware: result of ``hardware_encoders``.
    :raises ValueError: when a hardware encoder is named that does not make the video.
    """
    if hardware or encoder in ("auto", "software"):
        return
    if only_software:
        raise ValueError(f"{only_software} needs a software encoder: take encoder: software or auto, not {encoder}")
    having = ", ".join(HARDWARE_CODECS[encoder])
    raise ValueError(f"{encoder} does not make {codec}, only {having}: take one of them, or encoder: software or auto")


class VideoSettings(PictureSize):
    """Encoding settings of video.

    Rate control is one of three: ``crf`` alone (constant quality), ``crf`` with ``max_bitrate`` (capped), or
    ``bitrate`` (average, with ``passes: 2`` for two passes). Without any of them, the codec's default crf is used.
    """

    codec: VideoCodec = "h264"
    """The container's default codec when absent: h264, but vp9 in webm."""
    crf: Annotated[int, Field(ge=0, le=63)] | None = None
    """Constant rate factor: lower is better; 0 to 51 for h264 and h265, 0 to 63 for av1 and vp9."""
    bitrate: Annotated[int, Field(ge=10_000, le=200_000_000), BitRate] | None = None
    """Average bits per second."""
    max_bitrate: Annotated[int, Field(ge=10_000, le=400_000_000), BitRate] | None = None
    """Ceiling in bits per second over a buffer of two seconds."""
    passes: Literal[1, 2] = 1
    """Passes over the source; 2 needs ``bitrate``, and spreads it better."""
    frame_rate: Annotated[FrameRateField, FramesPerSecond] | None = None
    """Frames per second; the source's own when absent."""
    variable_frame_rate: Literal["constant", "keep"] = "constant"
    """Treatment of a source with uneven frame times: resampled to its average rate, or kept."""
    gop_seconds: Annotated[float, Field(gt=0, le=30), Seconds] = 2.0
    """Seconds between keyframes, rounded to whole frames of the exact rate."""
    speed: Speed = "medium"
    """Encoder effort: slower is smaller for the same quality."""
    encoder: Encoder = "software"
    """Encoder: ``software``, a hardware encoder that the worker must have, or ``auto`` for hardware if the worker has
    any, else software."""
    bit_depth: Literal[8, 10] | None = None
    """Bits per sample; 8 when absent, 10 when HDR is kept."""
    dynamic_range: Literal["sdr", "keep"] = "sdr"
    """Whether HDR sources are tone-mapped to SDR or kept."""
    orientation: Literal["fixed", "source"] = "fixed"
    """``source`` swaps width and height for portrait pictures, so that width is the long side of every picture."""
    upscale: bool = False
    """Whether pictures may become larger than the source."""

    @model_validator(mode="after")
    def _one_rate_control(self) -> Self:
        if self.crf is not None and self.bitrate is not None:
            raise ValueError(
                "crf and bitrate exclude each other: keep crf (and cap it with max_bitrate) or keep bitrate"
            )
        if self.passes == 2 and self.bitrate is None:
            raise ValueError("passes: 2 needs a bitrate")
        if self.bitrate and self.max_bitrate and self.max_bitrate < self.bitrate:
            raise ValueError(f"max_bitrate {self.max_bitrate} is below bitrate {self.bitrate}")
        if self.crf is not None and self.crf > MAX_CRF[self.codec]:
            raise ValueError(f"crf {self.crf} is above {MAX_CRF[self.codec]}, the highest of {self.codec}")
        if self.passes == 2 and self.codec == "av1":
            raise ValueError("passes: 2 is not offered for av1, whose encoder looks ahead instead; use passes: 1")
        return self

    @model_validator(mode="after")
    def _encoder_makes_it(self) -> Self:
        require_encoder(self.encoder, self.hardware, self.codec, self._software_only)
        return self

    @property
    def hardware(self) -> tuple[HardwareEncoder, ...]:
        """Hardware encoders that may make the video, in order of preference; none for software."""
        return hardware_encoders(self.encoder, self.codec, self._software_only)

    @property
    def _software_only(self) -> str | None:
        if self.passes == 2:
            return "passes: 2"
        if self.codec == "h264" and self.bit_depth == 10:
            return "h264 with bit_depth: 10"
        return software_only(self.dynamic_range, self.variable_frame_rate)
