"""Search for the index of an MP4 file (moov, ISO/IEC 14496-12 §8.2.1) among the file's top-level boxes."""

from __future__ import annotations

from pathlib import Path

_BOXES_BEFORE_INDEX = 1_000_000  # enough for twelve hours at several fragments a second; reading them takes a second


def is_index_cut(path: Path, size: int) -> bool:
    """Return whether an MP4's index begins but does not end (ISO/IEC 14496-12 §4.2).

    ffprobe then knows some tracks and not others.
    """
    offset = 0
    with path.open("rb") as file:
        for _ in range(_BOXES_BEFORE_INDEX):
            file.seek(offset)
            header = file.read(16)
            length, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if length == 1:  # the length follows in 64 bits
                length = int.from_bytes(header[8:], "big")
            if kind == b"moov":
                return offset + length > size
            offset += length
            if length < 8 or offset >= size:
                break
    return False
