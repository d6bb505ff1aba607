"""Clips with closed captions inside their picture, which ffmpeg keeps but cannot make: they are written into H.264
here.

Sources: CEA-608-E (characters and control codes with odd parity), CEA-708-E §4.4 (cc_data), ATSC A/53 Part 4 §6.2 (its
envelope), ITU-T H.264 §7.3.2.3 (supplemental enhancement information).
"""

from __future__ import annotations

import re
import subprocess
from itertools import chain, repeat
from pathlib import Path

from tests.media import ffmpeg

_START = b"\x00\x00\x00\x01"
_POP_ON = [(0x14, 0x20), (0x14, 0x2E), (0x14, 0x70)]  # resume loading, erase it, last row
_SHOW, _ERASE = (0x14, 0x2F), (0x14, 0x2C)


def captioned(path: Path, *, text: str = "HELLO", seconds: float = 4, rate: int = 30, interlaced: bool = False) -> Path:
    """A clip with sound whose picture brings one caption along, shown for a second (use an ``.mp4`` path)."""
    raw = path.with_suffix(".h264")
    fields = "tff=1:" if interlaced else ""
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=176x144:rate={rate}:duration={seconds}")
    coder = (
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        str(rate),
        "-bf",
        "0",
        "-x264-params",
        f"{fields}slices=1:threads=1",
    )
    coded = _ffmpeg(*picture, *coder, "-f", "h264", "-")
    raw.write_bytes(b"".join(_with_captions(coded, _pairs(text, shown=rate))))
    tone = ("-f", "lavfi", "-i", f"sine=duration={seconds}")
    _ffmpeg(
        "-y",
        "-r",
        str(rate),
        "-i",
        str(raw),
        *tone,
        "-c:v",
        "copy",
        "-c:a",
        "aac",
        "-metadata:s:a",
        "language=eng",
        str(path),
    )
    raw.unlink()
    return path


def captions_of(path: Path) -> str:
    """What a decoder reads of a file's captions, without times and styles."""
    text = _ffmpeg(
        "-f", "lavfi", "-i", f"movie={path.name}[out0+subcc]", "-map", "0:s", "-f", "srt", "-", cwd=path.parent
    ).decode()
    lines = [line for line in text.splitlines() if line and not re.match(r"\d+$|.*-->", line)]
    return " ".join(re.sub(r"<[^>]*>|\{[^}]*\}", "", line).strip() for line in lines)


def _pairs(text: str, *, shown: int) -> list[tuple[int, int]]:
    letters = [ord(letter) for letter in text + " " * (len(text) % 2)]
    written = list(zip(letters[::2], letters[1::2], strict=True))
    # Control codes are sent twice.
    loaded = [*chain.from_iterable(repeat(code, 2) for code in _POP_ON), *written, _SHOW, _SHOW]
    return [*loaded, *repeat((0, 0), shown), _ERASE, _ERASE]


def _with_captions(coded: bytes, pairs: list[tuple[int, int]]) -> list[bytes]:
    waiting = chain(pairs, repeat((0, 0)))
    parts = []
    for unit in re.split(rb"\x00\x00\x00?\x01", coded)[1:]:
        picture = unit[0] & 31 in (1, 5)
        parts += [_START + _information(next(waiting))] if picture else []
        parts.append(_START + unit)
    return parts


def _information(pair: tuple[int, int]) -> bytes:
    triplet = bytes([0xFC, *map(_odd, pair)])  # valid, field 1
    payload = b"\xb5\x00\x31GA94\x03" + bytes([0xC1, 0xFF]) + triplet + b"\xff"
    message = bytes([4, len(payload)]) + payload + b"\x80"
    return b"\x06" + re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", message)


def _odd(value: int) -> int:
    return value if value.bit_count() % 2 else value | 0x80


def _ffmpeg(*arguments: str, cwd: Path | None = None) -> bytes:
    done = subprocess.run(
        [ffmpeg(), "-nostdin", "-v", "error", *arguments], capture_output=True, check=False, timeout=60, cwd=cwd
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
