"""Random access to the bytes of a file, within a budget that no hostile structure can exceed."""

from __future__ import annotations

from typing import BinaryIO

_READS = 200_000


class ByteReader:
    """Reader of a file at any position; it returns no bytes behind the end, or once its budget of reads is spent."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = _READS
        self.size = file.seek(0, 2)

    def at(self, start: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``start`` on."""
        self._left -= 1
        if self._left < 0 or not 0 <= start < self.size:
            return b""
        self._file.seek(start)
        return self._file.read(max(0, length))
