"""Source reader: an output reads the source in a shared full decode, or by seeking to its own part."""

from __future__ import annotations

import math
from dataclasses import dataclass

from airflow_provider_media.core.ffmpeg import filters, pacing
from airflow_provider_media.core.ffmpeg.graph import Decoded, Input, Steady, Stream, options
from airflow_provider_media.core.ffmpeg.sandbox import INPUT_GUARDS, SOURCE
from airflow_provider_media.core.media.colors import encoded_colors, is_fully_tagged, needs_conversion, source_colors
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.planning.slices import VideoSlice
from airflow_provider_media.core.planning.timing import SLACK, Span

DISCONTINUOUS = ("mpegts", "mpeg", "ogg")
"""Formats whose clock may jump (AVFMT_TS_DISCONT in libavformat)."""
FRAME_THREADED = ("alac", "flac", "tak", "tta", "wavpack")
"""Audio codecs that ffmpeg decodes in several threads, one packet per thread."""
RARE = 0.1
"""Seconds between frames from which people see with which of two frames a cut begins."""
LONGEST_LEAD = 60.0
LONGEST_DELAY = 1.0
AROUND = 1.0
"""Seconds before and after a slice that are decoded as well: a deinterlacer looks at the frames beside its own."""
GUARDS = dict(zip((name.lstrip("-") for name in INPUT_GUARDS[::2]), INPUT_GUARDS[1::2], strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReader:
    """Access to the streams of a source.

    ffmpeg rotates frames as it decodes them. The lines of a rotated interlaced frame would stand on end. An interlaced
    video is therefore rotated after deinterlacing.
    """

    media: MediaInfo
    seek: bool = False
    """Whether the output seeks to its own part instead of cutting that part out of a full decode."""
    slice: VideoSlice | None = None
    """The slice that is read; the whole source when absent."""

    def picture(self, span: Span, *, keeps_times: bool = False) -> Stream:
        """Return the main video of a span, progressive and upright.

        The video begins at 0 with the frame on display at the span's start.

        :param keeps_times: whether no constant frame rate follows, which would drop earlier frames. The video then
            begins with the next frame.
        """
        return self._cut(self._progressive(self._input(span, **self._as_coded())), span, held=not keeps_times)

    def around(self, span: Span, *, is_last: bool) -> Stream:
        """Return the main video around a span, progressive and upright. Its frames keep the times of the whole.

        :param is_last: whether the video is read to its end.
        """
        begin, end = read_around(span)
        begin = max(0, begin - math.ceil(self._delay(span.start)))
        place = self._early(begin) if begin else None
        if place is None:
            begin = 0
        until = {} if is_last else {"t": f"{end - begin}"}
        picture = self._progressive(self._source(ss=place, **until, **self._as_coded()))
        return pacing.later(picture, float(place) - self.media.start) if place else picture

    def still(self, time: float) -> Stream:
        """Return the main video from the first frame at or after a time."""
        lead = min(time, self._delay(time))
        # Threads decode ahead, which a single picture does not need.
        picture = self._progressive(self._source(ss=self._early(time - lead), **{**self._as_coded(), "threads": "1"}))
        return pacing.since(picture, lead - SLACK) if lead else picture

    def sound(self, track: AudioStream, span: Span) -> Stream:
        """Return an audio track of a span, beginning at 0.

        The audio has one sample rate and layout, even where they change in mid-stream.
        """
        if track.parts:
            return self._cut(self._joined(track, self._input(span, **self._as_coded())), span)
        source = Decoded(self._input(span, **self._as_coded()), track.index, "audio")
        if not track.changes:
            return self._cut(source, span)
        return self._cut(Steady(source, track.sample_rate, track.channel_layout), span)

    def _joined(self, track: AudioStream, source: Input) -> Stream:
        """Return mono tracks as the channels of one programme, in their order."""
        return filters.merged([Decoded(source, index, "audio") for index in track.parts])

    def coded(self, stream: VideoStream | AudioStream, span: Span) -> Stream:
        """Return a stream as it is encoded, for stream copy. A partial span begins at the keyframe before it."""
        where = {"ss": self._early(span.start), "t": f"{span.seconds:.6f}"} if self.seek and not span.whole else {}
        return Decoded(self._source(**where), stream.index, "video" if isinstance(stream, VideoStream) else "audio")

    def _progressive(self, source: Input) -> Stream:
        if (video := self.media.main_video) is None:
            raise ValueError("the source has no video")
        seek = float(dict(source.options).get("ss", self.media.start))
        picture = self._described(Decoded(source, video.index, "video"), video, seek)
        if video.interlaced:
            picture = filters.deinterlaced(
                picture, top_first=video.field_order == "top_first", mixed=video.mixed_fields
            )
        return filters.turned(picture, video.rotation, mirrored=video.mirrored) if self._turns_itself else picture

    def _described(self, picture: Stream, video: VideoStream, begin: float) -> Stream:
        """Return frames of one format that state their colours, on which all later filters rely.

        :param begin: seconds, on the source's clock, at which the stream's own clock is 0.
        """
        if video.formats:
            size = (video.width, video.height)
            picture = filters.normalised(
                picture, size, video.pixel_format, interlaced=video.interlaced, ratio=_ratio(video, begin)
            )
        colors = source_colors(video)
        if not is_fully_tagged(video) and not needs_conversion(video):
            own = {"matrix": colors.matrix, "primaries": colors.primaries, "transfer": colors.transfer}
            picture = filters.tagged(picture, **own, full_range=colors.full_range)
        if needs_conversion(video):
            meant = encoded_colors(video, keep_range=True)
            picture = filters.differenced(picture, matrix=meant.matrix, ten_bit=video.bit_depth > 8)
            own = {"matrix": meant.matrix, "primaries": meant.primaries, "transfer": meant.transfer}
            picture = filters.tagged(picture, **own, full_range=False)
        return picture

    @property
    def _turns_itself(self) -> bool:
        """Whether a filter of the plan rotates the video.

        ffmpeg's own rotation would come before deinterlacing, or before all frames have one size.
        """
        video = self.media.main_video
        return video is not None and (video.interlaced or bool(video.formats))

    def _as_coded(self) -> dict[str, str]:
        """Return options of an input whose frames must come as they are coded, and equally each time."""
        video = self.media.main_video
        own: dict[str, str] = {}
        if video and self._turns_itself and (video.rotation or video.mirrored):
            own[f"display_rotation:{video.index}"] = "0"
        if video and video.formats:
            # A rebuilt filter graph forgets the counts of fps, tile and select. scale accepts frames of other sizes as
            # they come.
            own[f"reinit_filter:{video.index}"] = "0"
        if any(track.codec in FRAME_THREADED for track in self.media.audio):
            # Where threads decode ahead, ffmpeg 9 takes the samples that an edit list hides from a later frame than
            # their own.
            own["threads:a"] = "1"
        if self.media.is_damaged:
            own["threads"] = "1"  # a decoder's repair of damaged data would depend on the timing of its threads
        return own

    def _input(self, span: Span, **more: str) -> Input:
        lead = self._lead(span)
        where = (
            {"ss": self._early(span.start - lead), "t": f"{span.seconds + lead:.6f}"}
            if self.seek and not span.whole
            else {}
        )
        return self._source(**where, **more)

    def _lead(self, span: Span) -> float:
        """Return how many seconds before a span reading has to start.

        Where frames are rare, the frame on display at the span's start may come that early.
        """
        longest = self.media.main_video.longest_interval if self.media.main_video else 0.0
        rare = min(longest, LONGEST_LEAD) if longest > RARE else 0.0
        return min(span.start, max(rare, self._delay(span.start)))

    def _delay(self, time: float) -> float:
        """Return the seconds by which a seek may come too late.

        A seek in fragmented MP4 uses decoding times, and frames are shown later. Matroska's index knows no times below
        zero, at which some recordings begin.
        """
        video = self.media.main_video
        seeks = self.seek or self.slice is not None
        if seeks and self._is_below_zero(time + self.media.start):
            return time
        fragmented = video is not None and "mov" in self.media.format.split(",") and video.start > SLACK
        return min(video.start, LONGEST_DELAY) if seeks and video and fragmented else 0.0

    def _source(self, **where: str | None) -> Input:
        return Input(f"file:{SOURCE}", options(**GUARDS, **where))

    def _early(self, time: float) -> str | None:
        """Return where to seek for a time; None for the beginning of the file.

        The place is a little early, and counted from where ffmpeg takes the file to begin.
        """
        place = time + self.media.start - SLACK
        return f"{place:.6f}" if place > 0 and not self._is_below_zero(place) else None

    def _is_below_zero(self, place: float) -> bool:
        """Return whether a place lies before all times that Matroska's index knows.

        The place is counted from where ffmpeg takes the file to begin.
        """
        return "matroska" in self.media.format.split(",") and place + (self.media.stated_start or 0.0) < 0

    def _cut(self, stream: Stream, span: Span, *, held: bool = False) -> Stream:
        lead = self._lead(span)
        if span.whole or (self.seek and not lead):
            return stream
        # Full decode and seek both cut a little early: the frame at the very start is in, the frame at the very end is
        # out.
        start = lead if self.seek else span.start
        return pacing.cut(stream, max(0.0, start - SLACK), start + span.seconds - SLACK, held=lead if held else None)


def _ratio(video: VideoStream, begin: float) -> str:
    """Return an expression of the sample aspect ratio at ``t`` seconds of a stream.

    :param begin: time of the source at which the stream begins, in seconds.
    """
    if not video.shapes:
        return "sar"
    (_, ratio), *others = video.shapes
    text = f"{float(ratio):.6f}"
    for time, following in others:
        # A sum, because ffmpeg refuses expressions that are nested deeply.
        text += f"+gte(t,{time - begin - SLACK:.3f})*({float(following - ratio):.6f})"
        ratio = following
    return text


def read_around(span: Span) -> tuple[int, int]:
    """Return the seconds from which and to which a source is read for a slice.

    Whole seconds: outputs whose slices begin a few frames apart share one decode.
    """
    return max(0, math.floor(span.start - AROUND)), math.ceil(span.end + AROUND)


def is_seekable(media: MediaInfo) -> bool:
    """Return whether a seek finds its frame for sure by the file's index; in a damaged file, nobody knows."""
    return bool({"mov", "mp4", "matroska"} & set(media.format.split(","))) and not media.is_damaged


def lateness(media: MediaInfo, file: Input, indexes: frozenset[int]) -> float:
    """Return the seconds by which to move the used streams.

    Times of a plan then count from the first frame or sample that is there. ffmpeg takes a file to begin with its first
    packet. In a broadcast format, the file begins with the first packet of a used stream.
    """
    if file.file != f"file:{SOURCE}":
        return 0.0
    seek = float(dict(file.options).get("ss", 0))
    begin = 0.0 if seek else _rounded(media.start)
    if media.format not in DISCONTINUOUS:
        return -begin
    streams: tuple[VideoStream | AudioStream, ...] = (*media.video, *media.audio)
    starts = {stream.index: stream.start if stream.stated_start is None else stream.stated_start for stream in streams}
    whole = min(starts.values()) if media.stated_start is None else media.stated_start
    first = min((start for index, start in starts.items() if index in indexes), default=whole)
    return max(0.0, first - whole - seek) - begin


def _rounded(seconds: float) -> float:
    """Return the seconds, or 0 for less than the rounding of a container's clock."""
    return seconds if abs(seconds) > SLACK else 0.0
