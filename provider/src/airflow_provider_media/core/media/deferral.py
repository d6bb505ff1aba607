"""Choice of sources that need no full decode before planning: their packets show all that a decoder will deliver."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_media.core.media.info import MediaInfo, VideoStream
from airflow_provider_media.core.media.keyframes import KeyframeScan
from airflow_provider_media.core.media.packets import StreamPackets

_INDEXED = {"mov", "matroska"}
"""Formats that give each packet the presentation time of its one frame."""
_CODECS = ("h264", "hevc")
"""Codecs with one frame per packet, whose decoders report the frames that they repair."""


def deferrable_video(info: MediaInfo, packets: Mapping[int, StreamPackets], stderr: str) -> VideoStream | None:
    """Return the video stream whose decode the first encode may do; None where the file is not of the plainest kind.

    :param packets: the packets of each stream, by its index.
    :param stderr: ffprobe's standard error.
    """
    if stderr.strip() or len(info.video) != 1 or not _INDEXED & set(info.format.split(",")):
        return None
    (video,) = info.video
    read = packets[video.index]
    is_plain = video.codec in _CODECS and video.field_order == "progressive" and "multilayer" not in video.disposition
    has_plain_packets = not read.leading and not read.corrupt and read.total == read.count
    return video if is_plain and has_plain_packets else None


def has_uniform_keyframes(keyframes: KeyframeScan, packets: StreamPackets) -> bool:
    """Return whether every keyframe can be decoded, and all keyframes are progressive frames of one format."""
    return keyframes.count == packets.keyframes and len(keyframes.formats) == 1 and not keyframes.interlaced
