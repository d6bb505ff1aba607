"""Sparse copies of MP4 files: the index and some ranges are there, and all else is a hole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ReadRange = Callable[[int, int], bytes]
"""Function that returns bytes of a file, given the place of the first one and their number."""

FIRST_KINDS = (b"ftyp", b"styp", b"moov", b"mdat", b"free", b"wide", b"skip")
"""Kinds of the box with which an MP4 or QuickTime file begins (ISO/IEC 14496-12 §4.2)."""
_HEADER = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Mp4Box:
    """Box of an MP4 file (ISO/IEC 14496-12 §4.2)."""

    kind: bytes
    begin: int
    """Place of its first byte in the file."""
    content: int
    """Place of the first byte after its header."""
    end: int

    @property
    def length(self) -> int:
        """Bytes with the header."""
        return self.end - self.begin


def boxes(read: ReadRange, begin: int, end: int) -> Iterator[Mp4Box]:
    """Yield the boxes of a range, up to the first bytes that are no box.

    A box that is cut off has the length that is there.
    """
    while begin < end:
        header = read(begin, min(_HEADER, end - begin))
        length, kind, content = int.from_bytes(header[:4], "big"), header[4:8], begin + 8
        if length == 1:  # the length follows in 64 bits
            length, content = int.from_bytes(header[8:], "big"), begin + 16
        elif length == 0:  # the box goes on to the end
            length = end - begin
        if length < 8:
            return
        yield Mp4Box(kind=kind, begin=begin, content=content, end=min(begin + length, end))
        begin += length


def is_fragmented(path: Path, index: Mp4Box) -> bool:
    """Return whether the index of a copy leaves frames to fragments (ISO/IEC 14496-12 §8.8.1)."""
    with path.open("rb") as file:

        def read(begin: int, length: int) -> bytes:
            file.seek(begin)
            return file.read(length)

        return any(box.kind == b"mvex" for box in boxes(read, index.content, index.end))


def make_hole(path: Path, size: int) -> None:
    """Make a file that is one hole."""
    with path.open("wb") as file:
        file.truncate(size)


def write_part(path: Path, begin: int, content: bytes) -> None:
    """Write bytes of the whole file into its sparse copy."""
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(content)
