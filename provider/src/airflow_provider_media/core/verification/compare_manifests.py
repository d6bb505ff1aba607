"""Comparison of a package's manifests with its tracks and its plan; pure.

Times are compared within :data:`ROUNDING`, because manifests write decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from airflow_provider_media.core.packaging import signalling
from airflow_provider_media.core.packaging.manifests import (
    DashManifest,
    MasterPlaylist,
    MediaPlaylist,
    Representation,
    Segment,
    Variant,
)
from airflow_provider_media.core.packaging.packager import IFRAMES, MANIFEST, MASTER, PLAYLIST
from airflow_provider_media.core.plans import Package
from airflow_provider_media.core.verification.compare import Mismatch, audio_slack
from airflow_provider_media.core.verification.compare_signalling import compare_adaptation, compare_media
from airflow_provider_media.core.verification.packaged_track import PackagedTrack, TrackSummary

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


def compare_playlist(
    track: PackagedTrack, playlist: MediaPlaylist, keyframes: MediaPlaylist | None
) -> Iterator[Mismatch]:
    """Yield the differences between a track's HLS playlists and its segments.

    :param keyframes: the track's I-frame playlist; None where it has none.
    """
    yield from _playlist(f"{track.track.name}/{PLAYLIST}", playlist, track)
    if keyframes:
        yield from _keyframe_ranges(f"{track.track.name}/{IFRAMES}", keyframes, track)


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
        yield Mismatch(
            file=file,
            what="EXT-X-TARGETDURATION",
            expected=f"{round(longest)} at least",
            found=f"{playlist.target_duration:g}",
        )


def _durations(file: str, segments: Sequence[Segment], track: PackagedTrack) -> Iterator[Mismatch]:
    """Compare each duration, and the sum of all durations.

    A player takes that sum for its position.
    """
    slack = ROUNDING if track.track.kind == "video" else ROUNDING + audio_slack(track.stream)
    for named, there in zip(segments, track.segments, strict=True):
        if abs(named.duration - there.length) > slack:
            yield Mismatch(
                file=file,
                what=f"duration of {named.uri}",
                expected=f"{there.length:.3f} s",
                found=f"{named.duration:.3f} s",
            )
    total = sum(segment.duration for segment in segments)
    if abs(total - track.stream.duration) > slack + ROUNDING / 2 * len(segments):
        yield Mismatch(
            file=file, what="sum of durations", expected=f"{track.stream.duration:.3f} s", found=f"{total:.3f} s"
        )


def _keyframe_ranges(file: str, playlist: MediaPlaylist, track: PackagedTrack) -> Iterator[Mismatch]:
    """Yield a mismatch unless each byte range ends where a keyframe ends, in the segment that it names.

    The range must begin before the keyframe begins.
    """
    stream, folder = track.stream, track.track.name
    keyframes = {
        stream.positions[i] + stream.sizes[i]: stream.positions[i] for i in range(stream.count) if stream.keyframes[i]
    }
    offsets = dict(zip(track.files, track.offsets, strict=True))
    for entry in playlist.segments:
        length, offset = entry.byte_range or (0, 0)
        begin = offsets[f"{folder}/{entry.uri}"] + offset
        if not begin < keyframes.get(begin + length, -1) < begin + length:
            yield Mismatch(
                file=file, what=f"byte range {length}@{offset} of {entry.uri}", expected="a keyframe", found="none"
            )
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
    wanted = {
        f"{track.name}/{IFRAMES}" for track in package.tracks if track.kind == "video" and package.iframe_playlists
    }
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
        yield Mismatch(
            file=MASTER,
            what=what.format("RESOLUTION"),
            expected=f"{main.width}x{main.height}",
            found=str(variant.resolution),
        )
    if variant.frame_rate is not None and abs(variant.frame_rate - float(package.frame_rate)) > ROUNDING:
        expected = f"{float(package.frame_rate):.3f}"
        yield Mismatch(
            file=MASTER, what=what.format("FRAME-RATE"), expected=expected, found=f"{variant.frame_rate:.3f}"
        )
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
            yield Mismatch(
                file=file,
                what=what,
                expected=" or ".join(_CODECS.get(codec, (codec,))),
                found=",".join(found) or "missing",
            )


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
        yield Mismatch(
            file=MANIFEST, what="mediaPresentationDuration", expected=f"{longest:.3f} s", found=f"{dash.duration:.3f} s"
        )
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
