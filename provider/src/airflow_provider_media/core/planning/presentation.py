"""The presentation: the one interval that every track of a package covers, and how it is cut into segments.

Players play what all tracks have. Where one of them ends early or begins late, they wait for it: dash.js and Shaka Player stand still,
or end with the shortest track. So sound is filled up with silence and pictures with their first and last frame.
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
"""Seconds of silence or of a standing picture that are worth a word; less comes with the frames of most coders."""
_VIDEO = "the video"
_PICTURE_SLACK = 1
"""Frames by which a decoder may give fewer than its packets promise: one is lost where times are rounded to a grid."""
_SOUND_SLACK = 3 * 1024
"""Samples, likewise: what verification lets pass, which are three frames of AAC."""

_REORDERED = 2
"""Frames by which x264 and x265 decode a picture before it is shown, at most: B-frames with a pyramid."""
_SLOW = 10
"""Frames per second below which such a delay is too long for B-frames to be worth it."""
_SHORTEST_SOUND = Fraction(1, 20)
"""Seconds of sound in a segment, at least: two frames of AAC, of which the first one begins up to one frame late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """What a package presents: from 0 to one end."""

    end: Fraction
    """Seconds; whole frames where there is a picture."""
    grid: Grid
    """Of keyframes and segments."""
    picture_frames: int = 0
    """Frames that the picture has by itself for sure."""

    @property
    def frames(self) -> int:
        """Frames of every picture."""
        return round(self.end * self.grid.rate)

    @property
    def b_frames(self) -> bool:
        """Whether pictures may be decoded in another order than they are shown in.

        hls.js takes the delay to be part of the picture's times, and looks for every segment so much later (see :func:`_without_stub`).
        """
        return self.grid.rate >= _SLOW and self.frames > _REORDERED

    def lengthened_picture(self, paced: Stream) -> Stream:
        """A picture at the package's rate, its last frame held until the end.

        No more is added than is missing by plan: a picture that the decoder lost is not made up for, and verification finds it.
        """
        missing = self.frames - self.picture_frames
        return pacing.lengthened(paced, by=missing + _PICTURE_SLACK, to=self.frames) if missing > 0 else paced

    def lengthened_sound(self, sound: Stream, seconds: float, sample_rate: int) -> Stream:
        """A sound that ends exactly with the package, with silence at its end where it is shorter; by no more than is missing, as above.

        :param seconds: length of the sound by itself.
        """
        missing = max(0, round((self.end - Fraction(seconds)) * sample_rate))
        return pacing.lengthened(sound, by=missing + _SOUND_SLACK, to=round(self.end * sample_rate))


def presentation(media: MediaInfo, video: VideoStream | None, sounds: Mapping[str, AudioStream], grid: Grid) -> Presentation:
    """The interval from the earliest start to the latest end of these tracks.

    :param sounds: the wanted tracks of the source by the names of their renditions.
    :param grid: what was asked for.
    """
    longest = max((stream_seconds(media, track, whole(media)) for track in sounds.values()), default=0.0)
    if video is None:
        return Presentation(end=_beyond_stub(Fraction(longest), grid.segment_duration), grid=grid)
    seconds = stream_seconds(media, video, whole(media))
    own = round(Fraction(on_grid(seconds, grid.rate)) * grid.rate)
    frames = held_frames(longest, seconds, grid.rate) or own
    # Of frames at uneven times nobody knows for how long the last one is shown: on the grid it may be one step less.
    sure = own if video.constant_frame_rate else own - 1
    return Presentation(end=frames / grid.rate, grid=_without_stub(grid, frames), picture_frames=sure)


def _without_stub(grid: Grid, frames: int) -> Grid:
    """The nearest grid whose last segment is not too short for players.

    hls.js 1.7 does not know edit lists: it looks for each segment later than it is, by the delay of B-frames and by the priming of AAC.
    Of a last segment that is no longer than that it finds nothing, waits for it, and never comes to the end.
    """
    gops = grid.segment_frames // grid.gop_frames
    shortest = max(_REORDERED + 1, math.ceil(_SHORTEST_SOUND * grid.rate))
    for step in (0, 1, -1, 2, -2, 3, -3) if grid.rate >= _SLOW else ():
        segment = (grid.gop_frames + step) * gops
        if frames <= segment or not 0 < frames % segment < shortest:
            return replace(grid, gop_frames=grid.gop_frames + step, segment_frames=segment)
    return grid


def _beyond_stub(end: Fraction, segment: Fraction) -> Fraction:
    """The end of sound without picture, likewise: silence is added to a last segment that is too short."""
    stub = end % segment
    return end - stub + _SHORTEST_SOUND if end > segment and 0 < stub < _SHORTEST_SOUND else end


def adjustments(media: MediaInfo, video: VideoStream | None, sounds: Mapping[str, AudioStream]) -> Iterator[str]:
    """What is added to the tracks of a source so that they cover one interval, for people.

    :param sounds: the wanted tracks of the source by the names of their renditions.
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
