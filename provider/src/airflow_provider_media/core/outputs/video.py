"""Settings of one encoded video stream."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from airflow_provider_media.core.media.notation import FrameRateField
from airflow_provider_media.core.outputs.spec import BitRate, FramesPerSecond, PictureSize, Seconds

VideoCodec = Literal["h264", "h265", "av1", "vp9"]
Speed = Literal["fastest", "faster", "fast", "medium", "slow", "slower"]

DEFAULT_CRF: dict[VideoCodec, int] = {"h264": 22, "h265": 25, "av1": 32, "vp9": 33}


def crf_or_default(codec: VideoCodec, crf: float | None, bitrate: int | None) -> float | None:
    """Return the quality of a video: its own CRF, else that of its codec; None when a bitrate is given."""
    if bitrate is not None:
        return None
    return DEFAULT_CRF[codec] if crf is None else crf


"""Constant rate factors of about equal visual quality: the encoders' defaults less one step."""
MAX_CRF: dict[VideoCodec, int] = {"h264": 51, "h265": 51, "av1": 63, "vp9": 63}


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
