"""How an output gets at the source: in a pass over all of it that others share, or by seeking to its own part."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_provider_media.core.ffmpeg import filters
from airflow_provider_media.core.ffmpeg.graph import Decoded, Input, Stream, options
from airflow_provider_media.core.ffmpeg.sandbox import INPUT_GUARDS, SOURCE
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.planning.timing import SLACK, Span

DISCONTINUOUS = ("mpegts", "mpeg", "ogg")
"""Formats whose clock may jump (AVFMT_TS_DISCONT in libavformat)."""
GUARDS = dict(zip((name.lstrip("-") for name in INPUT_GUARDS[::2]), INPUT_GUARDS[1::2], strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A way to the source's streams.

    ffmpeg turns pictures upright as it decodes them. One of two fields has its lines on end then, and is turned after they are one.
    """

    media: MediaInfo
    seek: bool = False
    """Whether the output opens the source at its own part rather than cutting that out of a whole pass."""

    def picture(self, span: Span) -> Stream:
        """The main video of a span, progressive and upright, beginning at 0."""
        return self._cut(self._progressive(self._input(span, **self._as_coded())), span)

    def still(self, time: float) -> Stream:
        """The main video from the first frame at or after a time on."""
        # Threads decode ahead, and of a single picture nothing lies ahead.
        return self._progressive(_source(ss=_early(time), threads="1", **self._as_coded()))

    def sound(self, track: AudioStream, span: Span) -> Stream:
        """A sound track of a span, beginning at 0."""
        return self._cut(Decoded(self._input(span, **self._as_coded()), track.index, "audio"), span)

    def coded(self, stream: VideoStream | AudioStream, span: Span) -> Stream:
        """A stream as it is encoded in the source, for copying; a span that is not whole begins at the keyframe before."""
        return Decoded(self._input(span), stream.index, "video" if isinstance(stream, VideoStream) else "audio")

    def _progressive(self, source: Input) -> Stream:
        if (video := self.media.main_video) is None:
            raise ValueError("the source has no video")
        picture = Decoded(source, video.index, "video")
        if not video.interlaced:
            return picture
        return filters.turned(filters.deinterlaced(picture, top_first=video.field_order == "top_first"), video.rotation)

    def _as_coded(self) -> dict[str, str]:
        """Options of an input whose picture ffmpeg must not turn."""
        video = self.media.main_video
        return {f"display_rotation:{video.index}": "0"} if video and video.interlaced and video.rotation else {}

    def _input(self, span: Span, **more: str) -> Input:
        where = {"ss": _early(span.start), "t": f"{span.seconds:.6f}"} if self.seek and not span.whole else {}
        return _source(**where, **more)

    def _cut(self, stream: Stream, span: Span) -> Stream:
        # Both ways cut a little early, so that the frame at the very start is in and the one at the very end is out.
        return stream if self.seek or span.whole else filters.cut(stream, max(0.0, span.start - SLACK), span.end - SLACK)


def lateness(media: MediaInfo, file: Input, indexes: frozenset[int]) -> float:
    """By how many seconds the used streams of the source begin later than all of it, where ffmpeg does not wait for them itself.

    It takes broadcast formats to begin with the first stream that is used, and all times of a plan count from the first one that is there.
    """
    if media.format not in DISCONTINUOUS or file.file != f"file:{SOURCE}":
        return 0.0
    streams: tuple[VideoStream | AudioStream, ...] = (*media.video, *media.audio)
    starts = {stream.index: stream.start if stream.stated_start is None else stream.stated_start for stream in streams}
    whole = min(starts.values())
    first = min((start for index, start in starts.items() if index in indexes), default=whole)
    return max(0.0, first - whole - float(dict(file.options).get("ss", 0)))


def _source(**where: str | None) -> Input:
    return Input(f"file:{SOURCE}", options(**GUARDS, **where))


def _early(time: float) -> str | None:
    return f"{time - SLACK:.6f}" if time > SLACK else None
