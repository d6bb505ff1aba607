"""MediaInfo: the facts of one source, from its packets rather than its header."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from airflow_provider_media.core.media.damage import StreamDamage
from airflow_provider_media.core.media.roles import TrackRole, rank

Rotation = Literal[0, 90, 180, 270]
FieldOrder = Literal["progressive", "top_first", "bottom_first", "unknown"]
DynamicRange = Literal["sdr", "hdr10", "hlg", "dolby_vision"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFormat:
    """Format of the frames that a decoder delivers, from some frame on."""

    width: int
    """Pixels, after the cropping that codec and container ask for."""
    height: int
    pixel_format: str = ""
    sample_aspect_ratio: Fraction = Fraction(1)
    color_range: str = ""
    color_space: str = ""
    color_primaries: str = ""
    color_transfer: str = ""

    @property
    def display(self) -> tuple[Fraction, int]:
        """Width and height in square pixels, before rotation."""
        return self.width * self.sample_aspect_ratio, self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class MasteringDisplay:
    """Static HDR metadata: a programme's mastering display (SMPTE ST 2086) and light levels (CTA-861.3)."""

    chromaticities: tuple[Fraction, ...] = ()
    """x and y of green, blue, red and white; empty where they are unknown."""
    luminances: tuple[Fraction, ...] = ()
    """Highest and lowest candela per square metre; empty where they are unknown."""
    max_content: int = 0
    """MaxCLL in candela per square metre; 0 where it is unknown."""
    max_average: int = 0
    """MaxFALL, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """One video stream; attached pictures are no video streams."""

    index: int
    """The stream's index in its file."""
    codec: str
    profile: str = ""
    width: int
    """Coded width in pixels, before rotation and sample aspect ratio."""
    height: int
    rotation: Rotation = 0
    """Clockwise degrees by which a player rotates the video."""
    sample_aspect_ratio: Fraction = Fraction(1)
    frame_rate: Fraction
    """Exact frames per second: the nominal rate of a constant-rate stream, the average of a variable-rate stream."""
    constant_frame_rate: bool = True
    frame_count: int
    """Frames that the decoder delivers; before a decode, frames counted in the packets."""
    start: float = 0.0
    """Time of the first frame in seconds.

    The clock is the one by which ffmpeg reads the file: without jumps, and 0 where the file begins.
    """
    stated_start: float | None = None
    """Presentation time in seconds from which ffmpeg counts when it reads this stream alone.

    In a recording that was cut anywhere, this time is a little later.
    """
    duration: float
    """Seconds from the first frame's presentation to the end of the last frame, not from the header."""
    header_duration: float | None = None
    """Seconds that the header claims; a truncated file claims more than its packets hold."""
    last_frame_start: float
    """Presentation time of the last frame relative to ``start``, in seconds."""
    keyframe_interval: float
    """Mean seconds between keyframes, which set the cost of a seek."""
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
    """Whether the coded video carries captions (CEA-608 and CEA-708)."""
    fastest_rate: Fraction | None = None
    """Frames per second of the fastest sustained motion, where frame times are uneven."""
    usual_rate: Fraction | None = None
    """Frames per second of most frames, where other frames come later because frames between them are missing."""
    longest_interval: float = 0.0
    """Seconds between the two neighbouring frames that lie farthest apart."""
    formats: tuple[PictureFormat, ...] = ()
    """All formats that the decoder delivers, the one with the largest frames first; empty where there is only one.

    A format is size, aspect ratio, pixel format and colours.
    """
    shapes: tuple[tuple[float, Fraction], ...] = ()
    """Start (seconds on the clock of ``start``) and value of each sample aspect ratio; empty where there is one."""
    mixed_fields: bool = False
    """Whether some frames hold two fields and others are progressive."""
    mirrored: bool = False
    """Whether a player flips the video before rotating it."""
    mastering: MasteringDisplay | None = None

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
    changes: bool = False
    """Whether sample rate or channel layout change in mid-stream."""
    parts: tuple[int, ...] = ()
    """Indexes of the mono streams that hold the channels, where each channel of a programme has a stream of its own."""


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
    """Seconds from the beginning of the file, as ffmpeg sees it, to the first frame or sample.

    This time is above 0 where the file begins inside a GOP.
    """
    stated_start: float | None = None
    """Presentation time in seconds from which ffmpeg counts when it reads all streams, even undecodable ones."""
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
    """Content of other streams, such as ``tmcd`` (timecodes) or ``scte_35`` (cues); chapter names do not count."""
    attachments: int = 0
    """Number of files in the container, such as fonts."""
    damage: tuple[StreamDamage, ...] = ()
    """Result of the full decode for each stream."""
    has_discontinuities: bool = False
    """Whether timestamps jump.

    ffmpeg corrects timestamps by the packets of all streams that it reads, so every command must read all streams.
    """
    is_decode_deferred: bool = False
    """Whether the video is not decoded yet: these facts come from its packets, and the first encode checks them."""

    @property
    def is_damaged(self) -> bool:
        """Whether a decoder cannot deliver the whole source; every command must then read it in the same way."""
        return any(stream.has_holes for stream in self.damage)

    @property
    def main_video(self) -> VideoStream | None:
        """The video stream that is processed: of the best role, the default stream, else the largest frames.

        A single-layer stream comes before a multi-layer stream, such as the views of two eyes: most decoders show the
        first layer alone.
        """
        return max(
            self.video,
            key=lambda s: (-rank(s.role), "multilayer" not in s.disposition, s.default, s.width * s.height, -s.index),
            default=None,
        )

    @property
    def main_audio(self) -> AudioStream | None:
        """The audio stream that is processed where one is wanted: the stream that a viewer would get.

        A track of the programme comes before an audio description, a commentary and the like, whatever their flags.
        Among tracks of one rank, the default one comes first, then the original, then the one with the most channels.
        """
        return max(
            self.audio,
            key=lambda s: (-rank(s.role), s.default, s.role == "original", s.channels, -s.index),
            default=None,
        )
