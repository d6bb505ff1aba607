"""Tone mapping: HDR video for SDR outputs, at no larger a size than any of the outputs needs."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_provider_media.core.ffmpeg import filters
from airflow_provider_media.core.ffmpeg.graph import Stream
from airflow_provider_media.core.media.info import VideoStream
from airflow_provider_media.core.outputs import LadderSpec, TranscodeSpec, VideoSettings
from airflow_provider_media.core.planning.geometry import Size, framed
from airflow_provider_media.core.planning.rungs import rungs


def toned(picture: Stream, video: VideoStream, size: Size | None) -> Stream:
    """Return the video as SDR.

    :param size: size to which an HDR video is scaled before tone mapping, which costs as much as encoding; its own size
        when absent.
    """
    if video.dynamic_range == "sdr":
        return picture
    if size is not None and size != display_size(video) and size.width * size.height < video.width * video.height:
        picture = filters.square(filters.scaled(picture, size))
    return filters.tone_mapped(picture, transfer=_transfer(video))


def graphics_white(video: VideoStream, *, keep: bool) -> float:
    """Return the share of the signal's range at which white graphics lie.

    It is 58 % in PQ, 75 % in HLG (ITU-R BT.2408-7, table 1), and all of the range in SDR.
    """
    if not keep:
        return 1.0
    return 0.75 if _transfer(video) == "arib-std-b67" else 0.58


def _transfer(video: VideoStream) -> filters.Transfer:
    return "arib-std-b67" if video.dynamic_range == "hlg" or video.color_transfer == "arib-std-b67" else "smpte2084"


def tone_size(sizes: Sequence[Size]) -> Size | None:
    """Return the smallest size in which one tone mapping serves SDR videos of all these sizes; None without any."""
    return Size(max(size.width for size in sizes), max(size.height for size in sizes)) if sizes else None


def ladder_sizes(source: Size, spec: LadderSpec) -> list[Size]:
    """Return the sizes of the SDR videos that a ladder makes."""
    return [rung.size for rung in rungs(source, spec.renditions)] if spec.dynamic_range == "sdr" else []


def transcode_sizes(source: Size, spec: TranscodeSpec) -> list[Size]:
    """Return the size of the SDR video that a transcode encodes, or nothing where it encodes none."""
    if spec.audio_only or spec.video in ("copy", "drop"):
        return []
    wanted = spec.video if isinstance(spec.video, VideoSettings) else VideoSettings()
    return [framed(source, wanted).inner] if wanted.dynamic_range == "sdr" else []


def display_size(video: VideoStream) -> Size:
    """Return the size of the video as people see it, in square pixels."""
    return Size(video.display_width, video.display_height)
