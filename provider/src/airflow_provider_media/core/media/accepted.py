"""What sources may be: their formats, by ffmpeg's names and people's, and what raises a limit."""

from __future__ import annotations

from types import MappingProxyType

DEMUXERS = MappingProxyType(
    {
        # moving pictures
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
        # sound
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
"""Demuxers that hold their media themselves, with the names of their formats.

Those that open other files (hls, dash, concat, sdp, imf) or draw (svg, tty) are left out."""

ACCEPTED = f"accepted are {', '.join(DEMUXERS.values())}"
"""What refusals of a format say is allowed."""


def larger_limit(name: str) -> str:
    """How whoever runs this raises a limit, as the end of an error's sentence.

    :param name: field of ``Limits``.
    """
    return f"raise `limit_{name}` in the section [media] of Airflow's configuration"
