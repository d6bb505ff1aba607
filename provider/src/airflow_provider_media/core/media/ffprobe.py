"""MediaInfo from ffprobe's output: the facts of the header, corrected by those of the packets."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from airflow_provider_media.core.media.ffprobe_fields import (
    Json,
    fraction_of,
    index_of,
    known_text,
    plain_text,
    seconds_of,
    stream_time_base,
    tag_of,
    whole_number,
)
from airflow_provider_media.core.media.info import (
    AudioStream,
    DynamicRange,
    FieldOrder,
    MediaInfo,
    Rotation,
    SubtitleStream,
    VideoStream,
)
from airflow_provider_media.core.media.packets import StreamPackets, extent, frame_rate
from airflow_provider_media.core.media.roles import role_of, titled_role

PACKET_ENTRIES = "packet=stream_index,pts,dts,duration,size,flags"
"""Fields of each packet that ffprobe prints in this order, with ``-of compact=p=0:nk=1``."""

_FIELD_ORDERS: dict[str, FieldOrder] = {
    # ffprobe names the field coded first, then the field shown first. "tb" and "bt" are unreliable: by
    # libavcodec/defs.h the second letter counts, but ffmpeg's own encoders write "tb" for frames whose top field is
    # shown first.
    "progressive": "progressive",
    "tt": "top_first",
    "bb": "bottom_first",
}
_DYNAMIC_RANGES: dict[str, DynamicRange] = {"smpte2084": "hdr10", "arib-std-b67": "hlg"}
_DEPTH = re.compile(r"(?:yuva?\d{3}p|yuvj\d{3}p|gbra?p|gray|ya|p[024]|xv3?|y2)(9|10|12|14|16)(?:le|be|msble|msbbe)?")
_DEEP = {"rgb48": 16, "bgr48": 16, "rgba64": 16, "bgra64": 16, "ayuv64": 16, "x2rgb10": 10, "x2bgr10": 10, "xyz12": 12}
_ALPHA = re.compile(r"yuva|gbrap|rgba|bgra|argb|abgr|ya8|ya16|ayuv|vuya")
_PRIMING = 0.1  # seconds; the longest priming of common encoders is 0.09 (HE-AAC at 22 kHz)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*")
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


@dataclass(slots=True)
class PacketScan:
    """Facts of all packets of a file, by stream.

    ``read`` takes millions of lines and is written for speed.
    """

    streams: dict[int, StreamPackets]

    @classmethod
    def of(cls, data: Json) -> PacketScan:
        """Return an empty scan for the video and audio streams that ffprobe lists."""
        kinds = {index_of(stream): stream.get("codec_type") for stream in data.get("streams", ())}
        return cls(
            {index: StreamPackets(timed=kind == "video") for index, kind in kinds.items() if kind in ("video", "audio")}
        )

    def read(self, line: str) -> None:
        """Read one line of ffprobe's packet list."""
        try:
            index, pts, dts, duration, size, flags, *_ = line.split("|")
            packets = self.streams.get(int(index))
            if packets is not None:
                # AVI and MPEG-PS may state only the decoding time of a packet.
                packets.add(
                    int(pts if pts != "N/A" else dts), int(duration) if duration != "N/A" else 0, int(size), flags
                )
        except ValueError:
            return  # side data, or a packet without any time


def parse(data: Json, scan: PacketScan, *, size: int, warnings: tuple[str, ...] = ()) -> MediaInfo:
    """Return the facts of one file.

    :param data: what ``ffprobe -show_format -show_streams -show_chapters -of json`` printed.
    :param scan: the file's packets.
    :param size: bytes of the file.
    :param warnings: damage that was accepted.
    """
    for packets in scan.streams.values():
        packets.finish()
    header = data.get("format", {})
    kinds: defaultdict[str, list[Json]] = defaultdict(list)
    for stream in data.get("streams", ()):
        kinds[_kind(stream)].append(stream)
    held = {index for index, packets in scan.streams.items() if packets.count}
    video = tuple(
        _video(s, scan.streams[index_of(s)]) for s in kinds["video"] if index_of(s) in held and s.get("width")
    )
    audio = tuple(
        _audio(s, scan.streams[index_of(s)]) for s in kinds["audio"] if index_of(s) in held and s.get("codec_name")
    )
    playable: tuple[VideoStream | AudioStream, ...] = (*video, *audio)
    known = {s.index for s in playable}
    lost = [s for s in (*kinds["video"], *kinds["audio"]) if index_of(s) not in known]
    start = min((s.start for s in playable), default=0.0)
    duration = max((s.start + s.duration for s in playable), default=0.0) - start
    return MediaInfo(
        format=str(header.get("format_name", "")),
        size=size,
        duration=duration,
        start=start,
        header_duration=seconds_of(header.get("duration")),
        bit_rate=round(size * 8 / duration) if duration > 0 else None,
        video=video,
        audio=audio,
        subtitles=tuple(map(_subtitles, kinds["subtitle"])),
        attached_pictures=tuple(map(index_of, kinds["picture"])),
        tags=_tags(header.get("tags", {})),
        warnings=(
            *warnings,
            *(
                f"stream {index_of(s)} ({s.get('codec_type')}) holds nothing that can be played and is left out"
                for s in lost
            ),
        ),
        chapters=len(data.get("chapters", ())),
        data_streams=tuple(_data(s) for s in kinds["data"] if not _holds_chapters(s, data)),
        attachments=len(kinds["attachment"]),
    )


def _kind(stream: Json) -> str:
    disposition = stream.get("disposition", {})
    if stream.get("codec_type") == "video" and (disposition.get("attached_pic") or disposition.get("timed_thumbnails")):
        return "picture"
    return str(stream.get("codec_type"))


def _video(stream: Json, packets: StreamPackets) -> VideoStream:
    base = stream_time_base(stream)
    measured = frame_rate(
        packets, base, [fraction_of(stream.get("r_frame_rate")), fraction_of(stream.get("avg_frame_rate"))]
    )
    first = packets.first or 0
    last, end = extent(packets, base, measured)
    pixel_format = str(stream.get("pix_fmt", ""))
    return VideoStream(
        index=index_of(stream),
        codec=str(stream.get("codec_name", "")),
        profile=str(stream.get("profile", "")),
        width=whole_number(stream.get("width"), 0),
        height=whole_number(stream.get("height"), 0),
        rotation=_rotation(stream),
        sample_aspect_ratio=fraction_of(stream.get("sample_aspect_ratio", "")) or Fraction(1),
        frame_rate=measured.rate,
        constant_frame_rate=measured.constant,
        frame_count=packets.count,
        start=float(first * base),
        stated_start=seconds_of(stream.get("start_time")),
        duration=float(end),
        header_duration=_stated_duration(stream),
        last_frame_start=float(last),
        keyframe_interval=float(end) / max(1, packets.keyframes),
        field_order=_FIELD_ORDERS.get(str(stream.get("field_order")), "unknown"),
        pixel_format=pixel_format,
        bit_depth=bit_depth(pixel_format) or whole_number(stream.get("bits_per_raw_sample"), 0) or 8,
        alpha=bool(_ALPHA.match(pixel_format)) or tag_of(stream, "alpha_mode") == "1",
        dynamic_range=_dynamic_range(stream),
        color_primaries=known_text(stream.get("color_primaries")),
        color_transfer=known_text(stream.get("color_transfer")),
        color_space=known_text(stream.get("color_space")),
        color_range=known_text(stream.get("color_range")),
        bit_rate=_bit_rate(packets, end),
        **_identity(stream),
    )


def _audio(stream: Json, packets: StreamPackets) -> AudioStream:
    base = stream_time_base(stream)
    start = _audible(float((packets.first or 0) * base), seconds_of(stream.get("start_time")))
    return AudioStream(
        index=index_of(stream),
        codec=str(stream.get("codec_name", "")),
        channels=whole_number(stream.get("channels"), 0),
        channel_layout=known_text(stream.get("channel_layout")),
        sample_rate=whole_number(stream.get("sample_rate"), 0),
        start=start,
        stated_start=seconds_of(stream.get("start_time")),
        duration=float(packets.end * base) - start,
        header_duration=_stated_duration(stream),
        bit_rate=_bit_rate(packets, packets.span * base),
        **_identity(stream),
    )


def _audible(start: float, stated: float | None) -> float:
    # Matroska's first packets may be an encoder's inaudible priming; ffprobe states the start without it.
    return stated if stated is not None and start + 0.001 < stated <= start + _PRIMING else start


def _subtitles(stream: Json) -> SubtitleStream:
    forced = bool(stream.get("disposition", {}).get("forced"))
    return SubtitleStream(
        index=index_of(stream), codec=str(stream.get("codec_name", "")), forced=forced, **_identity(stream)
    )


def _identity(stream: Json) -> dict[str, Any]:
    """Return the facts by which people and players tell tracks apart."""
    flags = tuple(flag for flag, given in stream.get("disposition", {}).items() if given)
    title = _title(stream)
    known = {"title": title, "disposition": flags, "role": role_of(flags, title), "default": "default" in flags}
    return {"language": _language(stream), **known}


def _title(stream: Json) -> str:
    # MP4 stores the title as ``name``. The handler's name is mostly a default of the writing tool, but some tools put
    # the title there.
    title = plain_text(tag_of(stream, "title") or tag_of(stream, "name"))
    handler = plain_text(tag_of(stream, "handler_name"))
    return title or (handler if titled_role(handler) else "")


def _data(stream: Json) -> str:
    codec, tag = str(stream.get("codec_name", "bin_data")), str(stream.get("codec_tag_string", ""))
    if codec not in ("bin_data", "none"):
        return codec
    return tag if tag.isalnum() else "data"


def _holds_chapters(stream: Json, data: Json) -> bool:
    """Return whether a data stream is the text track with MP4's chapter names."""
    return bool(data.get("chapters")) and stream.get("codec_tag_string") == "text"


def _rotation(stream: Json) -> Rotation:
    turned = next((float(side["rotation"]) for side in stream.get("side_data_list", ()) if "rotation" in side), 0.0)
    # ffprobe counts counter-clockwise; video of a slightly tilted phone still has one of four sides up.
    return cast("Rotation", round(-turned / 90) * 90 % 360)


def _dynamic_range(stream: Json) -> DynamicRange:
    if any("DOVI" in str(side.get("side_data_type")) for side in stream.get("side_data_list", ())):
        return "dolby_vision"
    return _DYNAMIC_RANGES.get(str(stream.get("color_transfer")), "sdr")


def bit_depth(pixel_format: str) -> int:
    """Return the bits per sample of a pixel format by its name in ffmpeg; 0 for an empty name."""
    if match := _DEPTH.fullmatch(pixel_format):
        return int(match[1])
    deep = next((depth for name, depth in _DEEP.items() if pixel_format.startswith(name)), 0)
    return deep or (8 if pixel_format else 0)


def _stated_duration(stream: Json) -> float | None:
    if match := _CLOCK.fullmatch(tag_of(stream, "DURATION")):
        # Matroska states a stream's end, not its duration; ffprobe's own duration of the stream may be the end of the
        # file.
        hours, minutes, seconds = match.groups()
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds) - (seconds_of(stream.get("start_time")) or 0)
    return seconds_of(stream.get("duration"))


def _bit_rate(packets: StreamPackets, seconds: Fraction) -> int | None:
    return round(packets.bytes * 8 / seconds) if seconds > 0 else None


def _language(stream: Json) -> str:
    language = tag_of(stream, "language")
    return language if _LANGUAGE.fullmatch(language) and language != "und" else ""


def _tags(tags: Json) -> tuple[tuple[str, str], ...]:
    # Tags are untrusted: keep few, short ones, each on one line.
    return tuple(sorted((plain_text(key), plain_text(value)) for key, value in list(tags.items())[:64]))
