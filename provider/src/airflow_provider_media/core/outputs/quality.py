"""Quality of encoded video: measured after the encode, and aimed at by a search for the constant rate factor."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from airflow_provider_media.core.outputs.spec import BitRate, Spec
from airflow_provider_media.core.outputs.video import MAX_CRF, VideoCodec, VideoSettings


class QualityTarget(Spec):
    """Quality that every film shall have: sample encodes find the crf, and the video is measured after encoding.

    A crf of the video itself is where the search begins, and what holds where no search is possible.
    """

    target: Annotated[float, Field(ge=20, le=99)]
    """Mean VMAF to reach, 0 to 100; a video smaller than the source reaches this percentage of what its size can
    show."""
    max_bitrate: Annotated[int, Field(ge=10_000, le=400_000_000), BitRate] | None = None
    """Ceiling in bits per second over a buffer of two seconds; where the video has a ceiling already, the lower one
    holds."""
    min_crf: Annotated[int, Field(ge=0, le=63)] | None = None
    """Lowest constant rate factor, which keeps a hard film from growing too large; 10 when absent."""
    max_crf: Annotated[int, Field(ge=0, le=63)] | None = None
    """Highest constant rate factor; 45 for h264 and h265, 60 for av1 and vp9 when absent."""

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.min_crf is not None and self.max_crf is not None and self.min_crf > self.max_crf:
            raise ValueError(f"min_crf {self.min_crf} is above max_crf {self.max_crf}: lower means better")
        return self


Quality = Literal["measure"] | QualityTarget
"""What is done about the quality of encoded video."""


BESIDE_TARGET = "a bitrate leaves no crf to find for a target:"
"""Beginning of the error about a video with both."""


def target_of(quality: Quality | None) -> QualityTarget | None:
    """Return the target of an output; None where quality is only measured, or nothing is done about it."""
    return quality if isinstance(quality, QualityTarget) else None


def check_codec(target: QualityTarget, codec: VideoCodec) -> None:
    """Check the limits of a target against the codec.

    :raises ValueError: when the codec has no such constant rate factor.
    """
    for name in ("min_crf", "max_crf"):
        if (limit := getattr(target, name)) is not None and limit > MAX_CRF[codec]:
            raise ValueError(f"{name} {limit} is above {MAX_CRF[codec]}, the highest crf of {codec}")


def check_settings(target: QualityTarget, video: VideoSettings) -> None:
    """Check that no bit rate decides about a video whose quality has a target; a crf is where the search begins.

    :raises ValueError: when the settings name a bit rate, or the codec has no such crf.
    """
    check_codec(target, video.codec)
    if video.bitrate is not None:
        raise ValueError(f"{BESIDE_TARGET} take video.bitrate out, or say quality: measure")
