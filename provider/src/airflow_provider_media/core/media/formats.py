"""Formats of the frames that a decoder delivers of a stream, and the one canvas on which all of them can be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from airflow_provider_media.core.media.info import PictureFormat
from airflow_provider_media.core.media.keyframes import KeyframeScan
from airflow_provider_media.core.media.stream_log import PictureChange, StreamLog

_SHORTEST_SHARE = 0.05
"""Share of a stream from which a format's size counts: a few frames of another size do not enlarge all others."""


def cropped(picture: PictureFormat, stream: Mapping[str, Any]) -> PictureFormat:
    """Return a format after the cropping that its container asks for (Matroska PixelCrop, QuickTime clean aperture).

    :param stream: the stream as ffprobe describes it.
    """
    for side in stream.get("side_data_list", ()):
        if side.get("side_data_type") == "Frame Cropping":
            across = int(side.get("crop_left", 0)) + int(side.get("crop_right", 0))
            down = int(side.get("crop_top", 0)) + int(side.get("crop_bottom", 0))
            if across < picture.width and down < picture.height:
                return replace(picture, width=picture.width - across, height=picture.height - down)
    return picture


def delivered(
    header: PictureFormat, stream: Mapping[str, Any], scan: KeyframeScan | None, log: StreamLog | None
) -> tuple[PictureFormat, ...]:
    """Return the formats that a decoder delivers, the one with the largest frames first where there are several.

    :param header: the format that the stream's header states, before cropping.
    :param scan: the stream's keyframes, where its codec allows decoding keyframes alone.
    :param log: the log of the stream's decode.
    """
    changes = log.changes if log else []
    shares: dict[PictureFormat, float] = {}
    if scan is not None and scan.count:
        shares = {cropped(picture, stream): count / scan.count for picture, count in scan.formats.items()}
    else:
        shares[cropped(header, stream)] = 1.0
        shares |= _timed(cropped(header, stream), changes, log)
    known = {(picture.width, picture.height, picture.pixel_format) for picture in shares}
    for change in changes:
        if (change.width, change.height, change.pixel_format) not in known:
            shares.setdefault(_changed(next(iter(shares)), change), 0.0)
    if len(shares) == 1:
        return tuple(shares)
    return _largest_first(shares)


def _timed(first: PictureFormat, changes: Sequence[PictureChange], log: StreamLog | None) -> dict[PictureFormat, float]:
    """Return the formats with their shares of the time, by the changes between them."""
    if not changes or log is None:
        return {}
    end = float(log.frames.end * log.clock)
    times = [0.0, *(change.time for change in changes), end]
    pictures = [first, *(_changed(first, change) for change in changes)]
    shares: dict[PictureFormat, float] = {}
    for picture, (start, stop) in zip(pictures, pairwise(times), strict=True):
        shares[picture] = shares.get(picture, 0.0) + max(0.0, stop - start) / max(end, 0.001)
    return shares


def _changed(picture: PictureFormat, change: PictureChange) -> PictureFormat:
    return replace(
        picture,
        width=change.width,
        height=change.height,
        pixel_format=change.pixel_format,
        color_range=change.color_range,
        color_space=change.color_space,
    )


def _largest_first(shares: Mapping[PictureFormat, float]) -> tuple[PictureFormat, ...]:
    long = [picture for picture, share in shares.items() if share >= _SHORTEST_SHARE] or list(shares)
    largest = max(long, key=lambda picture: (picture.display[0] * picture.display[1], shares[picture]))
    return (largest, *(picture for picture in shares if picture != largest))


def canvas(formats: Sequence[PictureFormat]) -> PictureFormat:
    """Return one format in square pixels for a stream of several: all other frames are fitted into the largest."""
    largest = formats[0]
    width = 2 * round(largest.display[0] / 2)
    return replace(
        largest, width=max(2, width), height=max(2, 2 * round(largest.height / 2)), sample_aspect_ratio=Fraction(1)
    )
