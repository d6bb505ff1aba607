"""Colours of a source as a correct player shows them: stated by its stream, or assumed by players.

Names are those of ITU-T H.273 as ffmpeg writes them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_provider_media.core.media.info import VideoStream

_RGB = re.compile(r"(?:0?rgb|0?bgr|argb|abgr|gbr|x2rgb|x2bgr|rgba|bgra|pal8|gray|mono|ya8|ya16)")
"""Prefixes of pixel formats without colour differences, for which a matrix has no meaning."""
_SD_LINES = 576
"""Lines of the largest standard definition.

Where no matrix is stated, players assume BT.601 up to this size and BT.709 above it.
"""
_PAL_LINES = (288, 576)
_MATRICES = ("bt709", "smpte170m", "bt470bg", "bt2020nc", "fcc", "smpte240m")
"""Matrices that encoders and players of 4:2:0 video know; video with another matrix is converted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colors:
    """Mapping of samples to colours."""

    matrix: str
    primaries: str
    transfer: str
    full_range: bool = False

    @property
    def range(self) -> str:
        """Name of the range in ffmpeg."""
        return "pc" if self.full_range else "tv"


def source_colors(video: VideoStream) -> Colors:
    """Return the colours of a stream, with the assumptions of players where the stream states none.

    The matrix implies primaries and transfer that are not stated (SMPTE 170M for 525 lines, BT.470 BG for 625).
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
    """Return the colours of a stream's encode: its own in limited range, or BT.709 where HDR is tone-mapped to SDR.

    :param keep_range: whether HDR is kept.
    """
    if video.dynamic_range != "sdr" and not keep_range:
        return Colors(matrix="bt709", primaries="bt709", transfer="bt709")
    own = source_colors(video)
    matrix = "bt709" if needs_conversion(video) else own.matrix
    return Colors(matrix=matrix, primaries=own.primaries, transfer=own.transfer)


def is_rgb(video: VideoStream) -> bool:
    """Return whether samples are RGB or shades of grey, rather than luma and colour differences."""
    return video.color_space in ("gbr", "rgb") or bool(_RGB.match(video.pixel_format))


def needs_conversion(video: VideoStream) -> bool:
    """Return whether samples must be converted to a matrix that players know."""
    return is_rgb(video) or video.color_space not in ("", *_MATRICES)


def is_fully_tagged(video: VideoStream) -> bool:
    """Return whether the stream itself states all colours that players need."""
    stated = (video.color_space, video.color_primaries, video.color_transfer, video.color_range)
    return all(stated) and not needs_conversion(video)


def _assumed_matrix(video: VideoStream) -> str:
    return "bt709" if is_rgb(video) else matrix_of_size(video.width, video.height)


def matrix_of_size(width: int, height: int) -> str:
    """Return the matrix that players assume of video that states none."""
    if min(width, height) > _SD_LINES:
        return "bt709"
    return "bt470bg" if height in _PAL_LINES else "smpte170m"
