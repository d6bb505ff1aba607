"""Tracks of a package in the form of their segments."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from airflow_provider_media.core.plans import Track
from airflow_provider_media.core.verification.compare import audio_slack
from airflow_provider_media.core.verification.exact_frame_rate import exact_frame_rate
from airflow_provider_media.core.verification.measure import StreamFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedSegment:
    """One segment of a packaged track."""

    file: str
    """File name relative to the package."""
    size: int
    """Bytes."""
    first: int | None
    """Index of the segment's first packet in the stream; None where the segment holds none."""
    start: Fraction
    """Seconds at which the earliest frame is shown. Audio before zero is priming."""
    length: float
    """Seconds to the beginning of the next segment; for the last segment, to the end of the stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSummary:
    """The facts of a track that are kept after its packets have been compared.

    A film's packets take much memory, and a package has many tracks.
    """

    track: Track
    files: tuple[str, ...]
    """File names relative to the package, the header first."""
    codec: str
    width: int
    height: int
    frames: int
    frame_rate: Fraction | None
    """Frames per second of a video with even frame times."""
    duration: float
    """Seconds that are seen or heard."""
    slack: float
    """Seconds by which audio may differ from its plan; 0 for a video."""
    bit_rate: int
    peak: tuple[float, float]
    """Bits per second of the largest segment, as :meth:`PackagedTrack.peak` returns them."""
    time_base: Fraction
    keyframe_ticks: Sequence[int]
    """Presentation times of keyframes in ticks, rising."""

    def keyframe_times(self) -> Iterator[Fraction]:
        """Return the presentation times of keyframes in seconds, rising."""
        return (ticks * self.time_base for ticks in self.keyframe_ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedTrack:
    """One track of a package, with its packets and segments."""

    track: Track
    stream: StreamFacts
    """Packets of the header and all segments, read as one file."""
    files: tuple[str, ...]
    """File names relative to the package, the header first."""
    offsets: tuple[int, ...]
    """Byte offset at which each file begins when all files are read as one."""
    segments: tuple[PackagedSegment, ...]

    def peak(self) -> tuple[float, float]:
        """Return the bits per second of the largest segment.

        The first value is for the segments at least half as long as the longest, the second for all segments.
        RFC 8216bis §4.4.6.2 leaves open how very short segments count.
        """
        rates = [(segment.length, segment.size * 8 / segment.length) for segment in self.segments if segment.length > 0]
        longest = max((length for length, _ in rates), default=0.0)
        return max((rate for length, rate in rates if length >= longest / 2), default=0.0), max(
            (rate for _, rate in rates), default=0.0
        )

    def summary(self) -> TrackSummary:
        """Return the track without its packets and segments."""
        stream = self.stream
        keyframes = (ticks for ticks, key in zip(stream.pts, stream.keyframes, strict=True) if key)
        return TrackSummary(
            track=self.track,
            files=self.files,
            codec=stream.codec,
            width=stream.width,
            height=stream.height,
            frames=stream.count,
            frame_rate=exact_frame_rate(stream) if stream.kind == "video" else None,
            duration=stream.duration,
            slack=audio_slack(stream) if stream.kind == "audio" else 0.0,
            bit_rate=stream.bit_rate,
            peak=self.peak(),
            time_base=stream.time_base,
            keyframe_ticks=array("q", sorted(keyframes)) if stream.kind == "video" else (),
        )


def packaged_track(track: Track, stream: StreamFacts, files: Sequence[str], sizes: Sequence[int]) -> PackagedTrack:
    """Find out which packets lie in which segment.

    :param stream: packets of the header and all segments, read as one file.
    :param files: names of these files, the header first.
    :param sizes: bytes of each file.
    """
    offsets = tuple(accumulate(sizes, initial=0))[:-1]
    firsts: dict[int, int] = {}
    earliest: dict[int, int] = {}
    for index, (position, ticks) in enumerate(zip(stream.positions, stream.pts, strict=True)):
        file = bisect_right(offsets, position) - 1
        firsts.setdefault(file, index)
        earliest[file] = min(ticks, earliest.get(file, ticks))
    numbers = range(1, len(files))
    starts = [max(earliest.get(number, 0) * stream.time_base, Fraction(0)) for number in numbers]
    segments = tuple(
        PackagedSegment(
            file=files[number], size=sizes[number], first=firsts.get(number), start=start, length=float(end - start)
        )
        for number, (start, end) in zip(numbers, pairwise([*starts, stream.end]), strict=True)
    )
    return PackagedTrack(track=track, stream=stream, files=tuple(files), offsets=offsets, segments=segments)
