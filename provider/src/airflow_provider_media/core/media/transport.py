"""Joints and losses of MPEG transport streams (ISO/IEC 13818-1 §2.4.3): where recordings were joined, or lack packets.

Each packet has a continuity counter of four bits, one more than that of the packet before it in its stream. Where a
second recording begins, all counters jump, which looks like loss. But every stream also begins a new PES packet there.
(Once in some hundred losses, a loss happens to end so, too; the decoder notices most of those by itself.) Where the
counter of one stream alone jumps to a new PES packet, whole PES packets are lost, and no demuxer reports the loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PACKET = 188
_SYNC = 0x47
_NULL = 0x1FFF
_CHUNK = PACKET * 8192


def transport_packets(path: Path) -> Iterator[bytes]:
    """Yield the packets of a file, wherever they lie in it."""
    rest = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            rest += chunk
            place = 0
            while place + PACKET <= len(rest):
                if rest[place] == _SYNC and rest[place + PACKET : place + PACKET + 1] in (b"", b"G"):
                    yield rest[place : place + PACKET]
                    place += PACKET
                else:
                    place += 1
            rest = rest[place:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuity:
    """Number of jumps of each stream's continuity counter, by the stream's packet identifier (PID)."""

    joints: Counter[int]
    """Jumps where another recording begins."""
    losses: Counter[int]
    """Jumps where whole PES packets are lost."""


def continuity(packets: Iterable[bytes]) -> Continuity:
    """Count the jumps of all continuity counters."""
    joints = _Joints()
    for packet in packets:
        joints.read(packet)
    return Continuity(joints=joints.finish(), losses=joints.losses)


class _Joints:
    """State of the streams so far, and of a joint that all streams must confirm."""

    def __init__(self) -> None:
        self._last: dict[int, int] = {}
        self._waiting: set[int] = set()
        """Streams without a packet since the joint."""
        self._found: list[int] = []
        self._confirmed: Counter[int] = Counter()
        self.losses: Counter[int] = Counter()

    def read(self, packet: bytes) -> None:
        stream, number = (packet[1] & 0x1F) << 8 | packet[2], packet[3] & 0x0F
        last = self._last.get(stream)
        self._last[stream] = number
        if last is None or stream == _NULL:
            return
        has_payload, begins = bool(packet[3] & 0x10), bool(packet[1] & 0x40)
        is_new = number != (last + has_payload) & 0x0F and not _is_flagged(packet)
        if stream in self._waiting:
            self._confirm(stream, begins=begins, is_new=is_new)
        elif is_new and begins and _is_section(packet):
            self.finish()
            self._waiting = set(self._last) - {stream, _NULL}
        elif is_new and begins:
            self.losses[stream] += 1

    def finish(self) -> Counter[int]:
        self._confirmed.update(self._found)
        self._found, self._waiting = [], set()
        return self._confirmed

    def _confirm(self, stream: int, *, begins: bool, is_new: bool) -> None:
        self._waiting.discard(stream)
        if not begins:  # the stream goes on inside a payload unit, whose beginning is lost
            self._found, self._waiting = [], set()
        elif is_new:
            self._found.append(stream)


def _is_flagged(packet: bytes) -> bool:
    """Return whether the packet itself announces a jump of its counter (discontinuity_indicator)."""
    return bool(packet[3] & 0x20 and packet[4] and packet[5] & 0x80)


def _is_section(packet: bytes) -> bool:
    """Return whether the packet begins a table instead of a PES packet; a recording begins with a table."""
    place = 5 + packet[4] if packet[3] & 0x20 else 4
    return bool(packet[3] & 0x10) and packet[place : place + 3] != b"\0\0\1"
