"""Parameters of a transcode that are given in the request instead of in a template."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from airflow_provider_media.core.outputs.transcode import VIDEO_CODECS
from airflow_provider_media.core.workflows.mps.part import Part

CONTAINERS = {name: name for name in ("mp4", "webm", "mkv", "mov", "ts", "mp3", "flac", "ogg", "m4a", "wav")}
VIDEO = {"h264": "h264", "libx264": "h264", "h265": "h265", "libx265": "h265", "av1": "av1", "vp9": "vp9"}
AUDIO = {"aac": "aac", "libfdk_aac": "aac", "mp3": "mp3", "libmp3lame": "mp3", "flac": "flac", "pcm16": "pcm"}
ORIENTATIONS = {"open": "source", "close": "fixed"}
FITS = {"black": "pad", "stretch": "stretch", "gauss": "blur"}
MODES = {"VBR": "bitrate", "ABR": "bitrate", "CBR": "constant", "VCRF": "crf"}
PICTURE = (
    *("Codec", "Fps", "FpsDenominator", "Bitrate", "Mode", "Vcrf", "Gop", "GopUnit"),
    *("Width", "Height", "ResolutionAdaptive", "FillType"),
)
SOUND = ("Codec", "Bitrate", "SampleRate", "AudioChannel")


def raw_transcode(raw: Part) -> dict[str, Any]:
    """Return the output that ``RawParameter`` describes.

    :raises ConfigurationError: with the name of an unsupported field.
    """
    raw.only("Container", "RemoveVideo", "RemoveAudio", "VideoTemplate", "AudioTemplate")
    container = raw.one_of("Container", CONTAINERS)
    video: Any = "drop"
    if not raw.flag("RemoveVideo") and container in VIDEO_CODECS:
        video = video_of(raw.part("VideoTemplate"))
    audio = "drop" if raw.flag("RemoveAudio") else audio_of(raw.part("AudioTemplate"))
    if video == audio == "drop":
        raise raw.wrong("RemoveAudio", f"leaves nothing of a file in {container}")
    return {"container": container, "video": video, "audio": audio}


def video_of(part: Part) -> dict[str, Any]:
    """Return the video settings that ``VideoTemplate`` describes; a bit rate of 0 means constant quality here.

    :raises ConfigurationError: with the name of an unsupported field.
    """
    part.only(*PICTURE, "VideoProfile", "BitDepth")
    part.one_of("VideoProfile", {"default": None}, "default")
    size = {"width": part.number("Width"), "height": part.number("Height")}
    rate = _frame_rate(part)
    return {
        "codec": part.one_of("Codec", VIDEO),
        "fit": part.one_of("FillType", FITS, "black"),
        "orientation": part.one_of("ResolutionAdaptive", ORIENTATIONS, "open"),
        **{side: int(pixels) for side, pixels in size.items() if pixels},
        **_rate(part),
        **_gop(part, rate),
        **({"frame_rate": str(rate)} if rate else {}),
        **({"bit_depth": part.one_of("BitDepth", {8: 8, 10: 10})} if part.get("BitDepth") else {}),
    }


def _frame_rate(part: Part) -> Fraction | None:
    """Return the frames per second; ``None`` for the source's frame rate."""
    rate = Fraction(str(part.number("Fps")))
    return rate / Fraction(str(part.number("FpsDenominator") or 1)) if rate else None


def _rate(part: Part) -> dict[str, int]:
    mode = part.one_of("Mode", MODES, "VBR")
    if mode == "crf":
        part.needed("Vcrf")
        return {"crf": int(part.number("Vcrf"))}
    bitrate = int(1000 * part.number("Bitrate"))
    if not bitrate:
        return {}
    return {"bitrate": bitrate, **({"max_bitrate": bitrate} if mode == "constant" else {})}


def _gop(part: Part, rate: Fraction | None) -> dict[str, float]:
    gop = part.number("Gop")
    if not gop:
        return {}
    if part.one_of("GopUnit", {"frame": True, "second": False}, "frame"):
        if rate is None:
            raise part.wrong("Gop", "counts frames, and Fps is the source's own: give Fps, or GopUnit second")
        return {"gop_seconds": float(gop / rate)}
    return {"gop_seconds": gop}


def audio_of(part: Part) -> Any:
    """Return the audio settings that ``AudioTemplate`` describes, or ``copy``.

    :raises ConfigurationError: with the name of an unsupported field.
    """
    part.only(*SOUND)
    if part.get("Codec") == "copy":
        return "copy"
    given = {
        "bitrate": int(1000 * part.number("Bitrate")),
        "sample_rate": int(part.number("SampleRate")),
        "channels": int(part.number("AudioChannel", 2)),
    }
    return {"codec": part.one_of("Codec", AUDIO), **{name: value for name, value in given.items() if value}}
