"""Probe of a file with ffprobe and ffmpeg, in the sandbox; it refuses files that must not reach an encoder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from airflow_provider_media.core.ffmpeg.captions import CARRIERS, holds_captions
from airflow_provider_media.core.ffmpeg.diagnosis import summary
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.probe_runs import ProbeRuns
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.media.accepted import larger_limit
from airflow_provider_media.core.media.encryption import encryption_of
from airflow_provider_media.core.media.errors import (
    SourceDamaged,
    SourceEmpty,
    SourceEncrypted,
    SourceError,
    SourceNotFound,
    SourceTooLarge,
    SourceTruncated,
)
from airflow_provider_media.core.media.ffprobe import PacketScan, parse
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.media.mp4_index import is_index_cut
from airflow_provider_media.core.media.soundness import check_facts, check_header, holes, shortfall, unplayable

Integrity = Literal["strict", "tolerant"]

_INDEX_CUT = "its index (moov) is cut off"


def probe(
    path: Path,
    *,
    toolchain: Toolchain,
    limits: Limits,
    integrity: Integrity = "strict",
    may_defer: bool = False,
    require_sandbox: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> MediaInfo:
    """Return the facts of a local file, after reading every packet and decoding the whole file once.

    :param integrity: ``strict`` refuses a truncated or damaged file; ``tolerant`` accepts it with a warning if anything
        can be played.
    :param may_defer: whether an encode may do the decode of a plain video; the facts then say so.
    :raises SourceError: when the file is refused; each reason has its own code.
    :raises ToolMissing: when a sandbox is required and there is none.
    """
    size = _check_size(path, limits)
    _refuse_encrypted(path)
    if (index_cut := is_index_cut(path, size)) and integrity == "strict":
        raise SourceTruncated(f"the source is cut short: {_INDEX_CUT}; upload it again")
    with tempfile.TemporaryDirectory(prefix="media-probe-") as folder:
        runs = ProbeRuns(
            path, Path(folder), toolchain=toolchain, limits=limits, require_sandbox=require_sandbox, cancelled=cancelled
        )
        data = runs.header()
        check_header(data, pixels=limits.pixels, streams=limits.streams)
        scan = PacketScan.of(data)
        ended = runs.packets(scan, data)
        info = parse(data, scan, size=size)
        check_facts(info, duration=limits.duration, frame_rate=limits.frame_rate)
        streams = scan.streams.values()
        short = _INDEX_CUT if index_cut else shortfall(info, streams, said=runs.said, tail=_tail(path))
        if short and integrity == "strict":
            raise _refusal_of(info, short)
        spoilt = summary(ended.stderr) if ended.returncode else unplayable(info)
        decoded = runs.decoded(
            info, data, scan, may_defer=may_defer and integrity == "strict" and not (short or spoilt)
        )
        check_facts(decoded, duration=limits.duration, frame_rate=limits.frame_rate)
        judged = _judged(decoded, short, spoilt or holes(decoded), integrity)
        captions = any(stream.codec in CARRIERS for stream in judged.video) and holds_captions(path)
        video = (replace(stream, closed_captions=captions and stream.codec in CARRIERS) for stream in judged.video)
        return replace(judged, video=tuple(video))


def probe_packets(
    path: Path,
    *,
    toolchain: Toolchain,
    limits: Limits,
    require_sandbox: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> MediaInfo:
    """Return the facts of a local file from its header, its packets and its first keyframes; damage is not looked for.

    :raises SourceError: when the file is refused; each reason has its own code.
    :raises ToolMissing: when a sandbox is required and there is none.
    """
    size = _check_size(path, limits)
    _refuse_encrypted(path)
    with tempfile.TemporaryDirectory(prefix="media-probe-") as folder:
        runs = ProbeRuns(
            path, Path(folder), toolchain=toolchain, limits=limits, require_sandbox=require_sandbox, cancelled=cancelled
        )
        data = runs.header()
        check_header(data, pixels=limits.pixels, streams=limits.streams)
        scan = PacketScan.of(data)
        ended = runs.packets(scan, data)
        info = parse(data, scan, size=size)
        check_facts(info, duration=limits.duration, frame_rate=limits.frame_rate)
        if not (info.video or info.audio):
            raise SourceDamaged(f"nothing in the source can be played ({summary(ended.stderr)}); upload it again")
        return runs.with_first_keyframes(info, data)


def _check_size(path: Path, limits: Limits) -> int:
    if not path.is_file():
        raise SourceNotFound("the source is not there")
    size = path.stat().st_size
    if size == 0:
        raise SourceEmpty("the source has no bytes; upload it again")
    if size > limits.source_bytes:
        message = (
            f"the source has {size} bytes; {limits.source_bytes} are allowed: upload a smaller one, or"
            f" {larger_limit('source_bytes')}"
        )
        raise SourceTooLarge(message, measured=size, allowed=limits.source_bytes)
    return size


def _refuse_encrypted(path: Path) -> None:
    with path.open("rb") as file:
        scheme = encryption_of(file)
    if scheme:
        raise SourceEncrypted(
            f"the source is encrypted ({scheme}), and nothing here has its key; upload it in the clear", scheme=scheme
        )


def _tail(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65536))
        return file.read()


def _judged(info: MediaInfo, short: str | None, spoilt: str | None, integrity: Integrity) -> MediaInfo:
    if not (short or spoilt):
        return info
    if integrity == "strict" or not (info.video or info.audio):
        raise _refusal_of(info, short, spoilt)
    reason = f"cut short: {short}" if short else f"damaged: {spoilt}"
    return replace(info, warnings=(*info.warnings, f"the source is {reason}"))


def _refusal_of(info: MediaInfo, short: str | None, spoilt: str | None = None) -> SourceError:
    error, reason = (SourceTruncated, f"cut short: {short}") if short else (SourceDamaged, f"damaged: {spoilt}")
    if not (info.video or info.audio):
        return error(f"the source is {reason}, and nothing in it can be played; upload it again")
    return error(f"the source is {reason}; upload it again, or let the workflow say `integrity: tolerant`")
