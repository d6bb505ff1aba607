"""Cost of work in seconds of encoding 1080p25 as H.264 at medium speed; meant to be right within a factor of two."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_media.core.ffmpeg.encoders import Speed, VideoCodec
from airflow_provider_media.core.media.info import MediaInfo, VideoStream

REFERENCE = 1920 * 1080 * 25.0
"""Pixels per second in the unit of cost."""
CODEC: Mapping[VideoCodec, float] = {"h264": 1.0, "h265": 3.5, "av1": 2.0, "vp9": 5.0}
SPEED: Mapping[Speed, float] = {"fastest": 0.3, "faster": 0.45, "fast": 0.8, "medium": 1.0, "slow": 1.8, "slower": 4.0}
DECODING = 0.06
"""Cost of decoding, relative to encoding the same pixels."""
DEINTERLACING = 0.15
TONE_MAPPING = 1.0
SOUND = 0.01
"""Cost per second of an audio track."""
PICTURE = 0.002
"""Cost of encoding one picture of 1080p."""
VMAF = 1.2
"""Cost of comparing two pictures by libvmaf, relative to encoding the larger one."""
SEEK = 0.05
"""Cost of opening a source and seeking in it, in seconds of decoding."""


def pixel_seconds(width: int, height: int, rate: float, seconds: float) -> float:
    """Return the number of pixels to process, in seconds of 1080p25."""
    return width * height * rate * seconds / REFERENCE


def encoding(pixels: float, codec: VideoCodec, speed: Speed, *, passes: int = 1) -> float:
    """Return the cost of encoding.

    :param pixels: work as ``pixel_seconds`` counts it.
    """
    return pixels * CODEC[codec] * SPEED[speed] * (1.6 if passes == 2 else 1.0)


def decoding(video: VideoStream, seconds: float) -> float:
    """Return the cost of decoding so many seconds, with the filters that run on every frame before outputs part."""
    share = (
        DECODING + (DEINTERLACING if video.interlaced else 0) + (TONE_MAPPING if video.dynamic_range != "sdr" else 0)
    )
    return share * pixel_seconds(video.width, video.height, float(video.frame_rate), seconds)


def seek_seconds(media: MediaInfo, pictures: int) -> float:
    """Return the seconds of decoding that are needed to find so many single pictures."""
    video = media.main_video
    return pictures * ((video.keyframe_interval / 2 if video else 0) + SEEK)
