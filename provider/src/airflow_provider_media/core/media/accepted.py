"""Accepted formats of sources, by ffmpeg's names and common names, and the advice that raises a limit."""

from __future__ import annotations

from types import MappingProxyType

DEMUXERS = MappingProxyType(
    {
        # video
        "mov": "MP4/MOV",
        "matroska": "Matroska/WebM",
        "mpegts": "MPEG-TS",
        "mpeg": "MPEG-PS",
        "mpegvideo": "MPEG-1/2 video",
        "avi": "AVI",
        "mxf": "MXF",
        "flv": "FLV",
        "asf": "ASF/WMV/WMA",
        "ogg": "Ogg",
        "gif": "GIF",
        "dv": "DV",
        "ivf": "IVF",
        "yuv4mpegpipe": "YUV4MPEG",
        # audio
        "wav": "WAV",
        "w64": "Wave64",
        "aiff": "AIFF",
        "caf": "CAF",
        "mp3": "MP3",
        "aac": "AAC",
        "ac3": "AC-3",
        "eac3": "E-AC-3",
        "flac": "FLAC",
        "amr": "AMR",
    }
)
"""Demuxers of self-contained formats, with the names of these formats.

Demuxers that open other files (hls, dash, concat, sdp, imf) or draw (svg, tty) are left out."""

ACCEPTED = f"accepted are {', '.join(DEMUXERS.values())}"
"""The allowed formats, as refusals of a format state them."""


def larger_limit(name: str) -> str:
    """Return the advice that raises a limit, as the end of an error's sentence.

    :param name: field of ``Limits``.
    """
    return f"raise `limit_{name}` in the section [media] of Airflow's configuration"
