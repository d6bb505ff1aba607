"""MediaInfo: the facts of one source, as its packets tell them rather than its header."""

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
    """What a decoder delivers of a stream from some frame on."""

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
    """Static HDR metadata: the display on which a programme was mastered (SMPTE ST 2086), and its light levels (CTA-861.3)."""

    chromaticities: tuple[Fraction, ...] = ()
    """x and y of green, blue, red and white; empty where they are unknown."""
    luminances: tuple[Fraction, ...] = ()
    """Most and least candela per square metre; empty where they are unknown."""
    max_content: int = 0
    """MaxCLL in candela per square metre; 0 where it is unknown."""
    max_average: int = 0
    """MaxFALL, likewise."""


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
    """Time of the first frame in seconds, on the clock by which ffmpeg reads the file: without jumps, and 0 where the file begins."""
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
    fastest_rate: Fraction | None = None
    """Frames per second of the fastest sustained motion, where frames come at uneven times."""
    usual_rate: Fraction | None = None
    """Frames per second of most of them, where the others come later because frames are missing between."""
    longest_interval: float = 0.0
    """Seconds between the two neighbouring frames that lie farthest apart."""
    formats: tuple[PictureFormat, ...] = ()
    """What the decoder delivers in turn, where size, shape, samples or colours change in mid-stream; empty where they do not."""
    shapes: tuple[tuple[float, Fraction], ...] = ()
    """Seconds from which sample aspect ratios hold in turn, and those ratios, where they change; on the clock of ``start``."""
    mixed_fields: bool = False
    """Whether some frames hold two fields and others are progressive."""
    mirrored: bool = False
    """Whether a player flips the picture before it turns it."""
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
    """Indexes of the mono streams that are its channels, where a programme's channels lie in streams of their own."""


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
    """Seconds from where ffmpeg takes the file to begin to the first frame or sample: more than 0 where it begins inside a GOP."""
    stated_start: float | None = None
    """Presentation time in seconds from which ffmpeg counts when it reads all streams, also those that cannot be decoded."""
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
    damage: tuple[StreamDamage, ...] = ()
    """What became of each stream when the whole source was decoded once."""
    has_discontinuities: bool = False
    """Whether timestamps jump: ffmpeg corrects them by the packets of all streams that it reads, so every command must read them all."""
    is_decode_deferred: bool = False
    """Whether the video has not been decoded yet: these facts come from its packets, and the first encode checks them."""

    @property
    def is_damaged(self) -> bool:
        """Whether a decoder cannot deliver all of the source: it has to be read the same way each time, then."""
        return any(stream.has_holes for stream in self.damage)

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
