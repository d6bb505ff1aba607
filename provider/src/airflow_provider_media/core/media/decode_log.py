"""Log of ffmpeg's full decode of a source: packets, frames, samples, complaints and changes, per stream.

The option ``-debug_ts`` writes this log. Each line comes from one call. Lines of one thread keep their order; lines of
different threads do not. So a packet's line stands before its frame's line, and a decoder's warning stands before its
frame. ffmpeg describes its output in lines of several pieces. Meanwhile, lines of other threads lose their beginning,
which names the speaker. The events of ``-debug_ts`` are recognised without this beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from airflow_provider_media.core.media.side_data import logged_side_data
from airflow_provider_media.core.media.stream_log import PictureChange, SoundChange, StreamLog

_PACKET = re.compile(
    r"demuxer\+ffmpeg -> ist_index:0:(\d+) type:\w+ pkt_pts:(\S+) \S+ pkt_dts:(\S+) \S+ duration:(\d+)"
)
_FRAME = re.compile(
    r"(?:\[vist#0:(\d+)/.* )?decoder -> pts:(\S+) .* duration:(\d+) \S+ keyframe:(\d) frame_type:\d+"
    r" time_base:(\d+)/(\d+)"
)
_SAMPLES = re.compile(r"(?:\[aost#0:(\d+)/.* )?encoder -> type:audio pkt_pts:(-?\d+) .* duration:(\d+)")
_CLOCK = re.compile(r"(?:\[aost#0:(\d+)/.* )?encoder <- type:audio .* time_base:(\d+)/(\d+)")
_DECODER = re.compile(r"(?:\[[va]ist#0:(\d+)/.*)?(corrupt decoded frame|Error submitting packet to decoder)")
_MAPPING = re.compile(r"\[info\]   Stream #0:(\d+) -> #0:\d+ \((\S+) \((\S+)\) -> ")
_CORRUPT_PACKET = re.compile(r"corrupt input packet in stream (\d+)")
_COMPLAINT = re.compile(r"^\[([\w,]+) @ [^\]]*\] \[(?:error|fatal)\] (.*)")
_READER = re.compile(r"^\[in#\d+(/[\w,]+)? @ [^\]]*\] \[(?:error|fatal)\] (.*)")
"""An error of the demuxer; ffmpeg names the format as soon as it has read the header."""
_LOST_PAGE = "CRC mismatch"
"""The Ogg demuxer's message about pages that it skips, even while it still reads the header."""
_FILTERED = re.compile(r"\[([va])f#0:(\d+) @.* filter_raw -> pts:\S+ pts_time:(\S+)")
_VIDEO_CHANGE = re.compile(r"\[vf#0:(\d+) @.* video parameters changed to ([\w]+)\(([^,]*), ([^)]*)\), (\d+)x(\d+)")
_AUDIO_CHANGE = re.compile(r"\[af#0:(\d+) @.* audio parameters changed to (\d+) Hz, ([^,]+),")
_FIRST_SOUND = re.compile(r"(?:Stream #0:(\d+): )?Audio: pcm_s16le, (\d+) Hz, ([^,]+), s16")

_OWN = "[info] "
"""Prefix of ffmpeg's own lines, such as the description of its outputs."""
_BEGINNINGS = ("  ", "Input #", "Output #", "Stream mapping:", "Press [q]", "frame=", "size=", "video:")
"""Text behind that prefix; any other text is the rest of a line that another thread has interrupted."""
_EVENT = re.compile(r"(?:->|<-) (?:pts|type|ist_index):")


class DecodeLog:
    """Reader of the log of one decode of all streams of a source.

    :param streams: video and audio streams by index, in the order in which they are mapped to outputs.
    :param container: ffprobe's name of the format, which is the demuxer's name in the log.
    """

    def __init__(self, streams: Mapping[int, StreamLog], *, container: str) -> None:
        self.streams = dict(streams)
        self.container_complaints = 0
        self.complaint = ""
        """The first error, in ffmpeg's own words."""
        self.side_data: dict[str, str] = {}
        """Static HDR metadata of the first stream that has any, by ffprobe's names."""
        self._container = container
        self._outputs = list(streams)
        self._speakers: dict[str, int] = {}
        self._filtered: dict[tuple[str, int], str] = {}
        self._describes_output = False
        # Sorted by frequency: a film has millions of lines.
        self._readers: tuple[tuple[str, Callable[[str], None]], ...] = (
            ("demuxer+ffmpeg -> ", self._packet),
            ("filter_raw -> ", self._filter),
            ("decoder -> pts", self._frame),
            ("coder -> type:audio", self._sound),
            ("coder <- type:audio", self._sound),
            ("parameters changed to", self._change),
            ("Mastering display metadata: ", self._metadata),
            ("Content light level metadata: ", self._metadata),
            ("timestamp discontinuity", self._discontinuity),
            ("Output #0", self._begin),
            ("Audio: pcm_s16le", self._begin),
        )
        self.discontinuities = 0
        """Number of jumps in the container's timestamps, which ffmpeg corrects."""
        self._packets = 0
        self._interruptions = 0

    @property
    def is_ambiguous(self) -> bool:
        """Whether an interrupted line may hide a complaint, or the first format of audio that changes later."""
        has_beginning = all(log.first_sound is not None for log in self.streams.values() if log.sound_changes)
        return self._interruptions > 0 or not has_beginning

    def read(self, line: str) -> bool:
        """Read one line, and return whether an error's text keeps the line."""
        if line.startswith(_OWN):
            self._count_interruption(line)
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
        """Finish the logs of all streams."""
        for stream in self.streams.values():
            stream.finish()

    def _count_interruption(self, line: str) -> None:
        """Count interrupted lines, but not those interrupted by an event: events are recognised without a prefix."""
        self._interruptions += not line[len(_OWN) :].startswith(_BEGINNINGS)
        self._interruptions -= _EVENT.search(line) is not None

    def _discontinuity(self, _: str) -> None:
        self.discontinuities += 1

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
        """Return the stream of a line without a beginning: the only one of its kind, else one that awaits this time."""
        streams = [stream for stream in self.streams.values() if stream.kind == kind]
        if len(streams) > 1 and time is not None:
            streams = [stream for stream in streams if stream.awaits(time)] or streams
        return streams[0] if streams else None

    def _filter(self, line: str) -> None:
        if match := _FILTERED.search(line):
            self._filtered[match[1], int(match[2])] = match[3]

    def _change(self, line: str) -> None:
        if match := _VIDEO_CHANGE.search(line):
            self._output(match[1]).change(
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
            change = SoundChange(time=self._time("a", match[1]), sample_rate=int(match[2]), channel_layout=match[3])
            self._output(match[1]).change(change)
        elif match := _MAPPING.match(line):
            self._speakers.setdefault(match[2] if match[3] == "native" else match[3], int(match[1]))

    def _begin(self, line: str) -> None:
        """Read ffmpeg's description of its outputs, which states the format of the first frames."""
        self._describes_output = self._describes_output or "Output #0" in line
        if self._describes_output and (match := _FIRST_SOUND.search(line)):
            waiting = (log for log in self.streams.values() if log.kind == "audio" and log.first_sound is None)
            if stream := self._output(match[1]) if match[1] else next(waiting, None):
                stream.first_sound = SoundChange(time=0.0, sample_rate=int(match[2]), channel_layout=match[3])

    def _complaint(self, line: str) -> None:
        if match := _DECODER.search(line):
            is_picture = "decoded frame" in match[2]
            kind = "video" if is_picture else "audio"
            stream = self.streams.get(int(match[1])) if match[1] else self._likely(kind)
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


def _known(text: str) -> str:
    return "" if text in ("unknown", "unspecified") else text
