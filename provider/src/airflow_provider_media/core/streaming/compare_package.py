"""Comparison of a package with itself and its plan: manifests with segments, segments with renditions; pure.

Times are compared exactly where they are ticks, and within :data:`ROUNDING` where a manifest writes decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from airflow_provider_media.core.plans import Package
from airflow_provider_media.core.streaming import signalling
from airflow_provider_media.core.streaming.compare import Mismatch, audio_slack
from airflow_provider_media.core.streaming.compare_signalling import compare_adaptation, compare_media
from airflow_provider_media.core.streaming.manifests import DashManifest, MasterPlaylist, MediaPlaylist, Representation, Segment, Variant
from airflow_provider_media.core.streaming.measure import StreamFacts
from airflow_provider_media.core.streaming.packaged_track import PackagedTrack, TrackSummary
from airflow_provider_media.core.streaming.packaging import IFRAMES, MANIFEST, MASTER, PLAYLIST, segment_step

ROUNDING = 0.001
"""Seconds; Packager writes EXTINF in milliseconds."""
_RATE_ROUNDING = 0.02
"""Share by which a bit rate in a manifest may differ from the measured bit rate."""

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
"""Beginnings of RFC 6381 codec strings, by ffprobe's codec name."""


def compare_track(package: Package, track: PackagedTrack, rendition: StreamFacts) -> Iterator[Mismatch]:
    """Yield the differences between a track's segments, the rendition they were cut from, and the planned grid.

    :param rendition: the rendition before packaging.
    """
    yield from _whole(track, rendition)
    yield from _grid(track, package) if track.track.kind == "video" else _sound_grid(track, package)


def compare_playlist(track: PackagedTrack, playlist: MediaPlaylist, keyframes: MediaPlaylist | None) -> Iterator[Mismatch]:
    """Yield the differences between a track's HLS playlists and its segments.

    :param keyframes: the track's I-frame playlist; None where it has none.
    """
    yield from _playlist(f"{track.track.name}/{PLAYLIST}", playlist, track)
    if keyframes:
        yield from _keyframe_ranges(f"{track.track.name}/{IFRAMES}", keyframes, track)


def compare_grids(tracks: Sequence[TrackSummary]) -> Iterator[Mismatch]:
    """Yield the differences in frames and keyframes between video renditions of one ladder, which must be equal.

    A player that switches continues with the next segment of another rendition. Every frame must therefore be there
    once, in either rendition.
    """
    videos = [track for track in tracks if track.track.kind == "video"]
    for track in videos[1:]:
        name, model = track.track.name, videos[0]
        if track.frames != model.frames:
            what = f"frames, as in {model.track.name},"
            yield Mismatch(file=name, what=what, expected=str(model.frames), found=str(track.frames))
        elif not _same_times(track, model):
            yield Mismatch(file=name, what="times of keyframes", expected=f"those of {model.track.name}", found="others")


def _same_times(one: TrackSummary, other: TrackSummary) -> bool:
    pairs = zip_longest(one.keyframe_times(), other.keyframe_times())
    return all(here == there for here, there in pairs)


def _whole(track: PackagedTrack, rendition: StreamFacts) -> Iterator[Mismatch]:
    """Yield a mismatch unless the segments hold each sample of the rendition, in its order and size.

    Packager copies samples byte by byte (seen with all codecs, with in-band headers, too).
    """
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
    # Durations are equal except for one tick, because Packager may change the timescale.
    slack = float(max(stream.time_base, rendition.time_base)) + (audio_slack(stream) if stream.kind == "audio" else 0)
    if abs(stream.duration - rendition.duration) > slack:
        expected, found = f"{rendition.duration:.3f} s", f"{stream.duration:.3f} s"
        yield Mismatch(file=name, what="duration of all segments", expected=expected, found=found)


def _grid(track: PackagedTrack, package: Package) -> Iterator[Mismatch]:
    """Yield a mismatch unless each segment begins with a keyframe at its planned time.

    No frame of the segment may be shown before that keyframe (a closed GOP).
    """
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
    """Yield a mismatch unless each audio segment begins at its planned time, within the slack of audio.

    Packager begins a segment with the first audio frame at or after that time.
    """
    slack = audio_slack(track.stream)
    step = segment_step(package.segment_duration, track.stream.time_base)
    for number, segment in enumerate(track.segments):
        planned = float(number * step)
        if abs(float(segment.start) - planned) > slack:
            yield Mismatch(file=segment.file, what="begin", expected=f"{planned:.3f} s", found=f"{float(segment.start):.3f} s")


def compare_master(package: Package, master: MasterPlaylist, tracks: Sequence[TrackSummary]) -> Iterator[Mismatch]:
    """Yield the differences between the HLS multivariant playlist and the tracks that it offers."""
    by_name = {track.track.name: track for track in tracks}
    yield from _offered(package, master)
    yield from compare_media(package, master)
    for variant in master.variants:
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
    """Compare each duration, and the sum of all durations.

    A player takes that sum for its position.
    """
    slack = ROUNDING if track.track.kind == "video" else ROUNDING + audio_slack(track.stream)
    for named, there in zip(segments, track.segments, strict=True):
        if abs(named.duration - there.length) > slack:
            yield Mismatch(file=file, what=f"duration of {named.uri}", expected=f"{there.length:.3f} s", found=f"{named.duration:.3f} s")
    total = sum(segment.duration for segment in segments)
    if abs(total - track.stream.duration) > slack + ROUNDING / 2 * len(segments):
        yield Mismatch(file=file, what="sum of durations", expected=f"{track.stream.duration:.3f} s", found=f"{total:.3f} s")


def _keyframe_ranges(file: str, playlist: MediaPlaylist, track: PackagedTrack) -> Iterator[Mismatch]:
    """Yield a mismatch unless each byte range ends where a keyframe ends, in the segment that it names.

    The range must begin before the keyframe begins.
    """
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
    """Yield a mismatch unless the playlist offers all tracks and no others."""
    videos = {f"{track.name}/{PLAYLIST}" for track in package.tracks if track.kind == "video"}
    sounds = {f"{track.name}/{PLAYLIST}" for track in signalling.sounds(package)}
    # Without video, each audio track is a variant of its own.
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


def _variant(variant: Variant, tracks: Mapping[str, TrackSummary], package: Package) -> Iterator[Mismatch]:
    what = f"{{}} of {variant.uri}"
    main = tracks.get(variant.uri.removesuffix(f"/{PLAYLIST}"))
    if main is None:
        return  # already reported as an unplanned variant
    is_video = main.track.kind == "video"
    if is_video and variant.resolution != (main.width, main.height):
        yield Mismatch(file=MASTER, what=what.format("RESOLUTION"), expected=f"{main.width}x{main.height}", found=str(variant.resolution))
    if variant.frame_rate is not None and abs(variant.frame_rate - float(package.frame_rate)) > ROUNDING:
        expected = f"{float(package.frame_rate):.3f}"
        yield Mismatch(file=MASTER, what=what.format("FRAME-RATE"), expected=expected, found=f"{variant.frame_rate:.3f}")
    sounds = [
        track
        for track in tracks.values()
        if track.track.kind == "audio" and signalling.audio_group(track.track, package) == variant.audio_group
    ]
    parts = [main, *sounds] if is_video else [main]
    yield from _codecs(MASTER, what.format("CODECS"), variant.codecs, parts)
    yield from _bandwidth(MASTER, what.format("BANDWIDTH"), variant.bandwidth, parts)


def _codecs(file: str, what: str, found: Sequence[str], parts: Sequence[TrackSummary]) -> Iterator[Mismatch]:
    for codec in dict.fromkeys(part.codec for part in parts):
        if not any(text.startswith(_CODECS.get(codec, (codec,))) for text in found):
            yield Mismatch(file=file, what=what, expected=" or ".join(_CODECS.get(codec, (codec,))), found=",".join(found) or "missing")


def _bandwidth(file: str, what: str, found: int, parts: Sequence[TrackSummary]) -> Iterator[Mismatch]:
    """Compare with the largest sum of peak segment bit rates of any combination (RFC 8216bis §4.4.6.2)."""
    video = [part.peak for part in parts[:1]]
    sound = [part.peak for part in parts[1:]]
    low = sum(max((peak[0] for peak in group), default=0) for group in (video, sound))
    high = sum(max((peak[1] for peak in group), default=0) for group in (video, sound))
    if not low * (1 - _RATE_ROUNDING) <= found <= high * (1 + _RATE_ROUNDING):
        yield Mismatch(file=file, what=what, expected=f"{low:.0f} bit/s", found=f"{found} bit/s")


def compare_dash(package: Package, dash: DashManifest, tracks: Sequence[TrackSummary]) -> Iterator[Mismatch]:
    """Yield the differences between a DASH manifest and its tracks."""
    longest = max(track.duration for track in tracks)
    slack = ROUNDING + max(track.slack for track in tracks)
    if abs(dash.duration - longest) > slack:
        yield Mismatch(file=MANIFEST, what="mediaPresentationDuration", expected=f"{longest:.3f} s", found=f"{dash.duration:.3f} s")
    representations = {representation.init: representation for representation in dash.representations}
    for track in tracks:
        yield from _representation(representations[track.files[0]], track)
        yield from compare_adaptation(representations[track.files[0]], track.track, package)


def _representation(found: Representation, track: TrackSummary) -> Iterator[Mismatch]:
    name = track.track.name
    if track.track.kind == "video" and (found.width, found.height) != (track.width, track.height):
        size = f"{found.width}x{found.height}"
        yield Mismatch(file=MANIFEST, what=f"size of {name}", expected=f"{track.width}x{track.height}", found=size)
    yield from _codecs(MANIFEST, f"codecs of {name}", (found.codecs,), [track])
    yield from _bandwidth(MANIFEST, f"bandwidth of {name}", found.bandwidth, [track])


def compare_timeline(found: Representation, track: PackagedTrack) -> Iterator[Mismatch]:
    """Yield the differences between a track's segments in a DASH manifest and its actual segments."""
    yield from _durations(MANIFEST, found.segments, track)
