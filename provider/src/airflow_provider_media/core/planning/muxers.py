"""Muxers and their options: how ffmpeg writes each container."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_media.core.outputs.transcode import Container

MUXER: Mapping[Container, dict[str, str]] = {
    # faststart: the index comes first, so that playback begins before the whole file is fetched.
    "mp4": {"f": "mp4", "movflags": "+faststart"},
    "mov": {"f": "mov", "movflags": "+faststart"},
    "m4a": {"f": "ipod", "movflags": "+faststart"},  # mp4 under the brand that music players look for
    "mkv": {"f": "matroska"},
    "webm": {"f": "webm"},
    "ts": {"f": "mpegts"},
    "mp3": {"f": "mp3"},
    "flac": {"f": "flac"},
    "ogg": {"f": "ogg"},
    "wav": {"f": "wav"},
}
FOUR_CC: Mapping[Container, str] = {"mp4": "hvc1", "mov": "hvc1"}
"""Codec tag of H.265 in MP4 that Apple's players accept. They refuse ffmpeg's own choice, hev1."""
RENDITION = {"f": "mp4"}
"""Options of a rendition that is packaged; without faststart, because Shaka Packager reads files, not streams."""
