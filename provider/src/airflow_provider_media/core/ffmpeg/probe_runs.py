"""Runs of ffprobe and ffmpeg by which a probe reads a source: its header, its packets and its full decode."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from airflow_provider_media.core.ffmpeg.decoding import decode_arguments, keyframe_arguments, stream_logs
from airflow_provider_media.core.ffmpeg.diagnosis import diagnose, summary
from airflow_provider_media.core.ffmpeg.errors import Cancelled, EncodeFailed
from airflow_provider_media.core.ffmpeg.limits import BASE_CPU_SECONDS, Limits
from airflow_provider_media.core.ffmpeg.process import Ended, watch
from airflow_provider_media.core.ffmpeg.sandbox import enclose, input_guards
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.media.accepted import ACCEPTED, larger_limit
from airflow_provider_media.core.media.decode_log import DecodeLog
from airflow_provider_media.core.media.decoded import with_decoding, with_keyframes
from airflow_provider_media.core.media.deferral import deferrable_video, has_uniform_keyframes
from airflow_provider_media.core.media.errors import SourceDamaged, SourceIsReference, SourceTooLarge
from airflow_provider_media.core.media.ffprobe import PACKET_ENTRIES, PacketScan
from airflow_provider_media.core.media.info import MediaInfo, VideoStream
from airflow_provider_media.core.media.keyframes import CODECS, KeyframeScan
from airflow_provider_media.core.media.soundness import is_ragged
from airflow_provider_media.core.media.stream_log import StreamLog
from airflow_provider_media.core.media.transport import continuity, transport_packets

_QUIET = ("-hide_banner", "-loglevel", "level+warning")
_HEADER_BYTES = 8 * 1024**2  # no honest header is longer, and the whole header is held in memory
_REFERENCE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|ffconcat\b|v=0\r?\n|<\?xml|<svg\b|<mpd\b"
    rb"|<smil\b|<asx\b|<playlist\b|\[playlist\]|\[reference\]"
    rb"|(?:file\s+'?[^\n]{1,400}|(?:https?|rtsp|rtmp|rtp|udp|ftp)://\S+)\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
_CPU_SECONDS_PER_MIB = 1.0  # twenty times the cost of reading packets
_FIRST_SECONDS = 10.0
_ATTEMPTS = 3  # another thread interrupts a line in one of some thousand short files


class ProbeRuns:
    """Runs of ffprobe and ffmpeg over one source, in the sandbox."""

    def __init__(
        self,
        path: Path,
        folder: Path,
        *,
        toolchain: Toolchain,
        limits: Limits,
        require_sandbox: bool,
        cancelled: Callable[[], bool],
    ) -> None:
        self._path = path
        self._folder = folder
        self._tools = toolchain
        self._limits = limits
        self._require_sandbox = require_sandbox
        self._cancelled = cancelled
        self._input = (*input_guards(limits), "-i", "file:source")
        self.said = ""

    def header(self) -> dict[str, Any]:
        """Return ffprobe's answer to ``-show_format``, ``-show_streams`` and ``-show_chapters``."""
        lines: list[str] = []
        length = 0

        def keep(line: str) -> None:
            nonlocal length
            length += len(line)
            if length > _HEADER_BYTES:
                raise SourceTooLarge(
                    "the source's header is longer than any honest one: convert the source, and upload it again"
                )
            lines.append(line)

        arguments = (*_QUIET, "-show_format", "-show_streams", "-show_chapters", "-of", "json", *self._input)
        ended = self._watch((str(self._tools.ffprobe), *arguments), keep)
        # A demuxer may skip the streams above the limit and go on.
        if ended.returncode or "exceeds max_streams" in ended.stderr:
            raise self._refusal(ended)
        data: dict[str, Any] = json.loads("\n".join(lines))
        return data

    def packets(self, scan: PacketScan, data: dict[str, Any]) -> Ended:
        """Read every packet into ``scan``, and stop as soon as the packets exceed the allowed duration."""
        bases = {stream["index"]: str(stream.get("time_base")) for stream in data["streams"]}
        longest = [(packets, _ticks(self._limits.duration, bases[index])) for index, packets in scan.streams.items()]
        lines = 0

        def take(line: str) -> None:
            nonlocal lines
            scan.read(line)
            lines += 1
            if lines % 1024 == 0 and any(packets.span > ticks for packets, ticks in longest):
                most = f"{self._limits.duration:.0f} s, the longest that is allowed"
                raise SourceTooLarge(
                    f"the source's packets go on for more than {most}: upload shorter parts, or"
                    f" {larger_limit('duration')}"
                )

        arguments = (*_QUIET, "-show_entries", PACKET_ENTRIES, "-of", "compact=p=0:nk=1", *self._input)
        return self._watch((str(self._tools.ffprobe), *arguments), take)

    def decoded(self, info: MediaInfo, data: dict[str, Any], scan: PacketScan, *, may_defer: bool) -> MediaInfo:
        """Return the facts of a source, corrected by its decoder's output.

        :param may_defer: whether an encode may do the decode of a plain video.
        :raises SourceDamaged: when nothing at all can be decoded.
        """
        ragged = is_ragged(info, self.said)
        video = deferrable_video(info, scan.streams, self.said) if may_defer else None
        keyframes = {stream.index: self._keyframes(stream) for stream in info.video if stream.codec in CODECS}
        if video and has_uniform_keyframes(keyframes[video.index], scan.streams[video.index]):
            logs = stream_logs(info, data, scan.streams, ragged=ragged, deferred=video.index)
            found, _ = self._decoding(info, data, logs, keyframes)
            whole = not any(stream.has_holes or stream.duplicated for stream in found.damage)
            if whole and found.video and found.video[0].frame_count == video.frame_count:
                return replace(found, is_decode_deferred=True)
        logs = stream_logs(info, data, scan.streams, ragged=ragged)
        if not logs:
            return info
        found, said = self._decoding(info, data, logs, keyframes)
        if not (found.video or found.audio):
            raise SourceDamaged(
                f"the source is damaged: nothing in it can be decoded ({summary(said)}); upload it again"
            )
        return found

    def with_first_keyframes(self, info: MediaInfo, data: dict[str, Any]) -> MediaInfo:
        """Return the facts of a source, corrected by the keyframes of its first seconds."""
        keyframes = {
            stream.index: self._keyframes(stream, seconds=_FIRST_SECONDS)
            for stream in info.video
            if stream.codec in CODECS
        }
        return with_keyframes(info, data, keyframes)

    def _decoding(
        self,
        info: MediaInfo,
        data: dict[str, Any],
        logs: Mapping[int, StreamLog],
        keyframes: Mapping[int, KeyframeScan],
    ) -> tuple[MediaInfo, str]:
        """Return the facts after a decode, and its stderr; repeat the decode where its log is ambiguous."""
        argv = (str(self._tools.ffmpeg), *decode_arguments(logs, self._limits))
        for _ in range(_ATTEMPTS):
            log = DecodeLog(deepcopy(logs), container=info.format)
            ended = self._watch(
                argv, lambda _: None, is_kept=log.read, decoding=self._limits.cpu_seconds(info.duration)
            )
            if not log.is_ambiguous:
                break
        self._count_packets(info, data, log)
        return with_decoding(info, data, log, keyframes), ended.stderr

    def _count_packets(self, info: MediaInfo, data: dict[str, Any], log: DecodeLog) -> None:
        """Tell damaged or lost packets from packets whose counters only restart, where recordings were joined."""
        if info.format != "mpegts" or not any(stream.corrupt or stream.has_gaps for stream in log.streams.values()):
            return
        counters = continuity(transport_packets(self._path))
        for stream in data["streams"]:
            if (known := log.streams.get(stream["index"])) and "id" in stream:
                known.forgive(counters.joints[int(stream["id"], 16)])
                known.lost_pes_packets = counters.losses[int(stream["id"], 16)]

    def _keyframes(self, stream: VideoStream, *, seconds: float | None = None) -> KeyframeScan:
        scan, cpu_seconds = KeyframeScan(), self._limits.cpu_seconds(stream.duration)
        arguments = keyframe_arguments(stream.index, self._limits, seconds=seconds)
        self._watch((str(self._tools.ffprobe), *arguments), scan.read, decoding=cpu_seconds)
        return scan

    def _watch(
        self,
        argv: tuple[str, ...],
        on_line: Callable[[str], None],
        *,
        is_kept: Callable[[str], bool] = lambda _: True,
        decoding: float = 0.0,
    ) -> Ended:
        launch = enclose(
            argv,
            directory=self._folder,
            source=self._path,
            limits=self._limits,
            bubblewrap=self._tools.bubblewrap,
            require_sandbox=self._require_sandbox,
            cpu_seconds=BASE_CPU_SECONDS + _CPU_SECONDS_PER_MIB * self._path.stat().st_size / 1024**2 + decoding,
        )

        def tick() -> None:
            if self._cancelled():
                raise Cancelled("probing was cancelled")

        ended = watch(launch, on_line=on_line, tick=tick, what="reading the source", is_kept=is_kept)
        self.said += ended.stderr + "\n"
        return ended

    def _refusal(self, ended: Ended) -> Exception:
        with self._path.open("rb") as file:
            beginning = file.read(4096)
        if _REFERENCE.match(beginning):
            return SourceIsReference(
                "the source is a playlist or another text that only points at media; send the media file itself;"
                f" {ACCEPTED}"
            )
        error = diagnose(tool="ffprobe", returncode=ended.returncode, stderr=ended.stderr)
        if isinstance(error, EncodeFailed):
            return SourceDamaged(
                f"the source cannot be read: {summary(ended.stderr)}; upload it again, or convert it first"
            )
        return error


def _ticks(seconds: float, time_base: str) -> float:
    number, _, per = time_base.partition("/")
    return seconds * int(per) / int(number) if number.isdigit() and per.isdigit() and int(number) else float("inf")
