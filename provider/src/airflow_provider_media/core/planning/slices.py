"""Slices of a video: parts that are encoded side by side, each on the grid of keyframes of its output."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from airflow_provider_media.core.planning.timing import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRange:
    """The frames of one slice among the frames of an encoded video, whose first frame has number 0."""

    first: int
    end: int
    """Number of the first frame behind the slice."""
    is_last: bool
    rate: Fraction
    """Frames per second."""

    @property
    def count(self) -> int:
        """Number of frames."""
        return self.end - self.first

    @property
    def span(self) -> Span:
        """The slice's part of the source's time."""
        return Span(start=float(self.first / self.rate), end=float(self.end / self.rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSlice:
    """One of several slices of a source, for all outputs; each output begins it with a keyframe of its own."""

    number: int
    """From 0."""
    count: int
    seconds: float
    """Seconds of a slice; the last one may be longer."""

    def frames(self, rate: Fraction, gop_frames: int, total: int) -> FrameRange:
        """Return the frames of the slice in an encoded video.

        :param rate: frames per second of the video.
        :param gop_frames: frames from one keyframe to the next.
        :param total: frames of the whole video.
        """

        def begin(number: int) -> int:
            return round(Fraction(self.seconds) * number * rate / gop_frames) * gop_frames

        is_last = self.number == self.count - 1
        end = total if is_last else begin(self.number + 1)
        return FrameRange(first=begin(self.number), end=end, is_last=is_last, rate=rate)


def slices_of(duration: float, seconds: float) -> tuple[VideoSlice, ...]:
    """Return the slices of a source. The last one also takes a rest that is shorter than half a slice.

    :param duration: seconds of the source.
    :param seconds: wanted seconds of each slice.
    """
    count = max(1, math.floor(duration / seconds + 0.5))
    return tuple(VideoSlice(number=number, count=count, seconds=seconds) for number in range(count))
