"""Verification of a package: every file that a manifest names is there, whole, and holds what the manifest says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

from airflow_provider_media.core.ffmpeg.captions import holds_captions
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.packaging.errors import VerificationFailed
from airflow_provider_media.core.packaging.manifests import (
    DashManifest,
    MediaPlaylist,
    parse_master,
    parse_media_playlist,
    parse_mpd,
)
from airflow_provider_media.core.packaging.packager import IFRAMES, INIT, MANIFEST, MASTER, PLAYLIST
from airflow_provider_media.core.plans import Package, Track
from airflow_provider_media.core.verification.compare import Mismatch, require_none
from airflow_provider_media.core.verification.compare_manifests import (
    compare_dash,
    compare_master,
    compare_playlist,
    compare_timeline,
)
from airflow_provider_media.core.verification.compare_tracks import compare_grids, compare_track
from airflow_provider_media.core.verification.measure import StreamFacts, scan
from airflow_provider_media.core.verification.packaged_track import PackagedTrack, TrackSummary, packaged_track
from airflow_provider_media.core.verification.segments import scan_segments

_HEADER = 8  # bytes of a box's size and type, ISO/IEC 14496-12 §4.2


def verify_package(
    directory: Path,
    package: Package,
    *,
    toolchain: Toolchain,
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[tuple[Path, dict[str, Any]]]:
    """Verify the package that Packager made of the renditions in ``directory``.

    Samples are not decoded again, because their renditions were. The segments must hold each sample, in equal number
    and length. The packets of one track at a time are in memory.

    :param cancelled: called often; True ends the work.
    :returns: every file of the package with its facts, manifests last.
    :raises VerificationFailed: when a file cannot be read, or differs from its plan. A difference is named with output,
        file, and the planned and found values.
    """
    hls, dash = "hls" in package.protocols, "dash" in package.protocols
    master = parse_master(MASTER, _text(directory, MASTER, package.output)) if hls else None
    manifest = parse_mpd(MANIFEST, _text(directory, MANIFEST, package.output)) if dash else None
    scanned = _Scanned(directory=directory, toolchain=toolchain, limits=limits, cancelled=cancelled)
    tracks = [_verified_track(track, package, manifest, scanned) for track in package.tracks]
    require_none(compare_grids(tracks), output=package.output)
    require_none(_captions(directory, package), output=package.output)
    if master:
        require_none(compare_master(package, master, tracks), output=package.output)
    if manifest:
        require_none(_strays(manifest, package), output=package.output)
        require_none(compare_dash(package, manifest, tracks), output=package.output)
    return list(_verified(directory, package, tracks))


def _captions(directory: Path, package: Package) -> Iterator[Mismatch]:
    """Yield a mismatch unless each video holds the captions that the manifests declare."""
    for track in package.tracks if package.closed_captions else ():
        if track.kind == "video" and not holds_captions(directory / track.file):
            yield Mismatch(file=track.name, what="closed captions", expected="those of the source", found="missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scanned:
    """Reader of packets from files in the package's directory."""

    directory: Path
    toolchain: Toolchain
    limits: Limits
    cancelled: Callable[[], bool]

    def segments(self, track: Track, files: tuple[str, ...]) -> PackagedTrack:
        """Return a track with its segments."""
        facts = scan_segments(
            self.directory, files, toolchain=self.toolchain, limits=self.limits, cancelled=self.cancelled
        )
        sizes = tuple((self.directory / file).stat().st_size for file in files)
        return packaged_track(track, _only(facts.streams, track.name, track.kind), files, sizes)

    def rendition(self, track: Track) -> StreamFacts:
        """Return a track's stream before packaging."""
        path = self.directory / track.file
        streams = scan(path, toolchain=self.toolchain, limits=self.limits, cancelled=self.cancelled).streams
        return _only(streams, path.name, track.kind)


def _verified_track(track: Track, package: Package, dash: DashManifest | None, scanned: _Scanned) -> TrackSummary:
    directory, output = scanned.directory, package.output
    playlist, keyframes = _playlists(directory, track, package)
    files = _files_on_disk(directory, track)
    representation = next((part for part in dash.representations if part.init == files[0]), None) if dash else None
    require_none(_named(track, files, playlist, keyframes), output=output)
    if dash:
        named = (representation.init, *(segment.uri for segment in representation.segments)) if representation else ()
        require_none(_same(MANIFEST, files, named), output=output)
    require_none(chain.from_iterable(_boxes(directory, file) for file in files), output=output)

    packaged = scanned.segments(track, files)
    require_none(compare_track(package, packaged, scanned.rendition(track)), output=output)
    if playlist:
        require_none(compare_playlist(packaged, playlist, keyframes), output=output)
    if representation:
        require_none(compare_timeline(representation, packaged), output=output)
    return packaged.summary()


def _playlists(directory: Path, track: Track, package: Package) -> tuple[MediaPlaylist | None, MediaPlaylist | None]:
    """Return the HLS playlist of a track and its I-frame playlist."""

    def read(file: str) -> MediaPlaylist:
        name = f"{track.name}/{file}"
        return parse_media_playlist(name, _text(directory, name, package.output))

    if "hls" not in package.protocols:
        return None, None
    return read(PLAYLIST), read(IFRAMES) if package.iframe_playlists and track.kind == "video" else None


def _text(directory: Path, name: str, output: str) -> str:
    try:
        return (directory / name).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise VerificationFailed(
            f"output {output}: {name} cannot be read: {error}", output=output, file=name
        ) from error


def _files_on_disk(directory: Path, track: Track) -> tuple[str, ...]:
    names = (path.name for path in (directory / track.name).glob("*.m4s"))
    # Sorted by number: from 100,000 on, names have one digit more.
    return tuple(f"{track.name}/{name}" for name in (INIT, *sorted(names, key=lambda name: (len(name), name))))


def _named(
    track: Track, files: Sequence[str], playlist: MediaPlaylist | None, keyframes: MediaPlaylist | None
) -> Iterator[Mismatch]:
    """Yield a mismatch unless playlist and folder name the same files in the same order.

    Keyframes must lie in these files.
    """
    if playlist:
        yield from _same(f"{track.name}/{PLAYLIST}", files, _resolved(track.name, playlist))
    if keyframes:
        for stray in sorted(set(_resolved(track.name, keyframes)) - set(files)):
            yield Mismatch(file=f"{track.name}/{IFRAMES}", what="segment", expected="one of the folder", found=stray)


def _strays(dash: DashManifest, package: Package) -> Iterator[Mismatch]:
    """Yield the Representations that a DASH manifest has beyond one of each track."""
    planned = {f"{track.name}/{INIT}" for track in package.tracks}
    for part in dash.representations:
        if part.init not in planned:
            yield Mismatch(file=MANIFEST, what="Representation", expected="one of each track", found=part.init)
        planned.discard(part.init)


def _resolved(folder: str, playlist: MediaPlaylist) -> tuple[str, ...]:
    return tuple(
        str(PurePosixPath(folder) / uri) for uri in (playlist.init, *(segment.uri for segment in playlist.segments))
    )


def _same(file: str, there: Sequence[str], named: Sequence[str]) -> Iterator[Mismatch]:
    present, known = set(there), set(named)
    for name in named:
        if name not in present:
            yield Mismatch(file=file, what=f"segment {name}", expected="a file", found="missing")
    for name in there:
        if name not in known:
            yield Mismatch(file=file, what=f"file {name}", expected="named", found="left out")
    if not named:
        yield Mismatch(file=file, what="segments", expected=str(len(there)), found="none")
    elif sorted(there) == sorted(named) and list(there) != list(named):
        yield Mismatch(file=file, what="order of segments", expected="that of their numbers", found="another")


def _boxes(directory: Path, name: str) -> Iterator[Mismatch]:
    """Yield a mismatch unless the boxes of a CMAF file fill it exactly.

    The boxes of a file that was cut off, or was never finished, do not.
    """
    path = directory / name
    if not path.is_file():
        yield Mismatch(file=name, what="file", expected="there", found="missing")
        return
    size, offset, kinds = path.stat().st_size, 0, []
    with path.open("rb") as file:
        while offset + _HEADER <= size:
            file.seek(offset)
            header = file.read(2 * _HEADER)
            length = int.from_bytes(header[:4], "big")
            if length == 1:  # the length follows in 64 bits
                length = int.from_bytes(header[_HEADER:], "big")
            kinds.append(header[4:_HEADER].decode("latin-1"))
            offset += max(length, _HEADER)
    wanted = ["moov"] if name.endswith(INIT) else ["moof", "mdat"]
    if offset != size:
        yield Mismatch(file=name, what="size", expected=f"{offset} bytes as its boxes say", found=f"{size} bytes")
    elif not set(wanted) <= set(kinds):
        yield Mismatch(file=name, what="boxes", expected=" and ".join(wanted), found=" ".join(kinds) or "none")


def _only(streams: Sequence[StreamFacts], name: str, kind: str) -> StreamFacts:
    if [stream.kind for stream in streams] != [kind]:
        found = ", ".join(stream.kind for stream in streams) or "none"
        raise VerificationFailed(
            f"{name}: streams should be {kind} but are {found}", file=name, expected=kind, found=found
        )
    return streams[0]


def _verified(
    directory: Path, package: Package, tracks: Sequence[TrackSummary]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    whole = {
        "duration": round(max(track.duration for track in tracks), 3),
        "renditions": [track.track.name for track in tracks],
    }
    for track in tracks:
        for file in track.files:
            yield directory / file, {}
        for name in (PLAYLIST, IFRAMES):
            if "hls" in package.protocols and (directory / track.track.name / name).exists():
                yield directory / track.track.name / name, _track_facts(track)
    if "hls" in package.protocols:
        yield directory / MASTER, whole
    if "dash" in package.protocols:
        yield directory / MANIFEST, whole


def _track_facts(track: TrackSummary) -> dict[str, Any]:
    facts: dict[str, Any] = {"duration": round(track.duration, 3), "codecs": [track.codec], "bit_rate": track.bit_rate}
    facts |= {"segments": len(track.files) - 1, "peak_bit_rate": round(track.peak[1])}
    if track.track.kind == "video":
        facts |= {"width": track.width, "height": track.height, "frames": track.frames}
        if track.frame_rate:
            facts["exact_frame_rate"] = str(track.frame_rate)
    return facts
