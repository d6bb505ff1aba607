"""Options of video encoders, each with its reason.

Sources: https://ffmpeg.org/ffmpeg-codecs.html, https://trac.ffmpeg.org/wiki/Encode, and ``x264 --fullhelp``, x265's and SVT-AV1's
parameter guides for the options that pass through to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from airflow_provider_media.core.media.info import MasteringDisplay

VideoCodec = Literal["h264", "h265", "av1", "vp9"]
Speed = Literal["fastest", "faster", "fast", "medium", "slow", "slower"]

PROBED: dict[VideoCodec, str] = {"h264": "h264", "h265": "hevc", "av1": "av1", "vp9": "vp9"}
"""ffprobe's names of the codecs."""

KEEP_CAPTIONS: tuple[VideoCodec, ...] = ("h264", "h265")
"""Codecs whose encoders write the closed captions that a source's pictures bring along; SVT-AV1 and libvpx drop them (decoded to see)."""

_X26X: dict[Speed, str] = {
    "fastest": "superfast",  # ultrafast gives up CABAC and costs twice the bits
    "faster": "veryfast",
    "fast": "fast",
    "medium": "medium",
    "slow": "slow",
    "slower": "slower",
}
_SVT_AV1: dict[Speed, int] = {"fastest": 10, "faster": 9, "fast": 8, "medium": 7, "slow": 5, "slower": 4}  # above 10 it shows
_VP9: dict[Speed, int] = {"fastest": 5, "faster": 5, "fast": 4, "medium": 3, "slow": 2, "slower": 1}  # above 5 only for live encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableFrameRate:
    """Frames at uneven times between keyframes at even ones."""

    keyframe_interval: Fraction
    """Seconds."""
    fastest: Fraction
    """Frames per second by which an encoder chooses the stream's level; by itself it would take the ticks of its time base for frames."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEncoding:
    """How one video stream is encoded."""

    codec: VideoCodec
    speed: Speed
    crf: int | None
    """Constant rate factor; absent where a bit rate rules."""
    bitrate: int | None
    """Average bits per second."""
    max_bitrate: int | None
    """Ceiling in bits per second over a buffer of two seconds."""
    gop_frames: int
    variable: VariableFrameRate | None = None
    """Absent where frames come at a constant rate."""
    b_frames: bool = True
    """Whether x264 and x265 may decode pictures in another order than they are shown in."""
    ten_bit: bool = False
    mastering: MasteringDisplay | None = None
    """Static HDR metadata to hand on."""

    @property
    def pixel_format(self) -> str:
        """Layout of samples: 4:2:0, because that is all that players decode everywhere."""
        return "yuv420p10le" if self.ten_bit else "yuv420p"


def video_options(encoding: VideoEncoding) -> dict[str, str]:
    """Options of one encoded video stream on an exact grid of keyframes."""
    own = {"x264": _x264, "x265": _x265, "svtav1": _svt_av1, "vpx": _vp9}[_ENCODER[encoding.codec]](encoding)
    return own | _rate(encoding) | _forced(encoding)


_ENCODER: dict[VideoCodec, str] = {"h264": "x264", "h265": "x265", "av1": "svtav1", "vp9": "vpx"}


SIDE_BY_SIDE = 3
"""Encoders in one command from which on each gets few threads."""


def side_by_side(chosen: Mapping[str, str]) -> dict[str, str]:
    """Options on top for an encoder that shares its command with others; none for what needs no care.

    :param chosen: the options that it has.
    """
    # x264 starts 1.5 threads per core for each encoder, which then wait for each other: four encoders on two cores take a tenth
    # less CPU with two threads each. Wider machines are filled by the number of encoders, and bytes no longer depend on the width.
    return {"threads:v": "2"} if chosen.get("c:v") == "libx264" else {}


def pass_options(encoding: VideoEncoding, number: Literal[1, 2], log: str) -> dict[str, str]:
    """Options on top for the first or second of two passes.

    :param log: beginning of the names of the files in which the first pass leaves its measurements.
    """
    if encoding.codec == "h265":
        # x265 reads its own options only, and all of them from one text.
        own = video_options(encoding)["x265-params"]
        return {"x265-params": f"{own}:pass={number}:stats={log}"}
    return {"pass": str(number), "passlogfile": log}


def _forced(encoding: VideoEncoding) -> dict[str, str]:
    """Options for keyframes at exact times, where frames are no measure of time."""
    if encoding.variable is None:
        return {}
    # A little early, because times are rounded to microseconds. forced-idr: other forced I-frames cannot begin a segment.
    moments = {"force_key_frames": f"expr:gte(t+0.0005,n_forced*{float(encoding.variable.keyframe_interval):.9f})"}
    return moments | ({"forced-idr": "1"} if encoding.codec in ("h264", "h265") else {})


def _rate(encoding: VideoEncoding) -> dict[str, str]:
    rate: dict[str, str] = {}
    if encoding.bitrate is not None:
        rate["b:v"] = str(encoding.bitrate)
    else:
        rate["crf"] = str(encoding.crf)
    if encoding.max_bitrate is not None and not (encoding.codec == "av1" and encoding.bitrate is not None):
        # SVT-AV1 refuses a ceiling beside an average: there it caps constant quality alone.
        # A buffer of two seconds bounds every segment near the ceiling, and leaves room for hard scenes.
        rate |= {"maxrate": str(encoding.max_bitrate), "bufsize": str(2 * encoding.max_bitrate)}
    return rate


def _x264(encoding: VideoEncoding) -> dict[str, str]:
    return {
        "c:v": "libx264",
        "preset": _X26X[encoding.speed],
        "x264-params": _keyframes(encoding) + _metadata(encoding.mastering, ("mastering-display", "cll"), 50_000, 10_000),
        "profile:v": _x264_profile(encoding),
    }


def _x264_profile(encoding: VideoEncoding) -> str:
    if encoding.ten_bit:
        return "high10"
    # High is decoded by every player of the last decade; crf 0 of eight bits loses nothing, which is beyond it.
    return "high444" if encoding.crf == 0 else "high"


def _x265(encoding: VideoEncoding) -> dict[str, str]:
    return {
        "c:v": "libx265",
        "preset": _X26X[encoding.speed],
        "x265-params": f"{_keyframes(encoding)}:log-level=error"  # its log would drown ffmpeg's own
        + _metadata(encoding.mastering, ("master-display", "max-cll"), 50_000, 10_000),
        "a53cc": "1",  # closed captions come along, as they do by default with x264
    }


def _keyframes(encoding: VideoEncoding) -> str:
    """Keyframes of x264 and x265 on the grid alone."""
    # keyint = min-keyint and no scene cuts: never a keyframe between; no open GOP: every one can begin a segment.
    order = "" if encoding.b_frames else ":bframes=0"
    speed = f":fps={encoding.variable.fastest}" if encoding.variable else ""
    return f"keyint={encoding.gop_frames}:min-keyint={encoding.gop_frames}:scenecut=0:open-gop=0{order}{speed}"


def _metadata(mastering: MasteringDisplay | None, names: tuple[str, str], chromaticity: int, luminance: int) -> str:
    """Parameters that carry static HDR metadata; ffmpeg hands it to the first output of a command alone.

    :param names: of the parameters for the display and for the light levels.
    :param chromaticity: units to one, as the encoder counts them: whole ones where there are many, for it reads no fraction then.
    :param luminance: units to a candela per square metre, likewise.
    """
    if mastering is None:
        return ""
    text = ""
    if mastering.chromaticities:
        values = [_figure(value, chromaticity) for value in mastering.chromaticities]
        points = zip(("G", "B", "R", "WP"), values[::2], values[1::2], strict=True)
        light = ",".join(_figure(value, luminance) for value in mastering.luminances)
        text = f":{names[0]}={''.join(f'{name}({x},{y})' for name, x, y in points)}L({light})"
    if mastering.max_content:
        text += f":{names[1]}={mastering.max_content},{mastering.max_average}"
    return text


def _figure(value: Fraction, units: int) -> str:
    return str(round(value * units)) if units > 1 or value.denominator == 1 else f"{float(value):.4f}"


def _svt_av1(encoding: VideoEncoding) -> dict[str, str]:
    fastest = encoding.variable.fastest if encoding.variable else None
    speed = f":fps-num={fastest.numerator}:fps-denom={fastest.denominator}" if fastest else ""
    return {
        "c:v": "libsvtav1",
        "preset": str(_SVT_AV1[encoding.speed]),
        "g": str(encoding.gop_frames),
        # scd=0: no keyframes at scene cuts; irefresh-type=2: closed GOPs, so that every one can begin a segment.
        "svtav1-params": "scd=0:irefresh-type=2" + speed + _metadata(encoding.mastering, ("mastering-display", "content-light"), 1, 1),
    }


def _vp9(encoding: VideoEncoding) -> dict[str, str]:
    return {
        "c:v": "libvpx-vp9",
        "deadline": "good",
        "cpu-used": str(_VP9[encoding.speed]),
        "row-mt": "1",  # threads beyond one per tile column
        "g": str(encoding.gop_frames),
        "keyint_min": str(encoding.gop_frames),  # equal to g: libvpx then places none of its own
        # crf means nothing to libvpx above a bit rate of 0 but a ceiling of quality; with a ceiling of bits it is capped quality.
        **({"b:v": str(encoding.max_bitrate or 0)} if encoding.bitrate is None else {}),
    }
