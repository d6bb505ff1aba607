"""Times of outputs: spans of the source, exact frame rates, and grids of keyframes and segments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.media.notation import Offset

SLACK = 0.001
"""Seconds by which a frame may come early and still count as on time. Matroska rounds times to milliseconds."""

OUTLASTING = 0.04
"""Seconds by which audio may outlast its video unnoticed: two frames of AAC, of which the last one is padded."""

STANDARD_RATES = tuple(
    map(
        Fraction,
        ("5", "10", "12", "12.5", "15", "24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A part of the source's time."""

    start: float
    """Seconds from the source's earliest start."""
    end: float
    whole: bool = False
    """Whether the span is all of the source."""

    @property
    def seconds(self) -> float:
        """Length of the span."""
        return self.end - self.start


def whole(media: MediaInfo) -> Span:
    """Return the span of the whole source."""
    return Span(start=0.0, end=media.duration, whole=True)


def span_of(media: MediaInfo, start: Offset | None, end: Offset | None) -> Span | None:
    """Return the part of the source between two offsets, or None where nothing of it is left.

    :param start: a negative offset counts from the end; the beginning when absent.
    :param end: likewise; the end when absent.
    """
    rate = media.main_video.frame_rate if media.main_video else None
    first = min(max(0.0, start.seconds(media.duration, rate)), media.duration) if start else 0.0
    last = min(max(0.0, end.seconds(media.duration, rate)), media.duration) if end else media.duration
    if last - first < SLACK:
        return None
    return Span(start=first, end=last, whole=first == 0.0 and last == media.duration)


def stream_seconds(media: MediaInfo, stream: VideoStream | AudioStream, span: Span) -> float:
    """Return how much of a span a stream fills.

    The time before the stream's first sample counts, because it is filled up.
    """
    return max(0.0, min(span.end, stream.start - media.start + stream.duration) - span.start)


def last_frame(media: MediaInfo, video: VideoStream) -> float:
    """Return when the last frame appears, in seconds from the source's earliest start."""
    return video.start - media.start + video.last_frame_start


NEAR = 0.25
"""Share of a frame's duration within which frames count as on a step of a grid."""

FASTEST = Fraction(60)
"""Frames per second above which uneven frame times are the stutter of a clock, not motion that people see."""


def exact_rate(video: VideoStream) -> Fraction:
    """Return the source's own rate, or a rate that fits its uneven frame times.

    For uneven frame times, the rate keeps each frame of the fastest sustained motion. It is the standard rate within
    5 %, else the next whole rate. The mean rate of a screen recording would lose most of the recording's motion.

    A camera's clock may tremble: even the fastest motion is then within 10 % of the standard rate of the mean. That
    standard rate is returned, unless most frames keep a faster one and some frames are missing.
    """
    if video.constant_frame_rate:
        return video.frame_rate
    fastest = max(video.frame_rate, min(video.fastest_rate or video.frame_rate, FASTEST))
    steady, nearest = _standard(video.frame_rate), _standard(fastest)
    if steady and fastest <= steady * 11 / 10:
        return max(steady, (_standard(video.usual_rate) if video.usual_rate else None) or steady)
    return nearest or Fraction(max(1, math.ceil(fastest)))


def keeps_frame_times(video: VideoStream, *, variable_frame_rate: str, frame_rate: Fraction | None) -> bool:
    """Return whether an output keeps the uneven frame times of a source.

    :param variable_frame_rate: the output's field: ``keep`` or ``constant``.
    :param frame_rate: the frame rate that the output asks for.
    """
    return variable_frame_rate == "keep" and frame_rate is None and not video.constant_frame_rate


def timed_frames(media: MediaInfo, video: VideoStream) -> int:
    """Return the number of frames with a time of their own. Of several frames at one time, a viewer sees one."""
    return video.frame_count - sum(stream.duplicated for stream in media.damage if stream.stream == video.index)


def _standard(rate: Fraction) -> Fraction | None:
    """Return the standard rate within 5 % of a rate, or None."""
    nearest = min(STANDARD_RATES, key=lambda standard: abs(standard - rate))
    return nearest if abs(nearest - rate) <= rate / 20 else None


def off_grid(media: MediaInfo, video: VideoStream, span: Span, rate: Fraction) -> float:
    """Return the seconds by which frames lie behind the steps of a grid of their own rate that begins with a span.

    The result is 0 where frames lie so near to steps that the rounding of a container's clock cannot move them to
    others.
    """
    if not video.constant_frame_rate or rate != video.frame_rate:
        return 0.0
    steps = (video.start - media.start - span.start) * float(rate)
    behind = steps - round(steps)
    return behind / float(rate) if abs(behind) > NEAR else 0.0


def rate_note(video: VideoStream) -> str | None:
    """Return, in words, why outputs have their frame rate; None where the rate is the source's own."""
    if video.constant_frame_rate:
        return None
    mean, chosen = float(video.frame_rate), exact_rate(video)
    return (
        f"frames of video stream {video.index} come at uneven times, {mean:.2f} per second on average and"
        f" {float(video.fastest_rate or video.frame_rate):.2f} in the fastest sustained motion: outputs have {chosen}"
        " per second"
    )


def ladder_rate(video: VideoStream, wanted: Fraction | None) -> Fraction:
    """Return one rate for all rungs: the requested one, or the source's own, halved until it is about 60 at most."""
    if wanted:
        return wanted
    rate = exact_rate(video)
    while rate > FASTEST * 21 / 20:
        rate /= 2
    return min(rate, FASTEST)


def gop_frames(seconds: float, rate: Fraction) -> int:
    """Return the number of whole frames between keyframes."""
    return max(1, round(Fraction(seconds) * rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Keyframes and segments of a ladder, in whole frames of one exact rate."""

    rate: Fraction
    gop_frames: int
    segment_frames: int

    @property
    def gop_seconds(self) -> Fraction:
        """Seconds between keyframes, exact."""
        return self.gop_frames / self.rate

    @property
    def segment_duration(self) -> Fraction:
        """Seconds per segment, exact."""
        return self.segment_frames / self.rate


def grid(rate: Fraction, segment_seconds: float, gop_seconds: float | None) -> Grid:
    """Return the grid nearest to the request: a segment is whole GOPs, and a GOP is whole frames."""
    frames = gop_frames(gop_seconds or segment_seconds, rate)
    gops = max(1, round(Fraction(segment_seconds) * rate / frames))
    return Grid(rate=rate, gop_frames=frames, segment_frames=frames * gops)


def on_grid(seconds: float, rate: Fraction) -> float:
    """Return the seconds of the whole number of frames nearest to a length."""
    return float(max(1, round(Fraction(seconds) * rate)) / rate)


def held_frames(seconds: float, picture: float, rate: Fraction) -> int | None:
    """Return the frames of a video whose last frame is held until the audio ends.

    The result is None where the video lasts as long as the audio.

    :param seconds: length of the whole.
    :param picture: length of the video.
    """
    if seconds - on_grid(picture, rate) <= OUTLASTING:
        return None
    return math.ceil(Fraction(seconds - SLACK) * rate)


def picture_times(media: MediaInfo, video: VideoStream, at: tuple[Offset, ...]) -> tuple[float, ...]:
    """Return when snapshots are taken. A time past the end means the last frame."""
    last = last_frame(media, video)
    times = (offset.seconds(media.duration, video.frame_rate) for offset in at)
    return tuple(min(max(0.0, time), last) for time in times)


def sample_times(media: MediaInfo, video: VideoStream, every: Offset) -> tuple[float, ...]:
    """Return when sampled snapshots are taken.

    In seconds: at the first frame, and after every interval. In percent: after every interval, up to 100 %.
    """
    last = last_frame(media, video)
    if every.unit == "percent":
        steps = math.floor(100 / every.value)
        return tuple(min(float(every.value) * n * media.duration / 100, last) for n in range(1, steps + 1))
    return tuple(
        float(every.value * n) for n in range(math.floor((Fraction(last) + Fraction(SLACK)) / every.value) + 1)
    )


def cell_times(media: MediaInfo, every: Offset) -> tuple[Fraction, tuple[float, ...]]:
    """Return the seconds between a sprite's cells, and when each cell is taken, from 0 to before the end.

    A rest of less than one frame gets no cell, such as the last samples of audio after the video.
    """
    duration = Fraction(media.duration).limit_denominator(1_000_000)
    step = every.value if every.unit == "seconds" else every.value * duration / 100
    video = media.main_video
    frame = min(1 / video.frame_rate, step / 4) if video else Fraction(0)
    return step, tuple(
        float(step * n) for n in range(max(1, math.ceil((duration - max(Fraction(SLACK), frame)) / step)))
    )
