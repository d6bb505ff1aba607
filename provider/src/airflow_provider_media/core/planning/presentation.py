"""The presentation: the one interval that every track of a package covers.

Players play what all tracks have. Where one of them ends early or begins late, they wait for it: dash.js and Shaka Player stand still,
or end with the shortest track. So sound is filled up with silence and pictures with their first and last frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from airflow_provider_media.core.ffmpeg import filters
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """What a package presents: from 0 to one end."""

    end: Fraction
    """Seconds; whole frames where there is a picture."""
    grid: Grid
    """Of the pictures' keyframes."""
    picture_frames: int = 0
    """Frames that the picture has by itself."""

    def lengthened_picture(self, paced: Stream) -> Stream:
        """A picture at the package's rate, its last frame held until the end.

        No more is added than is missing by plan: a picture that the decoder lost is not made up for, and verification finds it.
        """
        frames = round(self.end * self.grid.rate)
        missing = frames - self.picture_frames
        return filters.lengthened(paced, by=missing + _PICTURE_SLACK, to=frames) if missing > 0 else paced

    def lengthened_sound(self, sound: Stream, seconds: float, sample_rate: int) -> Stream:
        """A sound, silent from its own end to that of the package; as with the picture, by no more than is missing.

        :param seconds: length of the sound by itself.
        """
        missing = self._missing_samples(seconds, sample_rate)
        return filters.lengthened(sound, by=missing + _SOUND_SLACK, to=round(self.end * sample_rate)) if missing > 0 else sound

    def sound_seconds(self, seconds: float, sample_rate: int) -> float:
        """Seconds of a sound after it was lengthened; one that outlasts its picture unnoticed stays as long as it is."""
        return float(self.end) if self._missing_samples(seconds, sample_rate) > 0 else seconds

    def _missing_samples(self, seconds: float, sample_rate: int) -> int:
        return round((self.end - Fraction(seconds)) * sample_rate)


def presentation(media: MediaInfo, video: VideoStream | None, sounds: Mapping[str, AudioStream], grid: Grid) -> Presentation:
    """The interval from the earliest start to the latest end of these tracks.

    :param sounds: the wanted tracks of the source by the names of their renditions.
    """
    longest = max((stream_seconds(media, track, whole(media)) for track in sounds.values()), default=0.0)
    if video is None:
        return Presentation(end=Fraction(longest), grid=grid)
    seconds = stream_seconds(media, video, whole(media))
    frames = round(Fraction(on_grid(seconds, grid.rate)) * grid.rate)
    end = (held_frames(longest, seconds, grid.rate) or frames) / grid.rate
    return Presentation(end=end, grid=grid, picture_frames=frames)


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
