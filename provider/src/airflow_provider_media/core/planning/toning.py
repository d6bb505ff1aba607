"""Tone mapping: HDR pictures for outputs that are SDR, at no larger a size than any of them needs."""

from __future__ import annotations

from collections.abc import Iterable

from airflow_provider_media.core.ffmpeg import filters
from airflow_provider_media.core.ffmpeg.graph import Stream
from airflow_provider_media.core.media.info import VideoStream
from airflow_provider_media.core.planning.geometry import Size, framed
from airflow_provider_media.core.planning.rungs import rungs
from airflow_provider_media.core.specs import LadderSpec, OutputSpec, TranscodeSpec, VideoSettings


def toned(picture: Stream, video: VideoStream, size: Size | None) -> Stream:
    """The picture as SDR.

    :param size: to which an HDR picture is scaled before, for mapping costs as much as encoding; its own when absent.
    """
    if video.dynamic_range == "sdr":
        return picture
    if size is not None and size != display_size(video) and size.width * size.height < video.width * video.height:
        picture = filters.square(filters.scaled(picture, size))
    return filters.tone_mapped(picture, transfer=_transfer(video))


def graphics_white(video: VideoStream, *, keep: bool) -> float:
    """The share of the signal's range at which white graphics lie: 58 % in PQ, 75 % in HLG (ITU-R BT.2408-7, table 1), all in SDR."""
    if not keep:
        return 1.0
    return 0.75 if _transfer(video) == "arib-std-b67" else 0.58


def _transfer(video: VideoStream) -> filters.Transfer:
    return "arib-std-b67" if video.dynamic_range == "hlg" or video.color_transfer == "arib-std-b67" else "smpte2084"


def tone_size(video: VideoStream, specs: Iterable[OutputSpec]) -> Size | None:
    """The smallest size in which the picture can be mapped once for all SDR videos among the outputs; None without any."""
    sizes = [size for spec in specs for size in _sizes(display_size(video), spec)]
    return Size(max(size.width for size in sizes), max(size.height for size in sizes)) if sizes else None


def _sizes(source: Size, spec: OutputSpec) -> list[Size]:
    if isinstance(spec, LadderSpec) and spec.dynamic_range == "sdr":
        return [rung.size for rung in rungs(source, spec.renditions)]
    if isinstance(spec, TranscodeSpec) and not spec.audio_only and spec.video not in ("copy", "drop"):
        wanted = spec.video if isinstance(spec.video, VideoSettings) else VideoSettings()
        if wanted.dynamic_range == "sdr":
            return [framed(source, wanted).inner]
    return []


def display_size(video: VideoStream) -> Size:
    """The picture as people see it, in square pixels."""
    return Size(video.display_width, video.display_height)
