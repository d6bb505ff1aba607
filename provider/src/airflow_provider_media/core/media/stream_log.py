"""Running facts of one stream during a full decode: frames per packet, and missing, repaired or changed frames."""

from __future__ import annotations

import heapq
from array import array
from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from airflow_provider_media.core.media.packets import REORDER, StreamPackets

_KEPT = 50
"""Most times and changes of one stream that are kept; counters still count all of them."""
_GAP = Fraction(12, 1000)
"""Seconds between two runs of samples that exceed a clock's rounding; shorter audio packets hardly occur."""
_EDGE = 2
"""Packets that one cut can damage at the end of a stream: a frame, or the two fields of one."""
_DISTINCT_SECONDS = 0.05
"""Seconds beyond which two holes are listed separately."""
SUSTAINED = 8
"""Consecutive frame intervals that make a sustained motion: a third of a second at 24 frames per second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureChange:
    """Change of the video format from one frame on."""

    time: float
    """Seconds of the last frame before the change."""
    width: int
    height: int
    pixel_format: str
    color_range: str
    color_space: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundChange:
    """Change of the audio format from one moment on."""

    time: float
    sample_rate: int
    """Hertz."""
    channel_layout: str


@dataclass(slots=True)
class StreamLog:
    """Running facts of one stream, all on the clock by which ffmpeg encodes this source."""

    kind: Literal["video", "audio"]
    time_base: Fraction
    """Seconds per tick of its packets."""
    leading: int = 0
    """Packets before the first keyframe, which no decoder can decode."""
    marks: bool = False
    """Whether the decoder marks each frame that it repairs, so that its messages alone prove nothing."""
    ragged: bool = False
    """Whether a recording in this format may begin and end anywhere."""
    is_deferred: bool = False
    """Whether the stream is not decoded: each packet then counts as one frame at the packet's time."""
    packets: StreamPackets = field(default_factory=lambda: StreamPackets(timed=True))
    frames: StreamPackets = field(default_factory=lambda: StreamPackets(timed=True))
    """Decoded frames, or runs of samples, in ticks of ``clock``."""
    clock: Fraction = Fraction(0)
    """Seconds per tick of decoded frames or samples."""
    samples: int = 0
    repaired: int = 0
    """Frames that the decoder marked as repaired."""
    late: int = 0
    """Frames whose time is no later than that of a frame before, so that only one of the two is seen."""
    refused: int = 0
    """Packets that the decoder could not read."""
    corrupt: int = 0
    """Packets that the demuxer marked as damaged."""
    lost_pes_packets: int = 0
    """Losses of PES packets by a transport stream's continuity counter; evidence only together with a gap."""
    missing: int = 0
    """Packets that gave no frame."""
    complaints: int = 0
    """Errors that the decoder logged and got over."""
    gaps: float = 0.0
    """Seconds without samples between the first and the last one."""
    times: list[float] = field(default_factory=list)
    """Times in seconds of the first of all these faults."""
    edge: int = 0
    """Number of these faults at the ragged edges."""
    keyframes: array[int] = field(default_factory=lambda: array("q"))
    """Times of decoded keyframes."""
    shortest_motion: int = 0
    """Ticks of the fastest ``SUSTAINED`` consecutive intervals; 0 where there are fewer."""
    changes: list[PictureChange] = field(default_factory=list)
    first_sound: SoundChange | None = None
    """Audio format at the beginning; the header of a short file may describe the format at the end."""
    sound_changes: list[SoundChange] = field(default_factory=list)
    change_count: int = 0
    _lawful_until: int | None = None
    _seen: int = 0
    _read: int = 0
    _marked: bool = False
    _pending: list[int] = field(default_factory=list)
    _awaited: list[tuple[int, int]] = field(default_factory=list)
    """Times and durations of packets that count as frames, until their turn in presentation order."""
    _motion: deque[int] = field(default_factory=lambda: deque(maxlen=SUSTAINED + 1))
    _latest: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    """Times of the latest packets."""
    _repaired: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    """Times of the latest frames that the decoder marked."""
    _recent: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    """Number of frames before each of the decoder's latest errors."""
    _spoilt: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    """Number of packets before each of the latest packets that the demuxer marked."""
    _doubts: list[float] = field(default_factory=list)
    """Times in seconds of the first packets that the demuxer marked."""

    def packet(self, time: int, length: int) -> None:
        """Add one packet, in decoding order."""
        self._seen += 1
        self._read = time
        self._latest.append(time)
        if self._seen <= self.leading:
            return
        if self._lawful_until is None:
            self._lawful_until = time
        self.packets.add(time, length, 0, "___")
        if self.kind == "video":
            heapq.heappush(self._pending, time)
        if self.is_deferred:
            heapq.heappush(self._awaited, (time, length))
            if len(self._awaited) > REORDER:
                self.frame(*heapq.heappop(self._awaited), self.time_base)

    def frame(self, time: int, length: int, clock: Fraction, *, is_key: bool = False) -> None:
        """Add one decoded frame, in presentation order."""
        self.clock = clock
        if is_key:
            self.keyframes.append(time)
        if self._marked and not self._is_before_keyframe(time):
            self.repaired += 1
            self._repaired.append(time)
            self._note(float(time * clock))
        self._marked = False
        if self.frames.first is not None and time <= self.frames.last:
            self.late += 1
            self._note(float(time * clock))
        self.frames.add(time, length, 0, "___")
        self._motion.append(time)
        if len(self._motion) > SUSTAINED and (took := self._motion[-1] - self._motion[0]) > 0:
            self.shortest_motion = min(self.shortest_motion or took, took)
        self._match(time)

    def sound(self, time: int, length: int) -> None:
        """Add one run of samples."""
        if self.frames.first is not None and (gap := (time - self.frames.end) * self.clock) > _GAP:
            self.gaps += float(gap)
            self._note(float(self.frames.end * self.clock))
        self.frames.add(time, length, 0, "___")
        self.samples += length

    def refuse(self) -> None:
        """Record that the decoder could not read a packet."""
        if self._has_begun():
            self.refused += 1
            self._note_decoder()

    def mark(self) -> None:
        """Record that the decoder repaired the next frame."""
        self._marked = True

    def complain(self) -> None:
        """Record an error that the decoder got over."""
        if self._has_begun() and not self.marks:
            self.complaints += 1
            self._note_decoder()

    def spoil(self) -> None:
        """Record that the demuxer marked a packet as damaged."""
        if self._seen >= self.leading:
            self.corrupt += 1
            # The decoder's position is unknown here, because the decoder works in another thread.
            self._spoilt.append(self._seen)
            if len(self._doubts) < _KEPT:
                self._doubts.append(float(self._read * self.time_base))

    def change(self, change: PictureChange | SoundChange) -> None:
        """Record that the decoder's output has another format from now on."""
        self.change_count += 1
        if self.change_count > _KEPT:
            return
        if isinstance(change, PictureChange):
            self.changes.append(change)
        else:
            self.sound_changes.append(change)

    def forgive(self, packets: int) -> None:
        """Take back the demuxer's marks of ``packets`` damaged packets."""
        self.corrupt = max(0, self.corrupt - packets)

    def frames_in_gaps(self) -> int:
        """Return the number of frames that would fill the gaps, by the most frequent interval."""
        usual = self.frames.usual_interval
        if self.kind != "video" or usual <= 0:
            return 0
        return sum(
            (round(interval / usual) - 1) * times
            for interval, times in self.frames.intervals.items()
            if interval > 1.5 * usual
        )

    @property
    def has_gaps(self) -> bool:
        """Whether time passes without frames or samples; a gap alone may be lawful."""
        return bool(self.gaps or self.frames_in_gaps())

    def awaits(self, time: int) -> bool:
        """Return whether the next frame, or run of samples, may have this time."""
        return time in self._pending if self.kind == "video" else time == self.frames.end

    def finish(self) -> None:
        """Process the waiting packets, and count the faults at ragged edges."""
        while self._awaited:
            self.frame(*heapq.heappop(self._awaited), self.time_base)
        if self.frames.first is not None:
            self.missing += len(self._pending)
        if self.corrupt:
            self.times += self._doubts
        if self.ragged:
            self.edge = sum(time in self._latest for time in self._repaired)
            self.edge += sum(self.frames.count - number <= _EDGE for number in self._recent)
            self.edge += min(self.corrupt, sum(self._seen - number <= _EDGE for number in self._spoilt))
            self.edge += self._silent_edges() if self.kind == "audio" else 0
        self.frames.finish()
        self.times = _distinct(self.times)

    def _has_begun(self) -> bool:
        # Different threads log audio errors and samples, so their order is chance.
        has_shown = self.frames.first is not None or self.kind == "audio"
        return self._lawful_until is not None and (has_shown or not self.ragged)

    def _silent_edges(self) -> int:
        """Return the number of packets before the first and after the last sample."""
        if self.packets.first is None or self.frames.first is None or not self.packets.span:
            return 0
        packet = self.packets.span * self.time_base / self.packets.count
        early = self.frames.first * self.clock - self.packets.first * self.time_base
        late = self.packets.end * self.time_base - self.frames.end * self.clock
        return max(0, round(early / packet)) + max(0, round(late / packet))

    def _is_before_keyframe(self, time: int) -> bool:
        # Frames shown before the first keyframe refer to frames that the recording does not hold.
        return bool(self.leading) and (self._lawful_until is None or time < self._lawful_until)

    def _match(self, time: int) -> None:
        if self.clock != self.time_base:
            self._pending.clear()
            return
        while self._pending and self._pending[0] < time:
            skipped = heapq.heappop(self._pending)
            if not self._is_before_first(skipped):
                self.missing += 1
        if self._pending and self._pending[0] == time:
            heapq.heappop(self._pending)

    def _is_before_first(self, time: int) -> bool:
        return self.frames.first is not None and time < self.frames.first

    def _note_decoder(self) -> None:
        """Record the time of a video decoder's error; audio has none, because another thread logs the samples."""
        if self.kind == "video":
            self._recent.append(self.frames.count)
            self._note(float(self.frames.end * self.clock))

    def _note(self, time: float) -> None:
        self.times.append(time)
        if len(self.times) > 2 * _KEPT:
            self.times = sorted(self.times)[:_KEPT]


def _distinct(times: list[float]) -> list[float]:
    """Return the times in order, without those close behind another."""
    distinct: list[float] = []
    for time in sorted(times):
        if not distinct or time - distinct[-1] > _DISTINCT_SECONDS:
            distinct.append(time)
    return distinct
