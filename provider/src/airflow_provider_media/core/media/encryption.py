"""Detection of encrypted media by the structure of its file.

Only the structure is read, because a decoder takes encrypted media for damaged media.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from airflow_provider_media.core.media.reader import ByteReader
from airflow_provider_media.core.media.scrambling import is_transport_stream, program_stream, transport_stream

_BEGINNING = 64 * 1024
_TABLE_BYTES = 16 * 1024**2
_ENTRY_BYTES = 64 * 1024

_MP4_BOXES = {b"ftyp", b"styp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid"}
_SAMPLE_TABLE = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_ENCRYPTED_ENTRIES = {b"encv", b"enca", b"enct", b"encs", b"encm", b"encu", b"drms", b"drmi", b"drmt", b"aavd"}
"""Sample entries of protected tracks: ISO/IEC 14496-12 §8.12, Apple's FairPlay (drm*) and Audible's books (aavd)."""
_PROTECTED = re.compile(rb"sinf.{4}frma.{8}", re.DOTALL)
_SCHEME = re.compile(rb"schm.{4}(.{4})", re.DOTALL)
_SCHEMES = {
    b"cenc": "MPEG Common Encryption, cenc",
    b"cens": "MPEG Common Encryption, cens",
    b"cbc1": "MPEG Common Encryption, cbc1",
    b"cbcs": "MPEG Common Encryption, cbcs",
    b"piff": "Microsoft PlayReady, piff",
    b"itun": "Apple FairPlay",
    b"adkm": "Adobe Access",
    b"odkm": "OMA DRM",
    b"adrm": "Audible",
}
_BY_ENTRY = {b"drms": "Apple FairPlay", b"drmi": "Apple FairPlay", b"drmt": "Apple FairPlay", b"aavd": "Audible"}

_SEGMENT, _TRACKS, _TRACK = 0x18538067, 0x1654AE6B, 0xAE
_ENCODINGS, _ENCODING, _ENCRYPTION, _ALGORITHM = 0x6D80, 0x6240, 0x5035, 0x47E1
_TO_ALGORITHM = (_SEGMENT, _TRACKS, _TRACK, _ENCODINGS, _ENCODING, _ENCRYPTION, _ALGORITHM)

_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_EXTENSION = bytes.fromhex("b503bf5f2ea9cf118ee300c00c205365")
_ASF_ENCRYPTION = {
    bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"),  # Content Encryption Object
    bytes.fromhex("14e68a292226174cb935dae07ee9289c"),  # Extended Content Encryption Object
    bytes.fromhex("338505438169e6499b74ad12cb86d58c"),  # Advanced Content Encryption Object
}

_KLV = bytes.fromhex("060e2b34")
_MXF_ENCRYPTION = {
    bytes.fromhex("0253010d01040102020000"),  # SMPTE ST 429-6: cryptographic context
    bytes.fromhex("0204010d01030102" + "7e0100"),  # the same: encrypted triplet
}


def encryption_of(file: BinaryIO) -> str | None:
    """Return the encryption of a file's media, as far as its format states it; None for media in the clear.

    One encrypted track is enough: the playable part of such a file is not the whole that its owner has.
    """
    reader = ByteReader(file)
    beginning = reader.at(0, _BEGINNING)
    return next((look(reader) for is_one, look in _FORMATS if is_one(beginning)), None)


# MP4 and MOV: ISO/IEC 14496-12.


def _mp4(reader: ByteReader) -> str | None:
    for entry, start, end in _sample_entries(reader):
        body = reader.at(start, min(end - start, _ENTRY_BYTES))
        if entry in _ENCRYPTED_ENTRIES or _PROTECTED.search(body):
            scheme = _SCHEME.search(body)
            return _SCHEMES.get(scheme[1] if scheme else b"") or _BY_ENTRY.get(entry, "an unknown scheme")
    return None


def _sample_entries(reader: ByteReader) -> Iterator[tuple[bytes, int, int]]:
    for kind, start, end in _boxes(reader, 0, reader.size):
        if kind == b"moov":
            for _, table, table_end in _within(reader, start, end, _SAMPLE_TABLE):
                yield from _boxes(reader, table + 8, table_end)  # after version, flags and the number of entries


def _within(reader: ByteReader, start: int, end: int, path: tuple[bytes, ...]) -> Iterator[tuple[bytes, int, int]]:
    """Yield the boxes at the end of a path of box types below a box."""
    for kind, body, body_end in _boxes(reader, start, end):
        if kind == path[0]:
            if len(path) == 1:
                yield kind, body, body_end
            else:
                yield from _within(reader, body, body_end, path[1:])


def _boxes(reader: ByteReader, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the type, and the start and end of the content, of each box in a range of a file."""
    while True:
        header = reader.at(start, 16)
        if start + 8 > end or len(header) < 8:
            return
        length, kind, content = int.from_bytes(header[:4], "big"), header[4:8], 8
        if length == 1:  # the length follows in 64 bits
            length, content = int.from_bytes(header[8:], "big"), 16
        elif length == 0:  # up to the end
            length = end - start
        if length < content:
            return
        yield kind, start + content, min(start + length, end)
        start += length


# Matroska and WebM: RFC 9559 §5.1.4.1.31.


def _matroska(reader: ByteReader) -> str | None:
    for start, end in _nested(reader, 0, reader.size, _TO_ALGORITHM):
        if any(reader.at(start, min(8, end - start))):  # 0 stands for content that is signed and not encrypted
            return "Matroska's ContentEncryption"
    return None


def _nested(reader: ByteReader, start: int, end: int, path: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    for number, body, body_end in _elements(reader, start, end):
        if number == path[0]:
            if len(path) == 1:
                yield body, body_end
            else:
                yield from _nested(reader, body, body_end, path[1:])


def _elements(reader: ByteReader, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the number, and the start and end of the content, of each EBML element in a range of a file (RFC 8794)."""
    while True:
        header = reader.at(start, 12)
        width = 9 - header[0].bit_length() if header else 9
        if width > 4 or start >= end or len(header) <= width or not header[width]:
            return
        size_width = 9 - header[width].bit_length()
        number, sized = int.from_bytes(header[:width], "big"), header[width : width + size_width]
        length = int.from_bytes(sized, "big") & ((1 << 7 * size_width) - 1)
        content = start + width + size_width
        unknown = length == (1 << 7 * size_width) - 1  # live recordings do not know their length
        start = end if unknown else content + length
        yield number, content, min(start, end)


# Windows Media: Advanced Systems Format §3.


def _asf(reader: ByteReader) -> str | None:
    header = reader.at(0, min(int.from_bytes(reader.at(16, 8), "little"), _TABLE_BYTES))
    objects = [*_objects(header, 30)]
    for start, end in [(start, end) for kind, start, end in objects if kind == _ASF_EXTENSION]:
        objects += _objects(header[:end], start + 22)
    return "Windows Media DRM" if any(kind in _ASF_ENCRYPTION for kind, _, _ in objects) else None


def _objects(header: bytes, start: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 24 <= len(header):
        length = int.from_bytes(header[start + 16 : start + 24], "little")
        if length < 24:
            return
        yield header[start : start + 16], start + 24, start + length
        start += length


# Flash video: Adobe's specification 10.1, annex E and F.


def _flv(reader: ByteReader) -> str | None:
    kinds = list(islice(_media_tags(reader), 200))
    # One wrong bit is damage, not encryption.
    return "Adobe Access" if kinds and 2 * sum(bool(kind & 0x20) for kind in kinds) > len(kinds) else None


def _media_tags(reader: ByteReader) -> Iterator[int]:
    start = int.from_bytes(reader.at(5, 4), "big") + 4
    while True:
        tag = reader.at(start, 11)
        if len(tag) < 11:
            return
        if tag[0] & 0x1F in {8, 9}:
            yield tag[0]
        start += 11 + int.from_bytes(tag[1:4], "big") + 4


# Material Exchange Format: SMPTE ST 377-1 §6.3.


def _mxf(reader: ByteReader) -> str | None:
    start = 0
    while True:
        packet = reader.at(start, 25)
        if len(packet) < 17 or not packet.startswith(_KLV):
            break
        if packet[4:7] + packet[8:16] in _MXF_ENCRYPTION:  # without the version in the eighth byte
            return "SMPTE ST 429-6, as in digital cinema packages"
        octets = packet[16] & 0x7F if packet[16] & 0x80 else 0
        start += 17 + octets + (int.from_bytes(packet[17 : 17 + octets], "big") if octets else packet[16])
    return None


_FORMATS: tuple[tuple[Callable[[bytes], bool], Callable[[ByteReader], str | None]], ...] = (
    (lambda beginning: beginning[4:8] in _MP4_BOXES, _mp4),
    (lambda beginning: beginning.startswith(b"\x1a\x45\xdf\xa3"), _matroska),
    (lambda beginning: beginning.startswith(_ASF_HEADER), _asf),
    (lambda beginning: beginning.startswith(b"FLV"), _flv),
    (lambda beginning: beginning.startswith(_KLV), _mxf),
    (lambda beginning: beginning.startswith(b"\0\0\1\xba"), program_stream),
    (is_transport_stream, transport_stream),
)
