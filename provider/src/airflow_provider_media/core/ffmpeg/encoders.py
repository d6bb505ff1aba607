"""Options of video encoders, each with its reason.

Sources: https://ffmpeg.org/ffmpeg-codecs.html, https://trac.ffmpeg.org/wiki/Encode, and, for options that pass through
to the encoders, ``x264 --fullhelp`` and the parameter guides of x265 and SVT-AV1.
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
"""Codecs whose encoders write the closed captions of the source's video.

SVT-AV1 and libvpx drop the captions (checked by decoding their output).
"""

_X26X: dict[Speed, str] = {
    "fastest": "superfast",  # ultrafast gives up CABAC and costs twice the bits
    "faster": "veryfast",
    "fast": "fast",
    "medium": "medium",
    "slow": "slow",
    "slower": "slower",
}
_SVT_AV1: dict[Speed, int] = {
    "fastest": 10,
    "faster": 9,
    "fast": 8,
    "medium": 7,
    "slow": 5,
    "slower": 4,
}  # above 10 the loss is visible
_VP9: dict[Speed, int] = {
    "fastest": 5,
    "faster": 5,
    "fast": 4,
    "medium": 3,
    "slow": 2,
    "slower": 1,
}  # above 5 only for live encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableFrameRate:
    """Frames at uneven times, between keyframes at even times."""

    keyframe_interval: Fraction
    """Seconds."""
    fastest: Fraction
    """Frames per second from which an encoder chooses the stream's level.

    Without this rate, the encoder would take the ticks of its time base for frames.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEncoding:
    """Encoding settings of one video stream."""

    codec: VideoCodec
    speed: Speed
    crf: float | None
    """Constant rate factor; absent where a bit rate is set."""
    bitrate: int | None
    """Average bits per second."""
    max_bitrate: int | None
    """Ceiling in bits per second over a buffer of two seconds."""
    gop_frames: int
    variable: VariableFrameRate | None = None
    """Absent where frames come at a constant rate."""
    b_frames: bool = True
    """Whether x264 and x265 may use B-frames, with a decoding order other than presentation order."""
    ten_bit: bool = False
    mastering: MasteringDisplay | None = None
    """Static HDR metadata to pass on."""

    @property
    def pixel_format(self) -> str:
        """Pixel format: 4:2:0, the only chroma subsampling that players decode everywhere."""
        return "yuv420p10le" if self.ten_bit else "yuv420p"


def video_options(encoding: VideoEncoding) -> dict[str, str]:
    """Return the options of one encoded video stream on an exact grid of keyframes."""
    own = {"x264": _x264, "x265": _x265, "svtav1": _svt_av1, "vpx": _vp9}[_ENCODER[encoding.codec]](encoding)
    return own | _rate(encoding) | _forced(encoding)


_ENCODER: dict[VideoCodec, str] = {"h264": "x264", "h265": "x265", "av1": "svtav1", "vp9": "vpx"}


SIDE_BY_SIDE = 3
"""Number of encoders in one command from which each encoder gets few threads."""


def side_by_side(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the extra options of an encoder that shares its command with others; empty where it needs none.

    :param chosen: the encoder's options so far.
    """
    # x264 starts 1.5 threads per core for each encoder, and the threads wait for each other: four encoders on two cores
    # take a tenth less CPU with two threads each. The number of encoders fills machines with more cores. The encoded
    # bytes no longer depend on the number of cores.
    return {"threads:v": "2"} if chosen.get("c:v") == "libx264" else {}


def pass_options(encoding: VideoEncoding, number: Literal[1, 2], log: str) -> dict[str, str]:
    """Return the extra options for the first or second of two passes.

    :param log: prefix of the names of the files in which the first pass leaves its measurements.
    """
    if encoding.codec == "h265":
        # x265 reads only its own parameters, and all of them from one string.
        own = video_options(encoding)["x265-params"]
        return {"x265-params": f"{own}:pass={number}:stats={log}"}
    return {"pass": str(number), "passlogfile": log}


def _forced(encoding: VideoEncoding) -> dict[str, str]:
    """Return the options for keyframes at exact times, where frame counts do not measure time."""
    if encoding.variable is None:
        return {}
    # A little early, because times are rounded to microseconds. forced-idr: a forced I-frame without IDR cannot begin a
    # segment.
    moments = {"force_key_frames": f"expr:gte(t+0.0005,n_forced*{float(encoding.variable.keyframe_interval):.9f})"}
    return moments | ({"forced-idr": "1"} if encoding.codec in ("h264", "h265") else {})


def _rate(encoding: VideoEncoding) -> dict[str, str]:
    rate: dict[str, str] = {}
    if encoding.bitrate is not None:
        rate["b:v"] = str(encoding.bitrate)
    else:
        rate["crf"] = f"{encoding.crf:g}"
    if encoding.max_bitrate is not None and not (encoding.codec == "av1" and encoding.bitrate is not None):
        # SVT-AV1 refuses a ceiling beside an average: its ceiling caps constant quality alone.
        # A buffer of two seconds keeps every segment near the ceiling, and leaves room for complex scenes.
        rate |= {"maxrate": str(encoding.max_bitrate), "bufsize": str(2 * encoding.max_bitrate)}
    return rate


def _x264(encoding: VideoEncoding) -> dict[str, str]:
    return {
        "c:v": "libx264",
        "preset": _X26X[encoding.speed],
        "x264-params": _keyframes(encoding)
        + _metadata(encoding.mastering, ("mastering-display", "cll"), 50_000, 10_000),
        "profile:v": _x264_profile(encoding),
    }


def _x264_profile(encoding: VideoEncoding) -> str:
    if encoding.ten_bit:
        return "high10"
    # Every player of the last decade decodes High. crf 0 in eight bits is lossless, which High does not allow.
    return "high444" if encoding.crf == 0 else "high"


def _x265(encoding: VideoEncoding) -> dict[str, str]:
    return {
        "c:v": "libx265",
        "preset": _X26X[encoding.speed],
        "x265-params": f"{_keyframes(encoding)}:log-level=error"  # x265's log would drown ffmpeg's own
        + _metadata(encoding.mastering, ("master-display", "max-cll"), 50_000, 10_000),
        "a53cc": "1",  # keep closed captions, as x264 does by default
    }


def _keyframes(encoding: VideoEncoding) -> str:
    """Return the parameters of x264 and x265 for keyframes on the grid alone."""
    # keyint = min-keyint and no scene cuts: no keyframe between. No open GOP: every keyframe can begin a segment.
    order = "" if encoding.b_frames else ":bframes=0"
    speed = f":fps={encoding.variable.fastest}" if encoding.variable else ""
    return f"keyint={encoding.gop_frames}:min-keyint={encoding.gop_frames}:scenecut=0:open-gop=0{order}{speed}"


def _metadata(mastering: MasteringDisplay | None, names: tuple[str, str], chromaticity: int, luminance: int) -> str:
    """Return the parameters of static HDR metadata; ffmpeg itself passes it to the first output of a command alone.

    :param names: names of the parameters for the display and for the light levels.
    :param chromaticity: the encoder's units per 1.0; above 1, the encoder reads whole numbers only.
    :param luminance: the encoder's units per candela per square metre, likewise.
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
        # scd=0: no keyframes at scene cuts; irefresh-type=2: closed GOPs, so that every GOP can begin a segment.
        "svtav1-params": "scd=0:irefresh-type=2"
        + speed
        + _metadata(encoding.mastering, ("mastering-display", "content-light"), 1, 1),
    }


def _vp9(encoding: VideoEncoding) -> dict[str, str]:
    return {
        "c:v": "libvpx-vp9",
        "deadline": "good",
        "cpu-used": str(_VP9[encoding.speed]),
        "row-mt": "1",  # more threads than one per tile column
        "g": str(encoding.gop_frames),
        "keyint_min": str(encoding.gop_frames),  # equal to g: libvpx then places no keyframes of its own
        # libvpx: crf with a bit rate of 0 is constant quality; crf with a higher bit rate is quality capped at that
        # rate.
        **({"b:v": str(encoding.max_bitrate or 0)} if encoding.bitrate is None else {}),
    }
