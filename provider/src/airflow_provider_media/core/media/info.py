"""MediaInfo: the facts of one source, as its packets tell them rather than its header."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from airflow_provider_media.core.media.roles import TrackRole, rank

Rotation = Literal[0, 90, 180, 270]
FieldOrder = Literal["progressive", "top_first", "bottom_first", "unknown"]
DynamicRange = Literal["sdr", "hdr10", "hlg", "dolby_vision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """One moving-picture stream; attached pictures are not among these."""

    index: int
    """The stream's index in its file."""
    codec: str
    profile: str = ""
    width: int
    """Coded width in pixels, before rotation and sample aspect ratio."""
    height: int
    rotation: Rotation = 0
    """Clockwise degrees by which a player turns the picture."""
    sample_aspect_ratio: Fraction = Fraction(1)
    frame_rate: Fraction
    """Frames per second, exact: the nominal rate of a constant-rate stream, the average one of a variable-rate stream."""
    constant_frame_rate: bool = True
    frame_count: int
    """Frames counted in the packets."""
    start: float = 0.0
    """Presentation time of the first frame, in seconds."""
    stated_start: float | None = None
    """Presentation time from which ffmpeg counts when it reads this stream alone; of a recording that was cut anywhere, a little later."""
    duration: float
    """Seconds from the first frame's presentation to the last one's end, from packets."""
    header_duration: float | None = None
    """Seconds that the header claims; a truncated file claims more than its packets hold."""
    last_frame_start: float
    """Presentation time of the last frame relative to ``start``, in seconds."""
    keyframe_interval: float
    """Mean seconds between keyframes: what a seek costs."""
    field_order: FieldOrder = "progressive"
    pixel_format: str = "yuv420p"
    bit_depth: int = 8
    alpha: bool = False
    dynamic_range: DynamicRange = "sdr"
    color_primaries: str = ""
    color_transfer: str = ""
    color_space: str = ""
    color_range: str = ""
    bit_rate: int | None = None
    """Bits per second, from packets."""
    language: str = ""
    default: bool = False
    title: str = ""
    disposition: tuple[str, ...] = ()
    """ffprobe's disposition flags that are set, such as ``default`` and ``original``."""
    role: TrackRole = "main"
    closed_captions: bool = False
    """Whether captions lie within the coded picture (CEA-608 and CEA-708)."""

    @property
    def display_width(self) -> int:
        """Width in square pixels as people see it, after rotation."""
        return self._display()[0]

    @property
    def display_height(self) -> int:
        """Height in square pixels as people see it, after rotation."""
        return self._display()[1]

    def _display(self) -> tuple[int, int]:
        width = round(self.width * self.sample_aspect_ratio)
        return (self.height, width) if self.rotation in (90, 270) else (width, self.height)

    @property
    def interlaced(self) -> bool:
        """Whether the frames hold two fields."""
        return self.field_order in ("top_first", "bottom_first")


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStream:
    """One audio stream."""

    index: int
    codec: str
    channels: int
    channel_layout: str = ""
    sample_rate: int
    """Hertz."""
    start: float = 0.0
    stated_start: float | None = None
    duration: float
    """Seconds, from packets."""
    header_duration: float | None = None
    bit_rate: int | None = None
    language: str = ""
    title: str = ""
    default: bool = False
    disposition: tuple[str, ...] = ()
    """ffprobe's disposition flags that are set."""
    role: TrackRole = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleStream:
    """One subtitle stream."""

    index: int
    codec: str
    language: str = ""
    default: bool = False
    forced: bool = False
    title: str = ""
    disposition: tuple[str, ...] = ()
    """ffprobe's disposition flags that are set."""
    role: TrackRole = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """The facts of one media file."""

    format: str
    """ffprobe's format name, such as ``mov,mp4,m4a,3gp,3g2,mj2``."""
    size: int
    """Bytes."""
    duration: float
    """Seconds from the earliest start to the latest end of all streams, from packets."""
    start: float = 0.0
    """Earliest presentation time of all streams, in seconds."""
    header_duration: float | None = None
    bit_rate: int | None = None
    video: tuple[VideoStream, ...] = ()
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()
    attached_pictures: tuple[int, ...] = ()
    """Indexes of streams that hold one cover picture each."""
    tags: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    """Damage that a tolerant workflow accepted, in words."""
    chapters: int = 0
    data_streams: tuple[str, ...] = ()
    """What other streams hold, such as ``tmcd`` (timecodes) or ``scte_35`` (cues); a text track with the chapters' names is none."""
    attachments: int = 0
    """Files that lie in the container, such as fonts."""

    @property
    def main_video(self) -> VideoStream | None:
        """The stream that is processed: of the programme's, or of what there is instead, the default one, else the largest picture.

        A flat picture comes before one of several layers, such as two eyes' views, of which most decoders show the first alone.
        """
        return max(
            self.video,
            key=lambda s: (-rank(s.role), "multilayer" not in s.disposition, s.default, s.width * s.height, -s.index),
            default=None,
        )

    @property
    def main_audio(self) -> AudioStream | None:
        """The stream that is processed where one is wanted, which is what a viewer would get.

        A track of the programme comes before an audio description, a commentary and the like, whatever flags they carry; among tracks
        of one kind the default one comes first, then the original, then that of most channels.
        """
        return max(self.audio, key=lambda s: (-rank(s.role), s.default, s.role == "original", s.channels, -s.index), default=None)
