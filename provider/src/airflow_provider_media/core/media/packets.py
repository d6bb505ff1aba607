"""Facts of a stream's packets, reduced while they are read: memory never holds all packets of a twelve-hour film."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

REORDER = 32
"""Frames by which decoding order may differ from presentation order; H.264 and HEVC allow 16."""
_DISTINCT = 4096
"""Most different frame intervals that are told apart; a stream with more has no constant rate anyway."""
_ROUNDING = Fraction(1, 1000)
"""Seconds by which constant frame times may differ.

Matroska and FLV count milliseconds, and remuxing keeps their rounding.
"""
_EDGE = 8
"""Packets that one cut can damage: a transport stream puts several audio frames into one of its own packets."""
_FINE_CLOCK = Fraction(1, 10_000)
_STRAY = 1000
"""One interval in this many may be uneven in a stream of constant rate.

One dropped frame does not make an hour of video variable.
"""
_LENIENT = 24
"""Number of intervals from which one may always be uneven.

ffmpeg's fragmented MP4 makes room for the audio's priming in the first frame.
"""

STANDARD_RATES: tuple[Fraction, ...] = tuple(
    Fraction(n, d)
    for n, d in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1), (50, 1), (60000, 1001), (60, 1))
) + tuple(
    Fraction(n, d) for n, d in ((10, 1), (12, 1), (15, 1), (15000, 1001), (100, 1), (120000, 1001), (120, 1), (240, 1))
)


@dataclass(slots=True)
class StreamPackets:
    """Running facts of one stream's packets; times are in ticks of the stream's time base."""

    timed: bool = False
    """Whether the intervals between frames are measured, as for video."""
    count: int = 0
    """Packets that are shown, without those that an edit list or a decoder's delay discards."""
    total: int = 0
    bytes: int = 0
    keyframes: int = 0
    leading: int = 0
    """Packets before the first keyframe, in decoding order; all packets where there is no keyframe."""
    corrupt: int = 0
    first: int | None = None
    last: int = 0
    end: int = 0
    intervals: Counter[int] = field(default_factory=Counter)
    _corrupt_late: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    _waiting: list[int] = field(default_factory=list)
    _previous: int | None = None

    def add(self, time: int, duration: int, size: int, flags: str) -> None:
        """Add one packet, in decoding order."""
        self.total += 1
        self.bytes += size
        if not self.keyframes and flags[:1] != "K":
            self.leading += 1
        if flags not in {"K__", "___"}:
            self._note(flags)
            if "D" in flags:
                return
        self.count += 1
        if flags[:1] == "K":
            self.keyframes += 1
        end = time + duration
        if self.first is None:
            self.first, self.last, self.end = time, time, end
        self.first = min(self.first, time)
        self.last = max(self.last, time)
        self.end = max(self.end, end)
        if self.timed:
            waiting = self._waiting
            if len(waiting) < REORDER:
                heapq.heappush(waiting, time)
            else:
                self._shown(heapq.heappushpop(waiting, time))

    def finish(self) -> None:
        """Add the frames that still wait for their place in presentation order."""
        while self._waiting:
            self._shown(heapq.heappop(self._waiting))

    @property
    def span(self) -> int:
        """Ticks from the first presentation time to the end of the last presentation."""
        return self.end - (self.first or 0)

    @property
    def usual_interval(self) -> int:
        """Ticks of the most frequent frame interval, the shorter of two equally frequent; 0 where none is measured."""
        return max(self.intervals, key=lambda interval: (self.intervals[interval], -interval), default=0)

    def _note(self, flags: str) -> None:
        if "C" in flags:
            self.corrupt += 1
            self._corrupt_late.append(self.total)

    @property
    def corrupt_end(self) -> int:
        """Corrupt packets at the very end: demuxers mark packets that end before their stated size."""
        return sum(ordinal > self.total - _EDGE for ordinal in self._corrupt_late)

    def _shown(self, time: int) -> None:
        if self._previous is not None:
            interval = time - self._previous
            self.intervals[interval if interval in self.intervals or len(self.intervals) < _DISTINCT else -1] += 1
        self._previous = time


@dataclass(frozen=True, slots=True)
class FrameRate:
    """Frames per second, and whether the frames keep to this rate."""

    rate: Fraction
    constant: bool


def frame_rate(packets: StreamPackets, time_base: Fraction, stated: Iterable[Fraction] = ()) -> FrameRate:
    """Return the exact frame rate of the frame times.

    Clocks round: 23.976 frames per second in milliseconds are intervals of 41 and 42. A rate counts as exact only where
    all but a few stray frames lie within the clock's rounding of it over the whole length. Standard rates that the
    header states are tried first, then the other standard rates, then any other rate of the header.

    :param time_base: seconds per tick.
    :param stated: rates that the header gives, most trusted first; they may be wrong.
    """
    stated = [rate for rate in stated if rate > 0]
    intervals = packets.intervals
    number = intervals.total()
    ticks = packets.last - (packets.first or 0)
    if not number or ticks <= 0:
        return FrameRate(_single(packets, time_base, stated), constant=True)
    only = 1 / (time_base * next(iter(intervals))) if len(intervals) == 1 else None
    if only and (time_base <= _FINE_CLOCK or only in stated):
        return FrameRate(only, constant=True)
    usual = sorted(STANDARD_RATES, key=lambda rate: abs(ticks * time_base - number / rate))
    fitting = (
        rate
        for rate in ([r for r in stated if r in STANDARD_RATES] + usual + stated)
        if _fits(intervals, time_base, rate)
    )
    if exact := next(fitting, None):
        return FrameRate(exact, constant=True)
    average = number / (ticks * time_base)
    return FrameRate(
        average.limit_denominator(1001) or average, constant=_even(intervals, time_base, 1 / (average * time_base))
    )


def extent(packets: StreamPackets, time_base: Fraction, measured: FrameRate) -> tuple[Fraction, Fraction]:
    """Return the seconds from a stream's first frame to the start and to the end of its last frame.

    Both are exact where the frame rate is.
    """
    frame = 1 / measured.rate
    last = (packets.last - (packets.first or 0)) * time_base
    if not measured.constant:
        # Where the last packet states no duration, its frame is shown for an average frame's time.
        return last, max(packets.span * time_base, last if packets.end > packets.last else last + frame)
    rounding = _tolerance(time_base, frame / time_base) * time_base
    exact = (packets.count - 1) * frame
    shown = packets.end * time_base - (packets.first or 0) * time_base - last
    # The last frame is shown for longer or shorter than the others where its packet says so.
    length = frame if shown <= 0 or abs(shown - frame) <= rounding else shown
    last = exact if abs(exact - last) <= rounding else last
    return last, last + length


def _single(packets: StreamPackets, time_base: Fraction, stated: list[Fraction]) -> Fraction:
    shown = packets.span * time_base
    # A rate above all standard rates is the clock of the container.
    candidates = [
        *(rate for rate in stated if rate <= max(STANDARD_RATES)),
        *([1 / shown] if shown > 0 else []),
        Fraction(25),
    ]
    return candidates[0]


def _fits(intervals: Counter[int], time_base: Fraction, rate: Fraction) -> bool:
    nominal = 1 / (rate * time_base)
    if not _even(intervals, time_base, nominal):
        return False
    tolerance = _tolerance(time_base, nominal)
    near = {interval: times for interval, times in intervals.items() if abs(interval - nominal) <= tolerance}
    drift = abs(sum(interval * times for interval, times in near.items()) - sum(near.values()) * nominal)
    return drift <= Fraction(3, 2) * tolerance


def _even(intervals: Counter[int], time_base: Fraction, nominal: Fraction) -> bool:
    tolerance = _tolerance(time_base, nominal)
    number = intervals.total()
    allowed = max(number // _STRAY, int(number >= _LENIENT))
    return sum(times for interval, times in intervals.items() if abs(interval - nominal) > tolerance) <= allowed


def _tolerance(time_base: Fraction, nominal: Fraction) -> Fraction:
    # The tolerance is less than half a frame; otherwise a clock that counts frames, such as AVI's, would hide a dropped
    # frame.
    return min(max(Fraction(1), _ROUNDING / time_base), nominal * 2 / 5)
