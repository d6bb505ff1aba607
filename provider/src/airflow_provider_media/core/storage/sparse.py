"""Sparse copies of MP4 files: the index and some ranges are there, and all else is a hole.

A large MP4 tells in its index where each frame is (ISO/IEC 14496-12 §8). A tool can seek in a sparse copy, and reads
only the frames that it needs, so that nobody downloads the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

ReadRange = Callable[[int, int], bytes]
"""Function that returns bytes of an object, given the place of the first one and their number."""

HEAD_BYTES = 1024 * 1024
"""Bytes at the beginning that a copy always holds: tools look at the first frames of every stream."""
INDEX_BYTES = 64 * 1024 * 1024
"""Largest index of a copy; that of a film of twelve hours is smaller."""
BOXES = 64
"""Most top-level boxes that are looked at; a fragmented file has thousands, and its index is everywhere."""
FIRST_KINDS = (b"ftyp", b"styp", b"moov", b"mdat", b"free", b"wide", b"skip")
"""Kinds of the box with which an MP4 or QuickTime file begins (ISO/IEC 14496-12 §4.2)."""
_HEADER = 16


def lay_out_mp4(read: ReadRange, size: int, path: Path) -> bool:
    """Write the sparse copy of an MP4 with its beginning and its index; return whether the file is an indexed MP4.

    :param size: bytes of the whole file.
    """
    index = next(((begin, length) for kind, begin, length in top_boxes(read, size) if kind == b"moov"), None)
    if index is None or index[1] > INDEX_BYTES:
        return False
    begin, length = index
    content = read(begin, length)
    if b"mvex" in content:  # a fragmented file has no index of all frames: ISO/IEC 14496-12 §8.8.1
        return False
    with path.open("wb") as file:
        file.truncate(size)
        file.write(read(0, min(HEAD_BYTES, size)))
        file.seek(begin)
        file.write(content)
    return True


def fill(read: ReadRange, path: Path, begin: int, length: int) -> None:
    """Write a range of the whole file into its sparse copy."""
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(read(begin, length))


def top_boxes(read: ReadRange, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, place and length of the first ``BOXES`` top-level boxes; nothing when the file is no MP4.

    The box in which a truncated file ends has the length that is there.
    """
    begin = 0
    for number in range(BOXES):
        header = read(begin, _HEADER)
        length, kind = int.from_bytes(header[:4], "big"), header[4:8]
        if length == 1:  # the length follows in 64 bits
            length = int.from_bytes(header[8:], "big")
        elif length == 0:  # the box goes on to the end of the file
            length = size - begin
        if length < 8 or (number == 0 and kind not in FIRST_KINDS):
            return
        yield kind, begin, min(length, size - begin)
        begin += length
        if begin >= size:
            return
