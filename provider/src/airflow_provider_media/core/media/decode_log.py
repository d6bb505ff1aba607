"""What ffmpeg's log says while it decodes a whole source: packets, frames, samples, complaints and changes, per stream.

The log is that of ``-debug_ts``. Each line comes from one call, and lines of one thread keep their order; lines of different
threads do not. So a packet's line stands before its frame's, and a decoder's warning stands before the frame that it is about.
While one thread writes a line in several pieces, as ffmpeg does when it describes its output, lines of others lack their beginning.
"""

from __future__ import annotations

import heapq
import re
from array import array
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from airflow_provider_media.core.media.packets import StreamPackets
from airflow_provider_media.core.media.side_data import logged_side_data

_PACKET = re.compile(r"demuxer\+ffmpeg -> ist_index:0:(\d+) type:\w+ pkt_pts:(\S+) \S+ pkt_dts:(\S+) \S+ duration:(\d+)")
_FRAME = re.compile(r"(?:\[vist#0:(\d+)/.* )?decoder -> pts:(\S+) .* duration:(\d+) \S+ keyframe:(\d) frame_type:\d+ time_base:(\d+)/(\d+)")
_SAMPLES = re.compile(r"(?:\[aost#0:(\d+)/.* )?encoder -> type:audio pkt_pts:(-?\d+) .* duration:(\d+)")
_CLOCK = re.compile(r"(?:\[aost#0:(\d+)/.* )?encoder <- type:audio .* time_base:(\d+)/(\d+)")
_DECODER = re.compile(r"(?:\[[va]ist#0:(\d+)/.*)?(corrupt decoded frame|Error submitting packet to decoder)")
_MAPPING = re.compile(r"\[info\]   Stream #0:(\d+) -> #0:\d+ \((\S+) \((\S+)\) -> ")
_CORRUPT_PACKET = re.compile(r"corrupt input packet in stream (\d+)")
_COMPLAINT = re.compile(r"^\[([\w,]+) @ [^\]]*\] \[(?:error|fatal)\] (.*)")
_READER = re.compile(r"^\[in#\d+(/[\w,]+)? @ [^\]]*\] \[(?:error|fatal)\] (.*)")
"""An error of the container's reader; ffmpeg names the format as soon as it has read the header."""
_LOST_PAGE = "CRC mismatch"
"""What the reader of Ogg says of pages that it passes over, also while it still reads the header."""
_FILTERED = re.compile(r"\[([va])f#0:(\d+) @.* filter_raw -> pts:\S+ pts_time:(\S+)")
_VIDEO_CHANGE = re.compile(r"\[vf#0:(\d+) @.* video parameters changed to ([\w]+)\(([^,]*), ([^)]*)\), (\d+)x(\d+)")
_AUDIO_CHANGE = re.compile(r"\[af#0:(\d+) @.* audio parameters changed to (\d+) Hz, ([^,]+),")
_FIRST_SOUND = re.compile(r"(?:Stream #0:(\d+): )?Audio: pcm_s16le, (\d+) Hz, ([^,]+), s16")
_KEPT = 50
"""Times and changes of one stream that are remembered; how many there are in all is counted."""
_GAP = Fraction(12, 1000)
"""Seconds between two runs of samples that are more than a clock's rounding; shorter packets of sound hardly occur."""
_EDGE = 2
"""Packets that one cut can spoil at the end of a stream: a picture, or the two fields of one."""
_APART = 0.05
"""Seconds by which two holes lie apart that are named one by one."""
SUSTAINED = 8
"""Frame intervals in a row that make a motion: a third of a second at 24 frames per second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureChange:
    """Other pictures from one frame on."""

    time: float
    """Seconds of the last frame before the change."""
    width: int
    height: int
    pixel_format: str
    color_range: str
    color_space: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundChange:
    """Other samples from one moment on."""

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
    """Packets before the first keyframe, which nobody can decode."""
    marks: bool = False
    """Whether the decoder marks each frame that it makes up in part, so that its words alone prove nothing."""
    ragged: bool = False
    """Whether a recording in this format may begin and end anywhere."""
    packets: StreamPackets = field(default_factory=lambda: StreamPackets(timed=True))
    frames: StreamPackets = field(default_factory=lambda: StreamPackets(timed=True))
    """Decoded frames, or runs of samples; in ticks of ``clock``."""
    clock: Fraction = Fraction(0)
    """Seconds per tick of what was decoded."""
    samples: int = 0
    repaired: int = 0
    """Frames that the decoder marked as made up in part."""
    late: int = 0
    """Frames that come no later than one before them, so that nobody sees one of both."""
    refused: int = 0
    """Packets that the decoder could not read."""
    corrupt: int = 0
    """Packets that the container's reader marked as damaged."""
    missing: int = 0
    """Packets of which no frame came."""
    complaints: int = 0
    """Errors in the decoder's own words."""
    gaps: float = 0.0
    """Seconds without samples between the first and the last one."""
    times: list[float] = field(default_factory=list)
    """Seconds of the first of all these."""
    edge: int = 0
    """How many of them lie at the ragged end."""
    keyframes: array[int] = field(default_factory=lambda: array("q"))
    """Times of frames that stand for themselves."""
    shortest_motion: int = 0
    """Ticks that the fastest ``SUSTAINED`` intervals in a row take; 0 where there are fewer."""
    changes: list[PictureChange] = field(default_factory=list)
    first_sound: SoundChange | None = None
    """The samples at the beginning: ffmpeg describes a short file's sound as it is at the end."""
    sound_changes: list[SoundChange] = field(default_factory=list)
    change_count: int = 0
    _lawful_until: int | None = None
    _seen: int = 0
    _read: int = 0
    _marked: bool = False
    _pending: list[int] = field(default_factory=list)
    _motion: deque[int] = field(default_factory=lambda: deque(maxlen=SUSTAINED + 1))
    _latest: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    """Times of the latest packets."""
    _repaired: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    """Times of the latest frames that the decoder marked."""
    _recent: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    """How many frames stand before each of the decoder's latest errors."""
    _spoilt: deque[int] = field(default_factory=lambda: deque(maxlen=_EDGE))
    """How many packets stand before each of the latest that the container's reader marked."""
    _doubts: list[float] = field(default_factory=list)
    """Seconds of the first of those."""

    def packet(self, time: int, length: int) -> None:
        """Take in one packet, in decoding order."""
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

    def frame(self, time: int, length: int, clock: Fraction, *, is_key: bool = False) -> None:
        """Take in one decoded frame, in the order in which frames are shown."""
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
        """Take in one run of samples."""
        if self.frames.first is not None and (gap := (time - self.frames.end) * self.clock) > _GAP:
            self.gaps += float(gap)
            self._note(float(self.frames.end * self.clock))
        self.frames.add(time, length, 0, "___")
        self.samples += length

    def refuse(self) -> None:
        """Note that the decoder could not read a packet."""
        if self._has_begun():
            self.refused += 1
            self._note_decoder()

    def mark(self) -> None:
        """Note that the next frame is made up in part."""
        self._marked = True

    def complain(self) -> None:
        """Note an error that the decoder got over."""
        if self._has_begun() and not self.marks:
            self.complaints += 1
            self._note_decoder()

    def spoil(self) -> None:
        """Note that the container's reader marked a packet as damaged."""
        if self._seen >= self.leading:
            self.corrupt += 1
            # Of what the decoder has done by now nothing is known: it works in another thread.
            self._spoilt.append(self._seen)
            if len(self._doubts) < _KEPT:
                self._doubts.append(float(self._read * self.time_base))

    def forgive(self, packets: int) -> None:
        """Take so many marks of damaged packets back."""
        self.corrupt = max(0, self.corrupt - packets)

    def awaits(self, time: int) -> bool:
        """Whether the next frame, or run of samples, may well be the one of this time."""
        return time in self._pending if self.kind == "video" else time == self.frames.end

    def finish(self) -> None:
        """Take in what still waits."""
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
        self.times = _apart(self.times)

    def _has_begun(self) -> bool:
        # Errors in sound are told by another thread than samples: which of both comes first is chance.
        has_shown = self.frames.first is not None or self.kind == "audio"
        return self._lawful_until is not None and (has_shown or not self.ragged)

    def _silent_edges(self) -> int:
        """Packets before the first and after the last sample."""
        if self.packets.first is None or self.frames.first is None or not self.packets.span:
            return 0
        packet = self.packets.span * self.time_base / self.packets.count
        early = self.frames.first * self.clock - self.packets.first * self.time_base
        late = self.packets.end * self.time_base - self.frames.end * self.clock
        return max(0, round(early / packet)) + max(0, round(late / packet))

    def _is_before_keyframe(self, time: int) -> bool:
        # Pictures that are shown before the first keyframe refer to others that the recording does not hold.
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
        """Remember where a decoder's error lies: its video frames are logged by its own thread, but samples by another."""
        if self.kind == "video":
            self._recent.append(self.frames.count)
            self._note(float(self.frames.end * self.clock))

    def _note(self, time: float) -> None:
        self.times.append(time)
        if len(self.times) > 2 * _KEPT:
            self.times = sorted(self.times)[:_KEPT]


class DecodeLog:
    """Reads the log of one decoding of all streams of a source.

    :param streams: video and audio streams by index, in the order in which they are mapped to outputs.
    :param container: ffprobe's name of the format, by which its reader speaks.
    """

    def __init__(self, streams: Mapping[int, StreamLog], *, container: str) -> None:
        self.streams = dict(streams)
        self.container_complaints = 0
        self.complaint = ""
        """The first error in a tool's own words."""
        self.side_data: dict[str, str] = {}
        """Static HDR metadata of the first stream that has any, by ffprobe's names."""
        self._container = container
        self._outputs = list(streams)
        self._speakers: dict[str, int] = {}
        self._filtered: dict[tuple[str, int], str] = {}
        self._describes_output = False
        # By how often they come: a film has millions of lines.
        self._readers: tuple[tuple[str, Callable[[str], None]], ...] = (
            ("demuxer+ffmpeg -> ", self._packet),
            ("filter_raw -> ", self._filter),
            ("decoder -> pts", self._frame),
            ("coder -> type:audio", self._sound),
            ("coder <- type:audio", self._sound),
            ("parameters changed to", self._change),
            ("Mastering display metadata: ", self._metadata),
            ("Content light level metadata: ", self._metadata),
            ("Output #0", self._begin),
            ("Audio: pcm_s16le", self._begin),
        )
        self._packets = 0

    def read(self, line: str) -> bool:
        """Take in one line, and answer whether it belongs into an error's text."""
        for mark, take in self._readers:
            if mark in line:
                take(line)
                return False
        if _MAPPING.match(line):
            self._change(line)
        elif "[info]" not in line:
            self._complaint(line)
            return True
        return False

    def finish(self) -> None:
        """Take in what still waits."""
        for stream in self.streams.values():
            stream.finish()

    def _metadata(self, line: str) -> None:
        self.side_data = {**logged_side_data(line), **self.side_data}

    def _packet(self, line: str) -> None:
        match = _PACKET.search(line)
        stream = self.streams.get(int(match[1])) if match else None
        if match is None or stream is None:
            return
        self._packets += 1
        time = match[2] if match[2] != "NOPTS" else match[3]
        if time != "NOPTS":
            stream.packet(int(time), int(match[4]))

    def _frame(self, line: str) -> None:
        match = _FRAME.search(line)
        if match is None or match[2] == "NOPTS":
            return
        time = int(match[2])
        stream = self.streams.get(int(match[1])) if match[1] else self._likely("video", time)
        if stream is not None:
            stream.frame(time, int(match[3]), Fraction(int(match[5]), int(match[6])), is_key=match[4] == "1")

    def _sound(self, line: str) -> None:
        if match := _SAMPLES.search(line):
            time = int(match[2])
            stream = self._output(match[1]) if match[1] else self._likely("audio", time)
            if stream is not None:
                stream.sound(time, int(match[3]))
        elif (match := _CLOCK.search(line)) and match[1]:
            self._output(match[1]).clock = Fraction(int(match[2]), int(match[3]))

    def _likely(self, kind: str, time: int | None = None) -> StreamLog | None:
        """The stream that a line without its beginning is about: the only one of its kind, else the one that waits for this time."""
        streams = [stream for stream in self.streams.values() if stream.kind == kind]
        if len(streams) > 1 and time is not None:
            streams = [stream for stream in streams if stream.awaits(time)] or streams
        return streams[0] if streams else None

    def _filter(self, line: str) -> None:
        if match := _FILTERED.search(line):
            self._filtered[match[1], int(match[2])] = match[3]

    def _change(self, line: str) -> None:
        if match := _VIDEO_CHANGE.search(line):
            stream = self._output(match[1])
            stream.change_count += 1
            if len(stream.changes) < _KEPT:
                stream.changes.append(
                    PictureChange(
                        time=self._time("v", match[1]),
                        pixel_format=match[2],
                        color_range=_known(match[3]),
                        color_space=_known(match[4]),
                        width=int(match[5]),
                        height=int(match[6]),
                    )
                )
        elif match := _AUDIO_CHANGE.search(line):
            stream = self._output(match[1])
            stream.change_count += 1
            if len(stream.sound_changes) < _KEPT:
                change = SoundChange(time=self._time("a", match[1]), sample_rate=int(match[2]), channel_layout=match[3])
                stream.sound_changes.append(change)
        elif match := _MAPPING.match(line):
            self._speakers.setdefault(match[2] if match[3] == "native" else match[3], int(match[1]))

    def _begin(self, line: str) -> None:
        """Take in how ffmpeg describes its outputs, which are as the first frames are."""
        self._describes_output = self._describes_output or "Output #0" in line
        if self._describes_output and (match := _FIRST_SOUND.search(line)):
            waiting = (log for log in self.streams.values() if log.kind == "audio" and log.first_sound is None)
            if stream := self._output(match[1]) if match[1] else next(waiting, None):
                stream.first_sound = SoundChange(time=0.0, sample_rate=int(match[2]), channel_layout=match[3])

    def _complaint(self, line: str) -> None:
        if match := _DECODER.search(line):
            is_picture = "decoded frame" in match[2]
            stream = self.streams.get(int(match[1])) if match[1] else self._likely("video" if is_picture else "audio")
            if stream is not None:
                stream.mark() if is_picture else stream.refuse()
        elif match := _CORRUPT_PACKET.search(line):
            if stream := self.streams.get(int(match[1])):
                stream.spoil()
        elif match := _READER.match(line):
            self._reader(match[2], has_begun=bool(match[1]))
        elif match := _COMPLAINT.match(line):
            self._attribute(match[1], match[2])
        elif "Error during demuxing" in line:
            self.container_complaints += 1

    def _reader(self, words: str, *, has_begun: bool) -> None:
        if has_begun or _LOST_PAGE in words:
            self.complaint = self.complaint or words
            self.container_complaints += 1

    def _attribute(self, speaker: str, words: str) -> None:
        if (index := self._speakers.get(speaker)) is not None:
            self.complaint = self.complaint or words
            self.streams[index].complain()
        elif self._packets and speaker == self._container:
            self.complaint = self.complaint or words
            self.container_complaints += 1

    def _output(self, number: str) -> StreamLog:
        return self.streams[self._outputs[int(number)]]

    def _time(self, kind: str, output: str) -> float:
        try:
            return float(self._filtered.get((kind, int(output)), "0"))
        except ValueError:
            return 0.0


def _apart(times: list[float]) -> list[float]:
    """Times in their order, without those that lie close behind another."""
    apart: list[float] = []
    for time in sorted(times):
        if not apart or time - apart[-1] > _APART:
            apart.append(time)
    return apart


def _known(text: str) -> str:
    return "" if text in ("unknown", "unspecified") else text
