"""Detection of transport and program streams whose packets are marked as scrambled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from airflow_provider_media.core.media.reader import ByteReader

_SYNC = 0x47
_PACKET_SIZES = (188, 192, 204)
"""Bytes of one transport stream packet: ISO/IEC 13818-1; with the time code of Blu-ray discs; with error correction."""
_SYNCS = 5
"""Consecutive sync bytes that identify a transport stream."""
_PSI_PIDS = 32
"""PIDs below this one are tables, which are never scrambled."""
_NULL_PID = 0x1FFF
_WINDOW = 1024**2
_WINDOWS = 16
_FEWEST = 8
_SHARE = 4
"""At least every fourth packet of a scrambled stream is marked.

Discs scramble some sectors; damage marks single packets.
"""
_SAMPLE_AES = {0xDB, 0xCF, 0xC1, 0xC2}
"""Stream types of H.264, AAC, AC-3 and E-AC-3 with encrypted samples: MPEG-2 Stream Encryption Format for HLS."""


def is_transport_stream(beginning: bytes) -> bool:
    """Return whether a file begins with packets of a transport stream, or with other bytes before such packets."""
    return any(_first_packet(beginning, size, 0) is not None for size in _PACKET_SIZES)


def transport_stream(reader: ByteReader) -> str | None:
    """Return the scrambling of a transport stream; None for a stream in the clear, or for no transport stream."""
    packets, scrambled = Counter[int](), Counter[int]()
    for window in _windows(reader):
        for packet in _packets(window):
            pid = (packet[1] & 0x1F) << 8 | packet[2]
            if _encrypts_samples(packet):
                return "HLS SAMPLE-AES"
            if _PSI_PIDS <= pid < _NULL_PID and packet[3] & 0x10:  # it holds a payload
                packets[pid] += 1
                scrambled[pid] += bool(packet[3] & 0xC0)
    return _scrambled_stream({f"PID 0x{pid:x}": (scrambled[pid], packets[pid]) for pid in packets})


def program_stream(reader: ByteReader) -> str | None:
    """Return the scrambling of a program stream, such as a DVD's; None for a stream in the clear."""
    packets, scrambled = Counter[int](), Counter[int]()
    for window in _windows(reader):
        for code, flags in _pes_headers(window):
            packets[code] += 1
            scrambled[code] += bool(flags & 0x30)
    return _scrambled_stream({f"stream 0x{code:x}": (scrambled[code], packets[code]) for code in packets})


def _scrambled_stream(counts: dict[str, tuple[int, int]]) -> str | None:
    for name, (scrambled, packets) in counts.items():
        if packets >= _FEWEST and _SHARE * scrambled >= packets:
            return f"conditional access: {scrambled} of {packets} packets of {name} are scrambled"
    return None


def _windows(reader: ByteReader) -> Iterator[bytes]:
    """Yield evenly spread parts of a file; for a short file, the whole."""
    for start in range(0, reader.size, max(_WINDOW, reader.size // _WINDOWS)):
        yield reader.at(start, _WINDOW)


def _packets(window: bytes) -> Iterator[bytes]:
    """Yield transport stream packets, from their sync byte on, and skip the bytes between them."""
    size = next((size for size in _PACKET_SIZES if _first_packet(window, size, 0) is not None), None)
    start = _first_packet(window, size, 0) if size else None
    while size and start is not None:
        while start + 188 <= len(window) and window[start] == _SYNC:
            yield window[start : start + 188]
            start += size
        start = _first_packet(window, size, start)


def _first_packet(window: bytes, size: int, start: int) -> int | None:
    end = len(window) - size * (_SYNCS - 1)
    while (start := window.find(_SYNC, start, end)) >= 0:
        if all(window[start + size * n] == _SYNC for n in range(_SYNCS)):
            return start
        start += 1
    return None


def _encrypts_samples(packet: bytes) -> bool:
    """Return whether a packet begins a program map table (ISO/IEC 13818-1 §2.4.4.9) that names encrypted samples."""
    if not packet[1] & 0x40 or packet[3] & 0xC0:
        return False
    payload = packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]
    table = payload[1 + payload[0] :] if payload else b""
    if len(table) < 12 or table[0] != 2 or table[1] & 0xF0 != 0xB0:
        return False
    end = 3 + ((table[1] & 0x0F) << 8 | table[2]) - 4  # before the checksum
    start = 12 + ((table[10] & 0x0F) << 8 | table[11])
    while start + 5 <= min(end, len(table)):
        if table[start] in _SAMPLE_AES:
            return True
        start += 5 + ((table[start + 3] & 0x0F) << 8 | table[start + 4])
    return False


def _pes_headers(window: bytes) -> Iterator[tuple[int, int]]:
    """Yield stream id and flags of each MPEG-2 PES packet (ISO/IEC 13818-1 §2.4.3.6); MPEG-1 packets have no flags."""
    start = 0
    while 0 <= (start := window.find(b"\0\0\1", start)) <= len(window) - 7:
        code, length, flags = window[start + 3], int.from_bytes(window[start + 4 : start + 6], "big"), window[start + 6]
        if code == 0xBD or 0xC0 <= code <= 0xEF:
            if flags & 0xC0 == 0x80:
                yield code, flags
            start += length
        start += 4
