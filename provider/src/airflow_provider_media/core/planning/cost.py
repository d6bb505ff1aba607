"""What work costs, in seconds of encoding 1080p25 as H.264 at medium speed; meant to be right within a factor of two."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_media.core.ffmpeg.encoders import Speed, VideoCodec
from airflow_provider_media.core.media.info import MediaInfo, VideoStream

REFERENCE = 1920 * 1080 * 25.0
"""Pixels per second of the unit of cost."""
CODEC: Mapping[VideoCodec, float] = {"h264": 1.0, "h265": 3.5, "av1": 2.0, "vp9": 5.0}
SPEED: Mapping[Speed, float] = {"fastest": 0.3, "faster": 0.45, "fast": 0.8, "medium": 1.0, "slow": 1.8, "slower": 4.0}
DECODING = 0.06
"""Of decoding, over encoding the same pixels."""
DEINTERLACING = 0.15
TONE_MAPPING = 1.0
SOUND = 0.01
"""Per second of a sound track."""
SEEK = 0.05
"""Seconds of decoding that opening and seeking a source is worth."""


def pixel_seconds(width: int, height: int, rate: float, seconds: float) -> float:
    """Pixels to go through, in seconds of 1080p25."""
    return width * height * rate * seconds / REFERENCE


def encoding(pixels: float, codec: VideoCodec, speed: Speed, *, passes: int = 1) -> float:
    """Cost of encoding.

    :param pixels: as ``pixel_seconds`` counts them.
    """
    return pixels * CODEC[codec] * SPEED[speed] * (1.6 if passes == 2 else 1.0)


def decoding(video: VideoStream, seconds: float) -> float:
    """Cost of decoding so many seconds, and of what is done to every frame before outputs part."""
    share = DECODING + (DEINTERLACING if video.interlaced else 0) + (TONE_MAPPING if video.dynamic_range != "sdr" else 0)
    return share * pixel_seconds(video.width, video.height, float(video.frame_rate), seconds)


def seek_seconds(media: MediaInfo, pictures: int) -> float:
    """Seconds that are decoded to find so many single pictures."""
    video = media.main_video
    return pictures * ((video.keyframe_interval / 2 if video else 0) + SEEK)
