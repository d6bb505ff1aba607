"""Labels of the values of fields with few values, for forms; values without a label are their own labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from airflow_provider_media.core.outputs.audio import AudioCodec
from airflow_provider_media.core.outputs.images import StillFormat
from airflow_provider_media.core.outputs.spec import Fit
from airflow_provider_media.core.outputs.transcode import Container
from airflow_provider_media.core.outputs.video import Speed, VideoCodec
from airflow_provider_media.core.outputs.watermark import Corner

LABELS: Mapping[tuple[str, ...], Mapping[str, str]] = {
    get_args(Fit): {
        "stretch": "Stretch (distorted)",
        "pad": "Pad (black bars)",
        "crop": "Crop (edges cut off)",
        "blur": "Blur (over a blurred copy)",
    },
    get_args(VideoCodec): {"h264": "H.264 (AVC)", "h265": "H.265 (HEVC)", "av1": "AV1", "vp9": "VP9"},
    get_args(AudioCodec): {
        "aac": "AAC",
        "opus": "Opus",
        "mp3": "MP3",
        "flac": "FLAC (lossless)",
        "vorbis": "Vorbis",
        "pcm": "PCM (uncompressed)",
    },
    get_args(Container): {
        "mp4": "MP4",
        "mkv": "Matroska",
        "webm": "WebM",
        "ts": "MPEG transport stream",
        "mov": "QuickTime",
        "m4a": "MP4 audio",
        "mp3": "MP3 audio",
        "flac": "FLAC audio",
        "ogg": "Ogg audio",
        "wav": "WAV audio",
    },
    get_args(StillFormat): {"jpg": "JPEG", "png": "PNG (lossless)", "webp": "WebP"},
    get_args(Speed): {
        "fastest": "Fastest",
        "faster": "Faster",
        "fast": "Fast",
        "medium": "Medium",
        "slow": "Slow",
        "slower": "Slower",
    },
    get_args(Corner): {
        "top_left": "Top left",
        "top_right": "Top right",
        "bottom_left": "Bottom left",
        "bottom_right": "Bottom right",
        "center": "Center",
    },
    ("sdr", "keep"): {"sdr": "Tone-map HDR to SDR", "keep": "Keep HDR"},
    ("constant", "keep"): {"constant": "Resample to a constant rate", "keep": "Keep uneven frame times"},
    ("hls", "dash"): {"hls": "HLS", "dash": "DASH"},
}
"""Labels by the values of a field, in the order of the model."""
