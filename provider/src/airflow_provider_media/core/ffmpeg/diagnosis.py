"""What a tool's last words mean: exit code and stderr become one error of the tree."""

from __future__ import annotations

import re
import signal
from typing import Literal

from airflow_provider_media.core.errors import (
    EncodeFailed,
    MediaError,
    PackagingFailed,
    ResourceExhausted,
    SourceDamaged,
    SourceIsReference,
    SourceNotMedia,
    SourceTooLarge,
    SourceTruncated,
)

Tool = Literal["ffmpeg", "ffprobe", "packager"]

_REFERENCES = r"(?:concatf?|hls|applehttp|dash|sdp|rtsp|imf|svg_pipe|vapoursynth|tty)"

_EXHAUSTED: tuple[tuple[str, type[MediaError], str], ...] = (
    # Before memory: ffmpeg reports a refused stream as if it had no memory left.
    (r"exceeds max_streams", SourceTooLarge, "it has more streams than are allowed"),
    (r"exceeds specified max pixel count", SourceTooLarge, "its picture has more pixels than are allowed"),
    (r"No space left on device|Disk quota exceeded", ResourceExhausted, "the disk of the work directory is full"),
    (r"Cannot allocate memory|Out of memory|bad_alloc|x26[45].*malloc of size", ResourceExhausted, "memory ran out"),
    (r"File too large", ResourceExhausted, "an output grew over the allowed size"),
)
_SOURCE: tuple[tuple[str, type[MediaError], str], ...] = (
    (rf"\[{_REFERENCES} @[^\]]*\].*Format not on whitelist", SourceIsReference, "it only points at media; send the media file itself"),
    (r"Protocol '[^']*' not on whitelist", SourceIsReference, "it points at another file or address; send the media file itself"),
    (r"Not detecting m3u8/hls", SourceIsReference, "it is a playlist; send the media file itself"),
    (r"Format not on whitelist", SourceNotMedia, "it is of a format that is not accepted"),
    (r"moov atom not found", SourceTruncated, "its index (moov) is missing: the upload was cut short; send it again"),
    (
        r"partial file|File ended prematurely|(?:source|input): End of file|Truncat(?:ed|ing) (?:packet|file|at)",
        SourceTruncated,
        "it ends too early; send it again",
    ),
    (
        r"Error opening input(?: file)?[^\n]*Invalid data|source: Invalid data found when processing input",
        SourceNotMedia,
        "no media format was recognised in it",
    ),
    (
        r"rror while decoding|Decode error rate|Error submitting packet to decoder|corrupt(?:ed)? (?:input|decoded|frame)",
        SourceDamaged,
        "it cannot be decoded",
    ),
)
_OURS = re.compile(
    r"Unrecognized option|Option not found|Unknown (?:en|de)coder|No such filter|Error (?:parsing|setting|applying) option"
    r"|Error (?:initializing|opening|while opening) (?:output|encoder|filter)|Error (?:initializing|reinitializing|parsing) .*filter"
    r"|matches no streams|Could not write header|Error while filtering",
    re.IGNORECASE,
)
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
_NOISE = re.compile(r"Last message repeated|Conversion failed|Terminating thread|Task finished with error|Nothing was written|^\s*$")


def diagnose(*, tool: Tool, returncode: int, stderr: str, name: str = "") -> MediaError:
    """The error that a tool's failure amounts to.

    :param returncode: negative for a signal; a sandbox hands signals on as 128 and more.
    :param stderr: what the tool wrote.
    :param name: what was being worked on, for the message.
    """
    about = f"{name}: " if name else ""
    if found := _first(_EXHAUSTED, stderr):
        return _told(found, about, stderr)
    if number := _signal_number(returncode):
        return _by_signal(tool, number, about, stderr)
    if tool == "packager":
        return PackagingFailed(f"{about}Shaka Packager failed: {summary(stderr)}", returncode=returncode)
    if reason := _ERRNO_CODES.get(returncode):
        return ResourceExhausted(f"{about}{reason}: {summary(stderr)}")
    if not _OURS.search(stderr) and (found := _first(_SOURCE, stderr)):
        return _told(found, about, stderr)
    return EncodeFailed(f"{about}{tool} failed: {summary(stderr)}", returncode=returncode)


def summary(stderr: str) -> str:
    """The line of a tool's output that says most, in at most 300 characters and without paths, addresses and queries."""
    lines = [line for line in stderr.splitlines() if not _NOISE.search(line)]
    grave = [line for line in lines if "[error]" in line or "[fatal]" in line or "rror" in line]
    return scrubbed((grave or lines or ["it said nothing"])[0])[:300]


def scrubbed(text: str) -> str:
    """A text without memory addresses, folders, hosts and query strings."""
    text = _ALLOWED.sub("not allowed", text)
    return _PATH.sub(r"\1", _URL.sub(r"\1://…", _TAG.sub("", text))).strip()


def _first(table: tuple[tuple[str, type[MediaError], str], ...], stderr: str) -> tuple[type[MediaError], str] | None:
    return next(((error, reason) for pattern, error, reason in table if re.search(pattern, stderr)), None)


def _told(found: tuple[type[MediaError], str], about: str, stderr: str) -> MediaError:
    error, reason = found
    subject = "" if issubclass(error, ResourceExhausted) else "the source is refused: "
    return error(f"{about}{subject}{reason}", said=summary(stderr))


def _signal_number(returncode: int) -> int:
    if returncode < 0:
        return -returncode
    # Under bubblewrap, as in shells; above that lie ffmpeg's own codes.
    return returncode - 128 if 128 < returncode <= 128 + signal.SIGSYS else 0


def _by_signal(tool: Tool, number: int, about: str, stderr: str) -> MediaError:
    if reason := _SIGNALS.get(number):
        return ResourceExhausted(f"{about}{tool} was stopped: {reason}", signal=number)
    label = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    error = PackagingFailed if tool == "packager" else EncodeFailed
    return error(f"{about}{tool} crashed ({label}): {summary(stderr)}", signal=number)
