"""HLS playlists and DASH manifests, read into facts; pure, and strict where a player would be lost.

HLS: RFC 8216bis, read by the library m3u8. DASH: ISO/IEC 23009-1, only in the form that Packager writes
(SegmentTemplate with SegmentTimeline).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, repeat
from typing import Any, Literal
from xml.etree import ElementTree as ET

from airflow_provider_media.core.packaging.errors import VerificationFailed

_DASH = {"d": "urn:mpeg:dash:schema:mpd:2011"}
_NUMBER = re.compile(r"\$Number(?:%0(\d+)d)?\$")
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One segment that a manifest names, or a keyframe within one."""

    uri: str
    duration: float
    """Seconds."""
    byte_range: tuple[int, int] | None = None
    """Length and offset in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaPlaylist:
    """An HLS media playlist."""

    init: str
    """URI of EXT-X-MAP."""
    segments: tuple[Segment, ...]
    target_duration: float
    """Seconds."""
    whole: bool
    """Whether the playlist is a VOD playlist with an end."""
    keyframes_only: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One EXT-X-STREAM-INF or EXT-X-I-FRAME-STREAM-INF."""

    uri: str
    bandwidth: int
    """Peak bits per second."""
    codecs: tuple[str, ...]
    resolution: tuple[int, int] | None
    frame_rate: float | None
    audio_group: str
    captions: str = ""
    """CLOSED-CAPTIONS: a group, ``NONE``, or empty where the attribute is absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """One EXT-X-MEDIA of type AUDIO."""

    uri: str
    group: str
    name: str
    language: str
    default: bool
    channels: str
    autoselect: bool = False
    characteristics: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions:
    """One EXT-X-MEDIA of type CLOSED-CAPTIONS."""

    group: str
    name: str
    channel: str
    """INSTREAM-ID."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterPlaylist:
    """An HLS multivariant playlist."""

    variants: tuple[Variant, ...]
    sounds: tuple[Sound, ...]
    keyframes: tuple[Variant, ...]
    captions: tuple[Captions, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """One DASH Representation, with the attributes of its AdaptationSet."""

    kind: Literal["video", "audio"]
    init: str
    media: str
    """Template of the segments' names, which contains their number."""
    first_number: int
    timeline: tuple[tuple[float, int], ...]
    """Pairs: seconds of a segment, and the number of segments of this length that follow each other."""
    bandwidth: int
    codecs: str
    width: int
    height: int
    language: str
    label: str = ""
    roles: tuple[str, ...] = ()
    accessibility: tuple[tuple[str, str], ...] = ()
    """Pairs of scheme and value."""

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments, made at each access.

        A film has tens of thousands of segments, and a manifest has many Representations.
        """
        lengths = chain.from_iterable(repeat(seconds, count) for seconds, count in self.timeline)
        return tuple(
            Segment(uri=_numbered(self.media, number), duration=seconds)
            for number, seconds in enumerate(lengths, start=self.first_number)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DashManifest:
    """A static MPD of one period."""

    duration: float
    """Seconds."""
    representations: tuple[Representation, ...]


def parse_master(name: str, text: str) -> MasterPlaylist:
    """Read a multivariant playlist.

    :raises VerificationFailed: when the text is no such playlist, or lacks what RFC 8216bis demands.
    """
    playlist = _m3u8(name, text)
    if not playlist.is_variant:
        raise VerificationFailed(f"{name} names no renditions", file=name)
    return MasterPlaylist(
        variants=tuple(_variant(item.uri, item.stream_info) for item in playlist.playlists),
        sounds=tuple(_sound(item) for item in playlist.media if item.type == "AUDIO"),
        keyframes=tuple(_variant(item.uri, item.iframe_stream_info) for item in playlist.iframe_playlists),
        captions=tuple(
            Captions(group=item.group_id or "", name=item.name or "", channel=item.instream_id or "")
            for item in playlist.media
            if item.type == "CLOSED-CAPTIONS"
        ),
    )


def parse_media_playlist(name: str, text: str) -> MediaPlaylist:
    """Read a media playlist.

    :raises VerificationFailed: when the text is no such playlist, or lacks what RFC 8216bis demands.
    """
    playlist = _m3u8(name, text)
    if not playlist.segments or not playlist.segment_map:
        raise VerificationFailed(f"{name} names no segments, or no header for them", file=name)
    return MediaPlaylist(
        init=str(playlist.segment_map[0].uri),
        segments=tuple(
            Segment(uri=str(item.uri), duration=float(item.duration), byte_range=_byte_range(item.byterange))
            for item in playlist.segments
        ),
        target_duration=float(playlist.target_duration or 0),
        whole=bool(playlist.is_endlist) and playlist.playlist_type == "vod",
        keyframes_only=bool(playlist.is_i_frames_only),
    )


def _m3u8(name: str, text: str) -> Any:
    import m3u8

    if not text.startswith("#EXTM3U"):
        raise VerificationFailed(f"{name} does not begin with #EXTM3U", file=name)
    # RFC 8216bis §4.1: a line of # without EXT is a comment. The library's strict mode fails on comments.
    lines = [line for line in text.splitlines() if not line.startswith("#") or line.startswith("#EXT")]
    try:
        return m3u8.M3U8("\n".join(lines), strict=True)
    # The library raises a ParseError for unknown lines, and other errors for attributes that it cannot read.
    except Exception as error:
        raise VerificationFailed(f"{name} is no valid HLS playlist: {error}", file=name) from error


def _variant(uri: object, info: Any) -> Variant:
    resolution = info.resolution
    return Variant(
        uri=str(uri),
        bandwidth=int(info.bandwidth or 0),
        codecs=tuple((info.codecs or "").split(",")),
        resolution=(int(resolution[0]), int(resolution[1])) if resolution else None,
        frame_rate=getattr(info, "frame_rate", None),
        audio_group=getattr(info, "audio", None) or "",
        # The library keeps the quotes of this attribute.
        captions=(getattr(info, "closed_captions", None) or "").strip('"'),
    )


def _sound(media: Any) -> Sound:
    return Sound(
        uri=str(media.uri),
        group=media.group_id or "",
        name=media.name or "",
        language=media.language or "",
        default=media.default == "YES",
        channels=media.channels or "",
        autoselect=media.autoselect == "YES",
        characteristics=media.characteristics or "",
    )


def _byte_range(text: str | None) -> tuple[int, int] | None:
    if not text:
        return None
    length, _, offset = text.partition("@")
    return int(length), int(offset or 0)


def parse_mpd(name: str, text: str) -> DashManifest:
    """Read an MPD.

    :raises VerificationFailed: when the text is no MPD, or not of the form that Packager writes.
    """
    try:
        root = ET.fromstring(text)  # noqa: S314 - written by Packager a moment ago, in our own directory
        representations: list[Representation] = []
        for adaptation in root.findall("d:Period/d:AdaptationSet", _DASH):
            representations += [
                _representation(part, adaptation) for part in adaptation.findall("d:Representation", _DASH)
            ]
        return DashManifest(
            duration=_seconds(root.attrib["mediaPresentationDuration"]), representations=tuple(representations)
        )
    except (ET.ParseError, LookupError, ValueError) as error:
        raise VerificationFailed(f"{name} is no valid DASH manifest: {error!r}", file=name) from error


def _representation(part: ET.Element, adaptation: ET.Element) -> Representation:
    facts = {**adaptation.attrib, **part.attrib}
    template = part.find("d:SegmentTemplate", _DASH)
    if template is None:
        raise ValueError("a Representation without SegmentTemplate")
    return Representation(
        kind="video" if facts["contentType"] == "video" else "audio",
        init=template.attrib["initialization"],
        media=template.attrib["media"],
        first_number=int(template.get("startNumber", "1")),
        timeline=tuple(_timeline(template)),
        bandwidth=int(facts["bandwidth"]),
        codecs=facts["codecs"],
        width=int(facts.get("width", 0)),
        height=int(facts.get("height", 0)),
        language=facts.get("lang", ""),
        label=adaptation.findtext("d:Label", "", _DASH),
        roles=tuple(role.attrib["value"] for role in adaptation.findall("d:Role", _DASH)),
        accessibility=tuple(
            (item.attrib["schemeIdUri"], item.get("value", "")) for item in adaptation.findall("d:Accessibility", _DASH)
        ),
    )


def _timeline(template: ET.Element) -> Iterator[tuple[float, int]]:
    for entry in template.findall("d:SegmentTimeline/d:S", _DASH):
        duration = float(Fraction(int(entry.attrib["d"]), int(template.attrib["timescale"])))
        yield duration, int(entry.get("r", "0")) + 1


def _numbered(template: str, number: int) -> str:
    return _NUMBER.sub(lambda match: str(number).zfill(int(match[1] or 0)), template)


def _seconds(text: str) -> float:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is no duration")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
