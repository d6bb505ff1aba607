"""Which sources tell by their packets what a decoder will deliver, so that their encode may be the first to decode them."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_media.core.media.info import MediaInfo, VideoStream
from airflow_provider_media.core.media.keyframes import KeyframeScan
from airflow_provider_media.core.media.packets import StreamPackets

_INDEXED = {"mov", "matroska"}
"""Formats that give each packet the time at which its one frame is shown."""
_CODECS = ("h264", "hevc")
"""Codecs with a frame in each packet, whose decoders say which frames they had to make up."""


def foretold_video(info: MediaInfo, packets: Mapping[int, StreamPackets], said: str) -> VideoStream | None:
    """The video stream whose packets may stand for its frames; None where the file is not of the plainest kind.

    :param packets: the packets of each stream.
    :param said: ffprobe's stderr.
    """
    if said.strip() or len(info.video) != 1 or not _INDEXED & set(info.format.split(",")):
        return None
    (video,) = info.video
    read = packets[video.index]
    plain = video.codec in _CODECS and video.field_order == "progressive" and "multilayer" not in video.disposition
    return video if plain and not read.leading and not read.corrupt and read.total == read.count else None


def is_steady(keyframes: KeyframeScan, packets: StreamPackets) -> bool:
    """Whether all keyframes can be decoded, and show progressive pictures of one kind."""
    return keyframes.count == packets.keyframes and len(keyframes.formats) == 1 and not keyframes.interlaced
