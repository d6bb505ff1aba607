"""The presentation: the one interval that every track of a package covers, and its division into segments.

Players play the interval that all tracks have. Where a track ends early or begins late, players wait for it: dash.js
and Shaka Player stop, or end with the shortest track. Silence therefore fills up audio, and the first and last frame
fill up video.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from airflow_provider_media.core.ffmpeg import pacing
from airflow_provider_media.core.ffmpeg.graph import Stream
from airflow_provider_media.core.media.info import AudioStream, MediaInfo, VideoStream
from airflow_provider_media.core.planning.timing import Grid, held_frames, on_grid, stream_seconds, whole

NOTED = 0.1
"""Least seconds of added silence or of a held frame that get a note. Frames of most codecs cause smaller additions."""
_VIDEO = "the video"
_PICTURE_SLACK = 1
"""Frames by which a decoder may give fewer than its packets promise.

One frame is lost where times are rounded to a grid."""
_SOUND_SLACK = 3 * 1024
"""Samples of the same slack for audio: three frames of AAC, which verification accepts."""

_REORDERED = 2
"""Most frames by which x264 and x265 decode a frame before it is shown: B-frames with a pyramid."""
_SLOW = 10
"""Frames per second below which such a delay is too long for B-frames to be worth it."""
_SHORTEST_SOUND = Fraction(1, 20)
"""Least seconds of audio in a segment: two frames of AAC, of which the first begins up to one frame late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """The interval that a package presents, from 0 to one end."""

    end: Fraction
    """Seconds; whole frames where there is a video."""
    grid: Grid
    """Grid of keyframes and segments."""
    picture_frames: int = 0
    """Frames that the video has by itself for sure."""

    @property
    def frames(self) -> int:
        """Frames of every video rendition."""
        return round(self.end * self.grid.rate)

    @property
    def b_frames(self) -> bool:
        """Whether the decoding order of frames may differ from their presentation order.

        hls.js takes the delay to be part of the video's times. hls.js then looks for every segment later by that delay
        (see :func:`_without_stub`).
        """
        return self.grid.rate >= _SLOW and self.frames > _REORDERED

    def lengthened_picture(self, paced: Stream, *, first: int = 0) -> Stream:
        """Return a video at the package's rate, with its last frame held until the end.

        No more frames are added than are missing by plan. Frames that the decoder lost are not replaced, and
        verification finds the loss.

        :param first: number of the video's first frame.
        """
        missing = self.frames - self.picture_frames
        return pacing.lengthened(paced, by=missing + _PICTURE_SLACK, to=self.frames - first) if missing > 0 else paced

    def lengthened_sound(self, sound: Stream, seconds: float, sample_rate: int) -> Stream:
        """Return audio that ends exactly with the package, with silence at its end where it is shorter.

        No more silence is added than is missing by plan, as with the video.

        :param seconds: length of the audio by itself.
        """
        missing = max(0, round((self.end - Fraction(seconds)) * sample_rate))
        return pacing.lengthened(sound, by=missing + _SOUND_SLACK, to=round(self.end * sample_rate))


def presentation(
    media: MediaInfo, video: VideoStream | None, sounds: Mapping[str, AudioStream], grid: Grid
) -> Presentation:
    """Return the interval from the earliest start to the latest end of these tracks.

    :param sounds: the wanted audio tracks of the source by rendition name.
    :param grid: the requested grid.
    """
    longest = max((stream_seconds(media, track, whole(media)) for track in sounds.values()), default=0.0)
    if video is None:
        return Presentation(end=_beyond_stub(Fraction(longest), grid.segment_duration), grid=grid)
    seconds = stream_seconds(media, video, whole(media))
    own = round(Fraction(on_grid(seconds, grid.rate)) * grid.rate)
    frames = held_frames(longest, seconds, grid.rate) or own
    # With uneven frame times, nobody knows how long the last frame lasts: on the grid it may be one step less.
    sure = own if video.constant_frame_rate else own - 1
    return Presentation(end=frames / grid.rate, grid=_without_stub(grid, frames), picture_frames=sure)


def _without_stub(grid: Grid, frames: int) -> Grid:
    """Return the nearest grid whose last segment is not too short for players.

    hls.js 1.7 does not know edit lists. It looks for each segment later than the segment is, by the delay of B-frames
    and by the priming of AAC. In a last segment no longer than that, hls.js finds nothing. It waits for the segment and
    never comes to the end.
    """
    gops = grid.segment_frames // grid.gop_frames
    shortest = max(_REORDERED + 1, math.ceil(_SHORTEST_SOUND * grid.rate))
    for step in (0, 1, -1, 2, -2, 3, -3) if grid.rate >= _SLOW else ():
        segment = (grid.gop_frames + step) * gops
        if frames <= segment or not 0 < frames % segment < shortest:
            return replace(grid, gop_frames=grid.gop_frames + step, segment_frames=segment)
    return grid


def _beyond_stub(end: Fraction, segment: Fraction) -> Fraction:
    """Return the end of audio without video. Silence is added to a last segment that is too short for players."""
    stub = end % segment
    return end - stub + _SHORTEST_SOUND if end > segment and 0 < stub < _SHORTEST_SOUND else end


def adjustments(media: MediaInfo, video: VideoStream | None, sounds: Mapping[str, AudioStream]) -> Iterator[str]:
    """Yield, for people, the additions to a source's tracks that let all tracks cover one interval.

    :param sounds: the wanted audio tracks of the source by rendition name.
    """
    tracks: dict[str, VideoStream | AudioStream] = {**({_VIDEO: video} if video else {}), **sounds}
    begins = {name: track.start for name, track in tracks.items()}
    ends = {name: stream_seconds(media, track, whole(media)) for name, track in tracks.items()}
    for name in tracks:
        first, last = min(begins, key=begins.__getitem__), max(ends, key=ends.__getitem__)
        if (late := begins[name] - begins[first]) > NOTED:
            filling = "its first frame was held until then" if name == _VIDEO else "silence was put before it"
            yield f"{name} begins {late:.1f} s after {first}: {filling}"
        if (early := ends[last] - ends[name]) > NOTED:
            filling = "its last frame was held" if name == _VIDEO else "silence was added"
            yield f"{name} ends {early:.1f} s before {last}: {filling}"
