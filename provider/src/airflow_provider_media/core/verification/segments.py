"""Packets of a track's segments, read as those of one file for any number of segments."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.verification.measure import FileFacts, StreamFacts, read_packets

WINDOW = 200
"""Segments that one run of ffprobe reads. ffprobe holds all of them open, and a tool may open 256 files."""


def scan_segments(
    directory: Path,
    files: Sequence[str],
    *,
    toolchain: Toolchain,
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
    window: int = WINDOW,
) -> FileFacts:
    """Return all packets of a track's CMAF header and segments, read in order as if they were one file.

    One process reads each window of segments. Positions count from the header's first byte. A window gives the same
    packets as a run over all segments, because each fragment tells its own time (``tfdt``, ISO/IEC 14496-12 §8.8.12).

    :param files: names relative to ``directory``, the header first.
    :param cancelled: called often; True ends the reading.
    :param window: segments that one process reads.
    :raises VerificationFailed: when the files cannot be read, or a window holds other streams than the first one.
    """
    header, *segments = files
    name = str(Path(header).parent)
    begin = header_size = (directory / header).stat().st_size
    joined: list[_Joined] = []
    facts = FileFacts(format="", streams=())
    for number in range(0, max(1, len(segments)), window):
        chosen = segments[number : number + window]
        with _list_file(directory, (header, *chosen)) as listed:
            arguments = ("-protocol_whitelist", "concatf,file", "-f", "mov", f"concatf:{listed}")
            facts = read_packets(directory, arguments, name, toolchain=toolchain, limits=limits, cancelled=cancelled)
        joined = joined or [_Joined(stream) for stream in facts.streams]
        if [_described(stream) for stream in facts.streams] != [_described(part.stream) for part in joined]:
            raise VerificationFailed(
                f"{name}: segments from {chosen[0]} on hold other streams than those before", file=name
            )
        for part, stream in zip(joined, facts.streams, strict=True):
            part.add(stream, shift=begin - header_size)
        begin += sum((directory / file).stat().st_size for file in chosen)
    return replace(facts, streams=tuple(part.facts() for part in joined))


@dataclass(slots=True)
class _Joined:
    """One stream while its windows are joined."""

    stream: StreamFacts
    """The stream in the first window."""
    pts: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("q"))
    positions: array[int] = field(default_factory=lambda: array("q"))
    keyframes: array[int] = field(default_factory=lambda: array("b"))

    def add(self, window: StreamFacts, *, shift: int) -> None:
        """Append a window whose byte positions are ``shift`` too low."""
        self.pts.extend(window.pts)
        self.lengths.extend(window.lengths)
        self.sizes.extend(window.sizes)
        self.positions.extend(position + shift if position >= 0 else position for position in window.positions)
        self.keyframes.extend(window.keyframes)

    def facts(self) -> StreamFacts:
        return replace(
            self.stream,
            pts=self.pts,
            lengths=self.lengths,
            sizes=self.sizes,
            positions=self.positions,
            keyframes=self.keyframes,
        )


def _described(stream: StreamFacts) -> StreamFacts:
    """Return a stream without its packets."""
    return replace(stream, pts=(), lengths=(), sizes=(), positions=(), keyframes=())


@contextmanager
def _list_file(directory: Path, files: Sequence[str]) -> Iterator[str]:
    # Hundreds of names do not suit an argument. concatf reads the names from a file.
    path = directory / ".segments"
    path.write_text("".join(f"{name}\n" for name in files))
    try:
        yield path.name
    finally:
        path.unlink()
