"""Commands for one frame of a video: ffprobe finds what its colours need, and ffmpeg makes a JPEG of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.sandbox import input_guards
from airflow_provider_media.core.ffmpeg.stills import jpeg_quantizer
from airflow_provider_media.core.media.colors import matrix_of_size
from airflow_provider_media.core.plans import Command

WIDTH = 1920
"""Greatest width of a frame in pixels: enough to compare, and small enough to send."""
QUALITY = 90
FILE = "frame.jpg"
"""Name of the picture in the command's directory."""
MAIN_VIDEO = "V:0"
"""First video stream that is no attached picture."""
HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})
_SOON = 0.002  # seconds: callers round times, and ffmpeg skips a frame that begins before the time
_AHEAD = 0.5  # seconds: a frame may refer to frames that are stored after it


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFacts:
    """What has to be known of a file for a frame of its video."""

    has_video: bool
    start: float = 0.0
    """Time of the file's beginning on its own clock, in seconds; times of frames begin there."""
    transfer: str = ""
    """Transfer function of the video, as ffprobe names it; empty when the video does not say."""
    matrix: str | None = None
    """Matrix that players assume; None when the video states its own."""


def facts_arguments(limits: Limits) -> tuple[str, ...]:
    """Return ffprobe's arguments for the facts of a file's main video."""
    entries = "stream=width,height,color_space,color_transfer:format=start_time"
    show = ("-select_streams", MAIN_VIDEO, "-show_entries", entries, "-of", "json")
    return ("-hide_banner", "-loglevel", "level+warning", *show, *input_guards(limits), "-i", "file:source")


def parse_facts(text: str) -> VideoFacts:
    """Read ffprobe's answer to ``facts_arguments``."""
    found: Mapping[str, Any] = json.loads(text or "{}")
    if not found.get("streams"):
        return VideoFacts(has_video=False)
    stream: Mapping[str, Any] = found["streams"][0]
    states_matrix = stream.get("color_space", "unknown") != "unknown"
    return VideoFacts(
        has_video=True,
        start=float(found.get("format", {}).get("start_time", 0)),
        transfer=stream.get("color_transfer", ""),
        matrix=None if states_matrix else matrix_of_size(stream["width"], stream["height"]),
    )


def frame_span(at: float, facts: VideoFacts) -> tuple[float, float]:
    """Return the span on the clock of the file from which a decoder needs packets.

    :param at: seconds after the beginning.
    """
    return facts.start + at - _SOON, facts.start + at + _AHEAD


def frame_command(at: float, facts: VideoFacts, *, limits: Limits) -> Command:
    """Return the command that writes the first frame at or after a time, in SDR with square pixels.

    :param at: seconds.
    """
    guards = input_guards(limits)
    # Outputs are made, and players show the source, with the same assumption.
    filters = [f"setparams=colorspace={facts.matrix}"] if facts.matrix else []
    filters += ["scale=w=trunc(iw*sar/2)*2:h=ih", "setsar=1", f"scale=w=min({WIDTH}\\,iw):h=-2"]
    if facts.transfer in HDR_TRANSFERS:
        filters += [
            f"zscale=tin={facts.transfer}:min=bt2020nc:pin=bt2020:t=linear:npl=100",
            "format=gbrpf32le",
            "zscale=p=bt709",
            "tonemap=hable:desat=0",
            "zscale=t=bt709:m=bt709:r=limited",
        ]
    filters += ["scale=out_color_matrix=bt601:out_range=full", "format=yuv420p"]
    picture = ("-frames:v", "1", "-f", "image2", "-c:v", "mjpeg", "-q:v", str(jpeg_quantizer(QUALITY)), FILE)
    read = (*guards, "-ss", _seek(at), "-i", "file:source", "-map", f"0:{MAIN_VIDEO}")
    return Command(arguments=(*read, "-vf", ",".join(filters), *picture), duration=1.0)


def _seek(at: float) -> str:
    return f"{max(0.0, at - _SOON):.3f}"
