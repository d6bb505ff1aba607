"""Comparing a package with itself and its plan: manifests against segments, segments against renditions; pure.

Times are compared exactly where they are ticks, and within :data:`ROUNDING` where a manifest writes decimals.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

from airflow_provider_media.core.plans import Package, Track
from airflow_provider_media.core.streaming import signalling
from airflow_provider_media.core.streaming.compare import Mismatch, audio_slack, compare_renditions
from airflow_provider_media.core.streaming.compare_signalling import compare_adaptation, compare_media
from airflow_provider_media.core.streaming.manifests import DashManifest, MasterPlaylist, MediaPlaylist, Representation, Segment, Variant
from airflow_provider_media.core.streaming.measure import StreamFacts
from airflow_provider_media.core.streaming.packaging import IFRAMES, MANIFEST, MASTER, PLAYLIST

ROUNDING = 0.001
"""Seconds; Packager writes EXTINF in milliseconds."""
_RATE_ROUNDING = 0.02
"""Share by which a bit rate in a manifest may differ from the measured one."""

_CODECS: dict[str, tuple[str, ...]] = {
    "h264": ("avc1.", "avc3."),
    "hevc": ("hvc1.", "hev1."),
    "av1": ("av01.",),
    "vp9": ("vp09.",),
    "aac": ("mp4a.40.",),
    "mp3": ("mp4a.",),
    "opus": ("opus",),
    "flac": ("fLaC", "flac"),
    "ac3": ("ac-3",),
    "eac3": ("ec-3",),
}
"""How RFC 6381 strings begin, by ffprobe's codec name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hls:
    """The HLS side of a package."""

    master: MasterPlaylist
    playlists: Mapping[str, MediaPlaylist]
    """By track name."""
    keyframes: Mapping[str, MediaPlaylist]
    """I-frame playlists by track name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedSegment:
    """One segment as it lies in its file."""

    file: str
    """Name relative to the package."""
    size: int
    """Bytes."""
    first: int | None
    """Index of its first packet in the stream; None where it holds none."""
    start: Fraction
    """Seconds at which its earliest frame is shown; sound before zero is priming."""
    length: float
    """Seconds to the beginning of the next segment, and of the last one to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedTrack:
    """One track as it lies in its segments."""

    track: Track
    stream: StreamFacts
    """What the header and all segments hold, read as one file."""
    files: tuple[str, ...]
    """Names relative to the package, the header first."""
    offsets: tuple[int, ...]
    """Where each file begins when they are read as one."""
    segments: tuple[PackagedSegment, ...]

    def peak(self) -> tuple[float, float]:
        """Bits per second of the largest segment: of those at least half as long as the longest, and of all.

        RFC 8216bis §4.4.6.2 leaves open how very short segments count.
        """
        rates = [(segment.length, segment.size * 8 / segment.length) for segment in self.segments if segment.length > 0]
        longest = max((length for length, _ in rates), default=0.0)
        return max((rate for length, rate in rates if length >= longest / 2), default=0.0), max((rate for _, rate in rates), default=0.0)


def packaged_track(track: Track, stream: StreamFacts, files: Sequence[str], sizes: Sequence[int]) -> PackagedTrack:
    """Find out which packets lie in which segment.

    :param stream: the header and all segments, read as one file.
    :param files: their names, the header first.
    :param sizes: bytes of each of the files.
    """
    offsets = tuple(accumulate(sizes, initial=0))[:-1]
    packets: list[list[int]] = [[] for _ in files]
    for index, position in enumerate(stream.positions):
        packets[bisect_right(offsets, position) - 1].append(index)
    starts = [max(min((stream.pts[index] for index in inside), default=0) * stream.time_base, Fraction(0)) for inside in packets[1:]]
    segments = tuple(
        PackagedSegment(file=file, size=size, first=inside[0] if inside else None, start=start, length=float(end - start))
        for file, size, inside, (start, end) in zip(files[1:], sizes[1:], packets[1:], pairwise([*starts, stream.end]), strict=True)
    )
    return PackagedTrack(track=track, stream=stream, files=tuple(files), offsets=offsets, segments=segments)


def compare_tracks(package: Package, tracks: Sequence[PackagedTrack], renditions: Mapping[str, StreamFacts]) -> Iterator[Mismatch]:
    """How segments differ from the renditions they were cut from, from the planned grid, and from each other.

    :param renditions: by track name, as they were before packaging.
    """
    for track in tracks:
        yield from _whole(track, renditions[track.track.name])
        if track.track.kind == "video":
            yield from _grid(track, package)
        else:
            yield from _sound_grid(track, package)
    yield from compare_renditions({track.track.name: track.stream for track in tracks if track.track.kind == "video"})


def _whole(track: PackagedTrack, rendition: StreamFacts) -> Iterator[Mismatch]:
    """Packager copies samples byte by byte: each must be there, in its order, in its size (seen with all codecs, in-band headers too)."""
    name, stream = track.track.name, track.stream
    if stream.codec != rendition.codec:
        yield Mismatch(file=name, what="codec", expected=rendition.codec, found=stream.codec)
    if stream.count != rendition.count:
        yield Mismatch(file=name, what="frames in all segments", expected=str(rendition.count), found=str(stream.count))
    elif (
        other := next((n for n, sizes in enumerate(zip(stream.sizes, rendition.sizes, strict=True)) if sizes[0] != sizes[1]), None)
    ) is not None:
        expected, found = (f"{sizes[other]} bytes" for sizes in (rendition.sizes, stream.sizes))
        yield Mismatch(file=name, what=f"frame {other} in file order", expected=expected, found=found)
    # Equal but for the tick of a timescale that Packager may change.
    slack = float(max(stream.time_base, rendition.time_base)) + (audio_slack(stream) if stream.kind == "audio" else 0)
    if abs(stream.duration - rendition.duration) > slack:
        expected, found = f"{rendition.duration:.3f} s", f"{stream.duration:.3f} s"
        yield Mismatch(file=name, what="duration of all segments", expected=expected, found=found)


def _grid(track: PackagedTrack, package: Package) -> Iterator[Mismatch]:
    """Each segment begins with a keyframe at its planned time, and holds nothing that is shown before it (a closed GOP)."""
    stream = track.stream
    for number, segment in enumerate(track.segments):
        planned = number * package.segment_duration
        if segment.first is None or not stream.keyframes[segment.first]:
            yield Mismatch(
                file=segment.file, what="first frame", expected="a keyframe", found="missing" if segment.first is None else "none"
            )
        elif abs(segment.start - planned) > stream.time_base:
            yield Mismatch(file=segment.file, what="begin", expected=f"{float(planned):.4f} s", found=f"{float(segment.start):.4f} s")
        elif stream.pts[segment.first] * stream.time_base != segment.start:
            yield Mismatch(file=segment.file, what="first frame", expected="shown first", found="shown after others")


def _sound_grid(track: PackagedTrack, package: Package) -> Iterator[Mismatch]:
    """Sound begins with the first of its own frames at or after the planned time."""
    slack = audio_slack(track.stream)
    for number, segment in enumerate(track.segments):
        planned = float(number * package.segment_duration)
        if abs(float(segment.start) - planned) > slack:
            yield Mismatch(file=segment.file, what="begin", expected=f"{planned:.3f} s", found=f"{float(segment.start):.3f} s")


def compare_hls(package: Package, hls: Hls, tracks: Sequence[PackagedTrack]) -> Iterator[Mismatch]:
    """How HLS playlists differ from the segments."""
    by_name = {track.track.name: track for track in tracks}
    for name, track in by_name.items():
        yield from _playlist(f"{name}/{PLAYLIST}", hls.playlists[name], track)
        if name in hls.keyframes:
            yield from _keyframe_ranges(f"{name}/{IFRAMES}", hls.keyframes[name], track)
    yield from _offered(package, hls.master)
    yield from compare_media(package, hls.master)
    for variant in hls.master.variants:
        yield from _variant(variant, by_name, package)


def _playlist(file: str, playlist: MediaPlaylist, track: PackagedTrack) -> Iterator[Mismatch]:
    if not playlist.whole:
        yield Mismatch(file=file, what="end", expected="EXT-X-PLAYLIST-TYPE:VOD and EXT-X-ENDLIST", found="open")
    yield from _durations(file, playlist.segments, track)
    # RFC 8216bis §4.4.3.1: no EXTINF, rounded to the nearest integer, is over EXT-X-TARGETDURATION.
    longest = max(segment.duration for segment in playlist.segments)
    if round(longest) > playlist.target_duration:
        yield Mismatch(file=file, what="EXT-X-TARGETDURATION", expected=f"{round(longest)} at least", found=f"{playlist.target_duration:g}")


def _durations(file: str, segments: Sequence[Segment], track: PackagedTrack) -> Iterator[Mismatch]:
    """Each by itself, and all together: their sum is where a player believes to be."""
    slack = ROUNDING if track.track.kind == "video" else ROUNDING + audio_slack(track.stream)
    for named, there in zip(segments, track.segments, strict=True):
        if abs(named.duration - there.length) > slack:
            yield Mismatch(file=file, what=f"duration of {named.uri}", expected=f"{there.length:.3f} s", found=f"{named.duration:.3f} s")
    total = sum(segment.duration for segment in segments)
    if abs(total - track.stream.duration) > slack + ROUNDING / 2 * len(segments):
        yield Mismatch(file=file, what="sum of durations", expected=f"{track.stream.duration:.3f} s", found=f"{total:.3f} s")


def _keyframe_ranges(file: str, playlist: MediaPlaylist, track: PackagedTrack) -> Iterator[Mismatch]:
    """Each byte range must end where a keyframe does, and begin before it begins, in the segment that it names."""
    stream, folder = track.stream, track.track.name
    keyframes = {stream.positions[i] + stream.sizes[i]: stream.positions[i] for i in range(stream.count) if stream.keyframes[i]}
    offsets = dict(zip(track.files, track.offsets, strict=True))
    for entry in playlist.segments:
        length, offset = entry.byte_range or (0, 0)
        begin = offsets[f"{folder}/{entry.uri}"] + offset
        if not begin < keyframes.get(begin + length, -1) < begin + length:
            yield Mismatch(file=file, what=f"byte range {length}@{offset} of {entry.uri}", expected="a keyframe", found="none")
    if not playlist.keyframes_only:
        yield Mismatch(file=file, what="kind", expected="EXT-X-I-FRAMES-ONLY", found="ordinary")


def _offered(package: Package, master: MasterPlaylist) -> Iterator[Mismatch]:
    """All tracks are on offer, and no others."""
    videos = {f"{track.name}/{PLAYLIST}" for track in package.tracks if track.kind == "video"}
    sounds = {f"{track.name}/{PLAYLIST}" for track in signalling.sounds(package)}
    # Sound alone is a variant of its own, too.
    found = {variant.uri for variant in master.variants}
    planned = videos or sounds
    if found != planned:
        yield Mismatch(file=MASTER, what="variants", expected=_listed(planned), found=_listed(found))
    trick = {variant.uri for variant in master.keyframes}
    wanted = {f"{track.name}/{IFRAMES}" for track in package.tracks if track.kind == "video" and package.iframe_playlists}
    if trick != wanted:
        yield Mismatch(file=MASTER, what="I-frame playlists", expected=_listed(wanted), found=_listed(trick))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _variant(variant: Variant, tracks: Mapping[str, PackagedTrack], package: Package) -> Iterator[Mismatch]:
    what = f"{{}} of {variant.uri}"
    main = tracks.get(variant.uri.removesuffix(f"/{PLAYLIST}"))
    if main is None:
        return  # told already, as a variant that nobody planned
    stream = main.stream
    if stream.kind == "video" and variant.resolution != (stream.width, stream.height):
        yield Mismatch(
            file=MASTER, what=what.format("RESOLUTION"), expected=f"{stream.width}x{stream.height}", found=str(variant.resolution)
        )
    if variant.frame_rate is not None and abs(variant.frame_rate - float(package.frame_rate)) > ROUNDING:
        expected = f"{float(package.frame_rate):.3f}"
        yield Mismatch(file=MASTER, what=what.format("FRAME-RATE"), expected=expected, found=f"{variant.frame_rate:.3f}")
    sounds = [
        track
        for track in tracks.values()
        if track.track.kind == "audio" and signalling.audio_group(track.track, package) == variant.audio_group
    ]
    parts = [main, *sounds] if stream.kind == "video" else [main]
    yield from _codecs(MASTER, what.format("CODECS"), variant.codecs, parts)
    yield from _bandwidth(MASTER, what.format("BANDWIDTH"), variant.bandwidth, parts)


def _codecs(file: str, what: str, found: Sequence[str], parts: Sequence[PackagedTrack]) -> Iterator[Mismatch]:
    for codec in dict.fromkeys(part.stream.codec for part in parts):
        if not any(text.startswith(_CODECS.get(codec, (codec,))) for text in found):
            yield Mismatch(file=file, what=what, expected=" or ".join(_CODECS.get(codec, (codec,))), found=",".join(found) or "missing")


def _bandwidth(file: str, what: str, found: int, parts: Sequence[PackagedTrack]) -> Iterator[Mismatch]:
    """The largest sum of peak segment rates of any combination (RFC 8216bis §4.4.6.2)."""
    video = [part.peak() for part in parts[:1]]
    sound = [part.peak() for part in parts[1:]]
    low = sum(max((peak[0] for peak in group), default=0) for group in (video, sound))
    high = sum(max((peak[1] for peak in group), default=0) for group in (video, sound))
    if not low * (1 - _RATE_ROUNDING) <= found <= high * (1 + _RATE_ROUNDING):
        yield Mismatch(file=file, what=what, expected=f"{low:.0f} bit/s", found=f"{found} bit/s")


def compare_dash(package: Package, dash: DashManifest, tracks: Sequence[PackagedTrack]) -> Iterator[Mismatch]:
    """How a DASH manifest differs from the segments."""
    longest = max(track.stream.duration for track in tracks)
    slack = ROUNDING + max((audio_slack(track.stream) for track in tracks if track.track.kind == "audio"), default=0)
    if abs(dash.duration - longest) > slack:
        yield Mismatch(file=MANIFEST, what="mediaPresentationDuration", expected=f"{longest:.3f} s", found=f"{dash.duration:.3f} s")
    representations = {representation.init: representation for representation in dash.representations}
    for track in tracks:
        yield from _representation(representations[track.files[0]], track)
        yield from compare_adaptation(representations[track.files[0]], track.track, package)


def _representation(found: Representation, track: PackagedTrack) -> Iterator[Mismatch]:
    stream, name = track.stream, track.track.name
    if stream.kind == "video" and (found.width, found.height) != (stream.width, stream.height):
        size = f"{found.width}x{found.height}"
        yield Mismatch(file=MANIFEST, what=f"size of {name}", expected=f"{stream.width}x{stream.height}", found=size)
    yield from _codecs(MANIFEST, f"codecs of {name}", (found.codecs,), [track])
    yield from _bandwidth(MANIFEST, f"bandwidth of {name}", found.bandwidth, [track])
    yield from _durations(MANIFEST, found.segments, track)
