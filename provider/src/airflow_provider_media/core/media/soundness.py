"""Checks of a source's limits, and of its packets against the claims of its header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_media.core.media.accepted import ACCEPTED, larger_limit
from airflow_provider_media.core.media.errors import SourceNotMedia, SourceTooLarge
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.media.packets import StreamPackets

_PROMISING = {"mov", "matroska", "avi", "flv", "asf", "mxf", "wav", "w64", "aiff", "flac", "mp3"}
"""Formats whose header states a duration; for other formats, ffprobe guesses the duration from the bytes present."""
_GUESSED = "Estimating duration from bitrate"
"""ffmpeg's message about audio whose header states no duration, such as MP3 without a Xing frame."""
_CUT = re.compile(r"partial file|File ended prematurely|Truncat(?:ed|ing) (?:packet|file|at)|Packet corrupt.*EOF")
_UNKNOWN_LENGTH = "Ignoring maximum wav data size"
"""ffmpeg's message about a WAV that was written to a pipe: its header holds the largest number instead of a length."""
RAGGED = {"mpegts", "mpeg", "mpegvideo", "mp3", "aac", "ac3", "eac3", "dv", "flv", "ogg"}
"""Formats without an index, which recorders cut anywhere."""
_TS_PACKETS = (188, 192, 204)
"""Bytes of one transport stream packet: ISO/IEC 13818-1; with the time code of Blu-ray discs; with error correction."""
_SLACK = 0.25
"""Seconds by which a header may overstate a duration: it may include an encoder's priming or a longer last frame."""
_SLACK_SHARE = 0.002
_WEAK_SCORE = 25
"""ffmpeg's AVPROBE_SCORE_RETRY: at or below this score, ffprobe guessed the format."""


def check_header(data: Mapping[str, Any], *, pixels: int, streams: int) -> None:
    """Refuse a file whose header alone shows no media or too large media, before its packets are read.

    :param data: what ``ffprobe -show_format -show_streams -of json`` printed.
    :param pixels: largest allowed width times height.
    :param streams: largest allowed number of streams.
    :raises SourceNotMedia: when there is neither video nor audio, or ffprobe only guessed the format.
    :raises SourceTooLarge: when there are too many streams or pixels.
    """
    found = data.get("streams", [])
    if not any(stream.get("codec_type") in ("video", "audio") for stream in found):
        raise SourceNotMedia(f"the source holds neither picture nor sound; {ACCEPTED}: convert it to one of them")
    if int(data.get("format", {}).get("probe_score", 100)) <= _WEAK_SCORE:
        raise SourceNotMedia(f"no media format was recognised in the source; {ACCEPTED}: convert it to one of them")
    if len(found) > streams:
        message = (
            f"the source has {len(found)} streams; {streams} are allowed: upload one with fewer, or"
            f" {larger_limit('streams')}"
        )
        raise SourceTooLarge(message, measured=len(found), allowed=streams)
    for stream in found:
        width, height = int(stream.get("width") or 0), int(stream.get("height") or 0)
        if width * height > pixels:
            advice = f"upload a smaller one, or {larger_limit('pixels')}"
            message = (
                f"the source's picture is {width}x{height}, {width * height} pixels; {pixels} are allowed: {advice}"
            )
            raise SourceTooLarge(message, measured=width * height, allowed=pixels)


def check_facts(info: MediaInfo, *, duration: float, frame_rate: float) -> None:
    """Refuse a file whose packets show too long a duration or too high a frame rate.

    :param duration: longest allowed length in seconds.
    :param frame_rate: highest allowed frames per second.
    :raises SourceTooLarge: when the file exceeds a limit.
    """
    if info.duration > duration:
        advice = f"upload it in shorter parts, or {larger_limit('duration')}"
        message = f"the source lasts {info.duration:.0f} s; {duration:.0f} s are allowed: {advice}"
        raise SourceTooLarge(message, measured=info.duration, allowed=duration)
    for stream in info.video:
        if stream.frame_rate > frame_rate:
            rate = float(stream.frame_rate)
            advice = f"convert it to fewer, or {larger_limit('frame_rate')}"
            message = f"the source has {rate:.0f} frames per second; {frame_rate:.0f} are allowed: {advice}"
            raise SourceTooLarge(message, measured=rate, allowed=frame_rate)


def is_ragged(info: MediaInfo, said: str) -> bool:
    """Return whether a file may lawfully begin and end anywhere.

    :param said: ffprobe's stderr.
    """
    return info.format in RAGGED or _UNKNOWN_LENGTH in said


def shortfall(info: MediaInfo, streams: Iterable[StreamPackets], *, said: str = "", tail: bytes = b"") -> str | None:
    """Return how a file ends too early, in words; None for a whole file.

    :param streams: the packets of each stream.
    :param said: ffprobe's stderr.
    :param tail: the file's last 64 KiB.
    """
    if _GUESSED not in said and (missing := _missing(info)):
        return f"its header promises {missing[0]:.2f} s, and its packets hold {missing[1]:.2f} s"
    if _UNKNOWN_LENGTH in said:
        return None
    ragged = any(packets.corrupt_end for packets in streams)
    if _CUT.search(said) or (ragged and info.format != "mpegts") or _lacks_its_end(info.format, tail):
        return f"it ends in the middle of its media, after {info.duration:.2f} s"
    if info.format == "mpegts" and info.size and all(info.size % size for size in _TS_PACKETS):
        return f"it ends in the middle of a packet, after {info.duration:.2f} s"
    return None


def _missing(info: MediaInfo) -> tuple[float, float] | None:
    if not _PROMISING & set(info.format.split(",")):
        return None
    # Some headers count from zero and some from the start of the media: the packets' longer duration is compared with
    # them.
    streams: tuple[VideoStream | AudioStream, ...] = (*info.video, *info.audio)
    claims = [(info.header_duration, max(info.duration, info.start + info.duration))]
    claims += [(stream.header_duration, stream.duration) for stream in streams]
    short = [
        (claimed, held) for claimed, held in claims if claimed and claimed - held > max(_SLACK, claimed * _SLACK_SHARE)
    ]
    return max(short, default=None)


def _lacks_its_end(form: str, tail: bytes) -> bool:
    if form == "gif":  # GIF89a §27: the trailer; bytes behind it are padding
        return not tail.rstrip(b"\0").endswith(b";")
    return form == "ogg" and _lacks_last_page(tail)


def _lacks_last_page(tail: bytes) -> bool:
    # ffprobe does not report this. RFC 3533 §6: bit 2 of the header type marks the last page; 27 bytes of header
    # precede a table of lengths.
    page = tail[tail.rfind(b"OggS") :]
    whole = len(page) > 26 and len(page) >= 27 + page[26] + sum(page[27 : 27 + page[26]])
    return not (whole and page[5] & 0x04)


def unplayable(info: MediaInfo) -> str | None:
    """Return why there is nothing to decode, in words; None where there is something."""
    return None if info.video or info.audio else "none of its streams holds a packet"


def holes(info: MediaInfo) -> str | None:
    """Return the damage of a source, in words; None where a decoder delivers the whole source."""
    return "; ".join(str(stream) for stream in info.damage if stream.has_holes) or None
