"""Colours of a source as a correct player shows them: what its stream states, and what players assume where it states nothing.

Names are those of ITU-T H.273 as ffmpeg writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_provider_media.core.media.info import VideoStream

_RGB = re.compile(r"(?:0?rgb|0?bgr|argb|abgr|gbr|x2rgb|x2bgr|rgba|bgra|pal8|gray|mono|ya8|ya16)")
"""Beginnings of pixel formats that hold no differences of colour, whose matrix is nobody's business."""
_SD_LINES = 576
"""Lines of the largest standard definition; players take what has more for BT.709 (and BT.601 up to there) where no matrix is stated."""
_PAL_LINES = (288, 576)
_MATRICES = ("bt709", "smpte170m", "bt470bg", "bt2020nc", "fcc", "smpte240m")
"""Matrices that encoders and players of 4:2:0 video know; others are converted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colors:
    """How samples mean colours."""

    matrix: str
    primaries: str
    transfer: str
    full_range: bool = False

    @property
    def range(self) -> str:
        """Ffmpeg's name of the range."""
        return "pc" if self.full_range else "tv"


def source_colors(video: VideoStream) -> Colors:
    """The colours of a stream, with what players assume where it states none.

    What a matrix implies (SMPTE 170M for 525 lines, BT.470 BG for 625) is taken for primaries and transfer that are not stated.
    """
    full = video.color_range == "pc" or video.pixel_format.startswith("yuvj") or is_rgb(video)
    if video.dynamic_range != "sdr":
        transfer = video.color_transfer or ("arib-std-b67" if video.dynamic_range == "hlg" else "smpte2084")
        matrix = video.color_space or "bt2020nc"
        return Colors(matrix=matrix, primaries=video.color_primaries or "bt2020", transfer=transfer, full_range=full)
    matrix = video.color_space if video.color_space in _MATRICES else _assumed_matrix(video)
    return Colors(
        matrix=matrix,
        primaries=video.color_primaries or ("bt709" if matrix == "bt2020nc" else matrix),
        transfer=video.color_transfer or ("smpte170m" if matrix in ("smpte170m", "bt470bg") else "bt709"),
        full_range=full,
    )


def encoded_colors(video: VideoStream, *, keep_range: bool) -> Colors:
    """The colours of what is encoded of a stream: its own in limited range, BT.709 where HDR is mapped to SDR.

    :param keep_range: whether HDR is kept.
    """
    if video.dynamic_range != "sdr" and not keep_range:
        return Colors(matrix="bt709", primaries="bt709", transfer="bt709")
    own = source_colors(video)
    matrix = "bt709" if needs_conversion(video) else own.matrix
    return Colors(matrix=matrix, primaries=own.primaries, transfer=own.transfer)


def is_rgb(video: VideoStream) -> bool:
    """Whether samples are red, green and blue, or shades of grey, rather than brightness and differences of colour."""
    return video.color_space in ("gbr", "rgb") or bool(_RGB.match(video.pixel_format))


def needs_conversion(video: VideoStream) -> bool:
    """Whether samples have to be brought to a matrix that players know."""
    return is_rgb(video) or video.color_space not in ("", *_MATRICES)


def is_fully_tagged(video: VideoStream) -> bool:
    """Whether the stream itself states all that players need."""
    stated = (video.color_space, video.color_primaries, video.color_transfer, video.color_range)
    return all(stated) and not needs_conversion(video)


def _assumed_matrix(video: VideoStream) -> str:
    if is_rgb(video) or min(video.width, video.height) > _SD_LINES:
        return "bt709"
    return "bt470bg" if video.height in _PAL_LINES else "smpte170m"
