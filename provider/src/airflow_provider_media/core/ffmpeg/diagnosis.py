"""Diagnosis of a tool's failure: exit code and stderr become one ``MediaError``."""

from __future__ import annotations

import re
import signal
from typing import Literal

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.ffmpeg.errors import (
    OTHER_DEVICE,
    EncodeFailed,
    EncoderUnavailable,
    PackagingFailed,
    ResourceExhausted,
)
from airflow_provider_media.core.media.accepted import ACCEPTED, larger_limit
from airflow_provider_media.core.media.errors import (
    SourceDamaged,
    SourceIsReference,
    SourceNotMedia,
    SourceTooLarge,
    SourceTruncated,
    SourceUnsuitable,
)
from airflow_provider_media.core.media.hardware import HARDWARE_ENCODERS

Tool = Literal["ffmpeg", "ffprobe", "packager"]

_REFERENCES = r"(?:concatf?|hls|applehttp|dash|sdp|rtsp|imf|svg_pipe|vapoursynth|tty)"

_EXHAUSTED: tuple[tuple[str, type[MediaError], str], ...] = (
    # Before memory: ffmpeg reports a refused stream as lack of memory.
    (
        r"exceeds max_streams",
        SourceTooLarge,
        f"it has more streams than are allowed; send one with fewer, or {larger_limit('streams')}",
    ),
    (
        r"exceeds specified max pixel count",
        SourceTooLarge,
        f"its picture has more pixels than are allowed; send a smaller one, or {larger_limit('pixels')}",
    ),
    (r"No space left on device|Disk quota exceeded", ResourceExhausted, "the disk of the work directory is full"),
    (r"Cannot allocate memory|Out of memory|bad_alloc|x26[45].*malloc of size", ResourceExhausted, "memory ran out"),
    (r"File too large", ResourceExhausted, "an output grew over the allowed size"),
)
_MEDIA_ITSELF = "send the media file itself"
_AGAIN = "send it again"
_UNDAMAGED = "send an undamaged copy, or let the workflow say `integrity: tolerant`"
_DECODING = (
    r"rror while decoding|Decode error rate|[Cc]orrupt(?:ed)? (?:input|decoded|frame)|Packet corrupt",
    r"Invalid data found when processing input|Error during demuxing|Could not find codec parameters",
    r"Picture size \d+x\d+ is invalid|(?:dimensions|sample rate) not set",
    r"unknown timestamp|Timestamps are unset|non monoton",
    # Any other error of a demuxer or decoder: filters, encoders and muxers behind them fail only because of it.
    r"\[in#0[^\n]*\[(?:error|fatal)\] (?!Error opening)",
    r"\[(?:vist|aist|dec)[#:][^\n]*\[(?:error|fatal)\]",
)
_DECODERS_MEMORY = re.compile(r"^.*\[dec:.*Cannot allocate memory.*$", re.MULTILINE)
_DAMAGED: tuple[type[MediaError], str] = (SourceDamaged, f"it cannot be decoded; {_UNDAMAGED}")
_SOURCE: tuple[tuple[str, type[MediaError], str], ...] = (
    (
        rf"\[{_REFERENCES} @[^\]]*\].*Format not on whitelist",
        SourceIsReference,
        f"it only points at media; {_MEDIA_ITSELF}; {ACCEPTED}",
    ),
    (
        r"Protocol '[^']*' not on whitelist",
        SourceIsReference,
        f"it points at another file or address; {_MEDIA_ITSELF}; {ACCEPTED}",
    ),
    (r"Not detecting m3u8/hls", SourceIsReference, f"it is a playlist; {_MEDIA_ITSELF}; {ACCEPTED}"),
    (
        r"Format not on whitelist",
        SourceNotMedia,
        f"it is of a format that is not accepted; {ACCEPTED}: convert it to one of them",
    ),
    (r"moov atom not found", SourceTruncated, f"its index (moov) is missing: the upload was cut short; {_AGAIN}"),
    (
        r"partial file|File ended prematurely|(?:source|input): End of file|Truncat(?:ed|ing) (?:packet|file|at)",
        SourceTruncated,
        f"it ends too early; {_AGAIN}",
    ),
    (
        r"Error opening input(?: file)?[^\n]*Invalid data|source: Invalid data found when processing input",
        SourceNotMedia,
        f"no media format was recognised in it; {ACCEPTED}: convert it to one of them, or {_AGAIN} if it is one",
    ),
    (
        (
            r"no decoder found for|Decoder \(codec [^)]*\) not found|Unsupported codec|codec not currently supported in"
            r" container"
        ),
        SourceUnsuitable,
        (
            "it is encoded with a codec that cannot be read here: convert it to H.264 with AAC in MP4, or to another"
            " common codec"
        ),
    ),
    *((pattern, *_DAMAGED) for pattern in _DECODING),
    (
        r"Could not open encoder before EOF",
        SourceDamaged,
        f"nothing could be decoded of what an output is made of; {_UNDAMAGED}",
    ),
)
_OURS = re.compile(
    r"Unrecognized option|Option not found|Unknown (?:en|de)coder|Encoder(?: \([^)]*\))? not found|No such filter"
    r"|Error (?:parsing|setting|applying) option|Unable to parse|matches no streams|does not exist in any defined"
    r" filter",
    re.IGNORECASE,
)
"""ffmpeg's messages about a wrong command, before it reads any media.

Failures of filters, encoders and muxers may follow from a source's damage: messages of demuxers and decoders decide."""
_REFUSED_ENCODE = re.compile(rf"\[\w+_(?:{'|'.join(HARDWARE_ENCODERS)}) @[^\n]*\[(?:error|fatal)\]")
"""An error of a hardware encoder: a device has limits of its own on sizes and on encodes side by side.

It comes first: ffmpeg reports a device without room as lack of memory, and an output without frames as damage."""
_INVALID_DATA = 183
"""ffmpeg's exit code for AVERROR_INVALIDDATA, the low byte of its number; only readers of media report invalid data."""
_SIGNALS: dict[int, str] = {
    signal.SIGKILL: "it was killed from outside, most likely because the machine ran out of memory",
    signal.SIGXCPU: "its allowed processor time ran out",
    signal.SIGXFSZ: "an output grew over the allowed size",
}
_ERRNO_CODES = {228: "the disk of the work directory is full", 244: "memory ran out"}
"""ffmpeg exits with the low byte of a negative errno: 256 - ENOSPC and 256 - ENOMEM."""

_TAG = re.compile(r"\[[^\]]*? @ 0x[0-9a-f]+\]\s*|\[(?:info|warning|error|fatal|panic)\]\s*")
_URL = re.compile(r"\b([a-z][a-z0-9+.-]*)://\S+", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w.])/(?:[^\s:'\",]+/)*([^\s:'\",/]*)")
_ALLOWED = re.compile(r"not on whitelist '[^']*'!?")
_NOISE = re.compile(
    r"Last message repeated|Conversion failed|Terminating thread|Task finished with error|Nothing was written|^\s*$"
)


def diagnose(*, tool: Tool, returncode: int, stderr: str, name: str = "") -> MediaError:
    """Return the error for a tool's failure.

    :param returncode: negative for a signal; a sandbox reports a signal as 128 plus its number.
    :param stderr: the tool's standard error.
    :param name: name of the failed work, for the message.
    """
    about = f"{name}: " if name else ""
    if _REFUSED_ENCODE.search(stderr):
        said = f"the worker's device refuses the encode ({summary(stderr)})"
        return EncoderUnavailable(f"{about}{said}; {OTHER_DEVICE}", said=said)
    if found := _first(_EXHAUSTED, _without_false_alarm(stderr)):
        return _error_of(found, about, stderr)
    if number := _signal_number(returncode):
        return _by_signal(tool, number, about, stderr)
    if tool == "packager":
        return PackagingFailed(f"{about}Shaka Packager failed: {summary(stderr)}", returncode=returncode)
    return _by_returncode(tool, returncode, about, stderr)


def summary(stderr: str) -> str:
    """Return the most telling line of a tool's output: at most 300 characters, without paths, addresses and queries."""
    lines = [line for line in stderr.splitlines() if not _NOISE.search(line)]
    grave = [line for line in lines if "[error]" in line or "[fatal]" in line or "rror" in line]
    return scrubbed((grave or lines or ["it said nothing"])[0])[:300]


def scrubbed(text: str) -> str:
    """Return a text without memory addresses, folders, hosts and query strings."""
    text = _ALLOWED.sub("not allowed", text)
    return _PATH.sub(r"\1", _URL.sub(r"\1://…", _TAG.sub("", text))).strip()


def _first(table: tuple[tuple[str, type[MediaError], str], ...], stderr: str) -> tuple[type[MediaError], str] | None:
    return next(((error, reason) for pattern, error, reason in table if re.search(pattern, stderr)), None)


def _without_false_alarm(stderr: str) -> str:
    """Drop a decoder's lack of memory from stderr that also reports damage: a damaged header can ask for any amount."""
    rest = _DECODERS_MEMORY.sub("", stderr)
    return rest if any(re.search(pattern, rest) for pattern in _DECODING) else stderr


def _source_fault(stderr: str, returncode: int) -> tuple[type[MediaError], str] | None:
    """Return the source's fault behind a failure; None where the command was wrong, or nothing points at the source."""
    if _OURS.search(stderr):
        return None
    return _first(_SOURCE, stderr) or (_DAMAGED if returncode == _INVALID_DATA else None)


def _error_of(found: tuple[type[MediaError], str], about: str, stderr: str) -> MediaError:
    error, reason = found
    subject = "" if issubclass(error, ResourceExhausted) else "the source is refused: "
    return error(f"{about}{subject}{reason}", said=summary(stderr))


def _signal_number(returncode: int) -> int:
    if returncode < 0:
        return -returncode
    # bubblewrap adds 128 to a signal's number, as shells do; higher codes are ffmpeg's own.
    return returncode - 128 if 128 < returncode <= 128 + signal.SIGSYS else 0


def _by_returncode(tool: Tool, returncode: int, about: str, stderr: str) -> MediaError:
    if reason := _ERRNO_CODES.get(returncode):
        return ResourceExhausted(f"{about}{reason}: {summary(stderr)}")
    if found := _source_fault(stderr, returncode):
        return _error_of(found, about, stderr)
    return EncodeFailed(f"{about}{tool} failed: {summary(stderr)}", returncode=returncode)


def _by_signal(tool: Tool, number: int, about: str, stderr: str) -> MediaError:
    if reason := _SIGNALS.get(number):
        return ResourceExhausted(f"{about}{tool} was stopped: {reason}", signal=number)
    if tool != "packager" and (found := _source_fault(stderr, number)):
        return _error_of(found, about, stderr)  # a damaged stream is damaged even where it crashes the decoder
    label = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    error = PackagingFailed if tool == "packager" else EncodeFailed
    return error(f"{about}{tool} crashed ({label}): {summary(stderr)}", signal=number)
