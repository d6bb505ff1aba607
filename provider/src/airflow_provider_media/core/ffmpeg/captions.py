"""Closed captions within coded video, found by their signatures, without decoding.

Sources: ATSC A/53 Part 4 §6.2 (``GA94`` in user data), ITU-T T.35 (its envelope in H.264, H.265 and AV1: country 0xB5,
provider 0x0031), CEA-708-E for the content, and the layout of user data on DVDs (``CC`` and 0x01F8).
"""

from __future__ import annotations

from pathlib import Path

CARRIERS = ("h264", "hevc", "av1", "mpeg2video")
"""ffprobe's names of the codecs that can carry captions."""

_SIGNATURES: dict[bytes, tuple[int, int]] = {
    b"\xb5\x00\x31GA94\x03": (0, 2),  # supplemental enhancement information of H.264 and H.265, metadata of AV1
    b"\x00\x00\x01\xb2GA94\x03": (0, 2),  # user data of MPEG-2
    b"\x00\x00\x01\xb2CC\x01\xf8": (1, 1),  # likewise, on DVDs
}
"""By signature: the bit shift of the count of triplets in the byte behind it, and the offset of the first triplet."""
_TRIPLETS = 31
_BEHIND = 2 + 3 * _TRIPLETS
"""Most bytes that captions take behind their signature."""
_CHUNK = 8 * 1024**2


def holds_captions(path: Path) -> bool:
    """Return whether any frame in a file carries captions with content: broadcasts also carry empty captions.

    Captions may begin minutes into a film, so the whole file is searched until captions are found. Packets of transport
    streams may cut some captions in two, but not every one of thousands. Eight bytes that only look like a signature
    occur once in many petabytes.
    """
    overlap = max(map(len, _SIGNATURES)) + _BEHIND
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            window = tail + chunk
            if any(_speaks(window, signature) for signature in _SIGNATURES):
                return True
            tail = window[-overlap:]
    return False


def _speaks(window: bytes, signature: bytes) -> bool:
    shift, first = _SIGNATURES[signature]
    at = window.find(signature)
    while at >= 0:
        data = window[at + len(signature) : at + len(signature) + _BEHIND]
        count = data[0] >> shift & _TRIPLETS if data else 0
        if any(_says_something(data[begin : begin + 3]) for begin in range(first, first + 3 * count, 3)):
            return True
        at = window.find(signature, at + 1)
    return False


def _says_something(triplet: bytes) -> bool:
    """Return whether a triplet is valid and holds more than two nulls (parity aside), which mean nothing."""
    return len(triplet) == 3 and bool(triplet[0] & 0x04 and (triplet[1] | triplet[2]) & 0x7F)
