"""Facts of a source after a decode: the decoder's output counts, on the clock by which ffmpeg encodes the source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from airflow_provider_media.core.media.damage import StreamDamage, stream_damage
from airflow_provider_media.core.media.decode_log import DecodeLog
from airflow_provider_media.core.media.ffprobe import bit_depth
from airflow_provider_media.core.media.formats import canvas, delivered
from airflow_provider_media.core.media.info import AudioStream, MasteringDisplay, MediaInfo, PictureFormat, VideoStream
from airflow_provider_media.core.media.keyframes import KeyframeScan, mastering_display
from airflow_provider_media.core.media.packets import FrameRate, extent, frame_rate
from airflow_provider_media.core.media.programmes import programmes
from airflow_provider_media.core.media.stream_log import SUSTAINED, StreamLog

Json = Mapping[str, Any]

_MATRIX_ROW = re.compile(r"[0-9a-f]{8}:\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)")


def with_decoding(info: MediaInfo, data: Json, log: DecodeLog, keyframes: Mapping[int, KeyframeScan]) -> MediaInfo:
    """Return the facts of a source, corrected by its decoder's output.

    :param info: facts from header and packets.
    :param data: what ``ffprobe -show_format -show_streams -of json`` printed.
    :param log: the log of the decode of all its streams.
    :param keyframes: the keyframes of streams whose codec allows decoding keyframes alone.
    """
    log.finish()
    streams: tuple[VideoStream | AudioStream, ...] = (*info.video, *info.audio)
    described = {int(stream["index"]): stream for stream in data.get("streams", ())}
    # Damage that the demuxer marked in one stream may have cost packets of another stream without a trace.
    complaints = log.container_complaints + sum(max(0, stream.corrupt - stream.edge) for stream in log.streams.values())
    damage = tuple(
        stream_damage(stream.index, log.streams[stream.index], container_complaints=complaints)
        for stream in streams
        if stream.index in log.streams
    )
    lost = {stream.stream for stream in damage if stream.is_lost}
    video = tuple(
        _video(stream, described[stream.index], log.streams[stream.index], keyframes.get(stream.index), log.side_data)
        for stream in info.video
        if stream.index not in lost
    )
    audio = tuple(_audio(stream, log.streams[stream.index]) for stream in info.audio if stream.index not in lost)
    audio = programmes(audio, container=info.format) if audio else ()
    playable: tuple[VideoStream | AudioStream, ...] = (*video, *audio)
    start = min((stream.start for stream in playable), default=0.0)
    duration = max((stream.start + stream.duration for stream in playable), default=0.0) - start
    return replace(
        info,
        video=video,
        audio=audio,
        start=start,
        stated_start=min((stream.stated_start for stream in streams if stream.stated_start is not None), default=None),
        duration=duration,
        bit_rate=round(info.size * 8 / duration) if duration > 0 else None,
        damage=damage,
        has_discontinuities=log.discontinuities > 0,
        warnings=(*info.warnings, *_warnings(damage)),
    )


def with_keyframes(info: MediaInfo, data: Json, keyframes: Mapping[int, KeyframeScan]) -> MediaInfo:
    """Return the facts of a source, corrected by some of its keyframes; nothing else was decoded.

    :param info: facts from header and packets.
    :param data: what ``ffprobe -show_format -show_streams -of json`` printed.
    """
    described = {int(stream["index"]): stream for stream in data.get("streams", ())}
    video = tuple(
        replace(
            _fields(stream, keyframes.get(stream.index)),
            mirrored=_is_mirrored(described[stream.index]),
            mastering=_mastering(described[stream.index], keyframes.get(stream.index)),
        )
        for stream in info.video
    )
    return replace(info, video=video)


def _warnings(damage: tuple[StreamDamage, ...]) -> tuple[str, ...]:
    return tuple(str(stream) for stream in damage if stream.has_holes or stream.duplicated)


def _video(
    stream: VideoStream, described: Json, log: StreamLog, keyframes: KeyframeScan | None, logged: Mapping[str, str]
) -> VideoStream:
    measured = _rate(stream, log)
    last, end = extent(log.frames, log.clock, measured)
    header = PictureFormat(
        width=stream.width,
        height=stream.height,
        pixel_format=stream.pixel_format,
        sample_aspect_ratio=stream.sample_aspect_ratio,
        color_range=stream.color_range,
        color_space=stream.color_space,
        color_primaries=stream.color_primaries,
        color_transfer=stream.color_transfer,
    )
    formats = delivered(header, described, keyframes, log)
    picture = canvas(formats) if len(formats) > 1 else formats[0]
    return replace(
        _fields(stream, keyframes),
        width=picture.width,
        height=picture.height,
        pixel_format=picture.pixel_format,
        bit_depth=bit_depth(picture.pixel_format) or stream.bit_depth,
        sample_aspect_ratio=picture.sample_aspect_ratio,
        color_range=picture.color_range or stream.color_range,
        color_space=picture.color_space or stream.color_space,
        color_primaries=picture.color_primaries or stream.color_primaries,
        color_transfer=picture.color_transfer or stream.color_transfer,
        formats=formats if len(formats) > 1 else (),
        shapes=_shapes(log, keyframes),
        frame_rate=measured.rate,
        constant_frame_rate=measured.constant,
        fastest_rate=_fastest(log) if not measured.constant else None,
        usual_rate=_usual(log) if not measured.constant else None,
        longest_interval=float(max(log.frames.intervals, default=0) * log.clock),
        frame_count=log.frames.count,
        start=float((log.frames.first or 0) * log.clock),
        duration=float(end),
        last_frame_start=float(last),
        keyframe_interval=float(end) * stream.keyframe_interval / stream.duration
        if stream.duration
        else stream.keyframe_interval,
        mirrored=_is_mirrored(described),
        mastering=_mastering(described, keyframes) or _logged_mastering(stream, logged),
    )


def _shapes(log: StreamLog, keyframes: KeyframeScan | None) -> tuple[tuple[float, Fraction], ...]:
    """Return the start and value of each sample aspect ratio.

    ffmpeg gives all frames the header's ratio, but keyframes state the true one.
    """
    if keyframes is None or len(keyframes.ratios) < 2 or keyframes.count != len(log.keyframes):
        return ()
    return tuple((float(log.keyframes[number] * log.clock), ratio) for number, ratio in keyframes.ratios)


def _rate(stream: VideoStream, log: StreamLog) -> FrameRate:
    """Return the rate of the frames, or the packets' rate where frames are lost and the rest come unevenly."""
    stated = [stream.frame_rate] if stream.constant_frame_rate else []
    frames = frame_rate(log.frames, log.clock, stated)
    if frames.constant:
        return frames
    log.packets.finish()
    packets = frame_rate(log.packets, log.time_base, stated)
    harmed = log.missing or log.refused or log.corrupt
    return packets if packets.constant and harmed else frames


def _fastest(log: StreamLog) -> Fraction | None:
    """Return the rate of the fastest sustained motion, or the usual rate where it is higher.

    A higher usual rate means that frames are missing between others.
    """
    rates = [SUSTAINED / (log.shortest_motion * log.clock)] if log.shortest_motion else []
    if usual := _usual(log):
        rates.append(usual)
    return max(rates).limit_denominator(1001) if rates else None


def _usual(log: StreamLog) -> Fraction | None:
    """Return the rate that at least half of the intervals keep; None where there is none."""
    intervals, usual = log.frames.intervals, log.frames.usual_interval
    if usual <= 0 or 2 * intervals[usual] < intervals.total():
        return None
    return (1 / (usual * log.clock)).limit_denominator(1001)


def _fields(stream: VideoStream, keyframes: KeyframeScan | None) -> VideoStream:
    """Return the stream with the field order of its keyframes."""
    if keyframes is None or not keyframes.count:
        return stream
    is_mixed = 0 < keyframes.interlaced < keyframes.count
    return replace(stream, field_order=keyframes.field_order, mixed_fields=is_mixed)


def _mastering(described: Json, keyframes: KeyframeScan | None) -> MasteringDisplay | None:
    if keyframes is not None and keyframes.mastering is not None:
        return keyframes.mastering
    values: dict[str, Any] = {}
    for side in described.get("side_data_list", ()):
        values = {**side, **values}
    return mastering_display(values)


def _logged_mastering(stream: VideoStream, logged: Mapping[str, str]) -> MasteringDisplay | None:
    return mastering_display(logged) if stream.dynamic_range != "sdr" else None


def _is_mirrored(described: Json) -> bool:
    """Return whether the display matrix (ISO/IEC 14496-12 §8.3.2) flips the video: its determinant is then negative."""
    for side in described.get("side_data_list", ()):
        rows = _MATRIX_ROW.findall(str(side.get("displaymatrix", "")))
        if len(rows) == 3:
            (a, b, _), (c, d, _) = (tuple(map(int, row)) for row in rows[:2])
            return a * d - b * c < 0
    return False


_CHANNELS = {
    "mono": 1,
    "stereo": 2,
    "2.1": 3,
    "3.0": 3,
    "4.0": 4,
    "quad": 4,
    "5.0": 5,
    "5.0(side)": 5,
    "5.1": 6,
    "5.1(side)": 6,
    "7.1": 8,
}
"""Channels of the layouts whose ffmpeg name states no count; other layouts are named like ``6 channels``."""


def _audio(stream: AudioStream, log: StreamLog) -> AudioStream:
    first = log.frames.first or 0
    facts = replace(stream, start=float(first * log.clock), duration=float(log.frames.span * log.clock))
    if not log.sound_changes:
        return facts
    # The widest layout and the highest sample rate can hold every part of the stream.
    parts = [part for part in (log.first_sound, *log.sound_changes) if part]
    widest = max([stream.channel_layout, *(part.channel_layout for part in parts)], key=_channels)
    rate = max([stream.sample_rate, *(part.sample_rate for part in parts)])
    return replace(
        facts, changes=True, channels=_channels(widest) or stream.channels, channel_layout=widest, sample_rate=rate
    )


def _channels(layout: str) -> int:
    number, _, unit = layout.partition(" ")
    return int(number) if unit == "channels" and number.isdigit() else _CHANNELS.get(layout, 0)
