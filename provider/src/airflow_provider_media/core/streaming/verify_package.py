"""Verification of a package: every file that a manifest names is there and whole, and holds what the manifest says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from airflow_provider_media.core.errors import VerificationFailed
from airflow_provider_media.core.ffmpeg.captions import holds_captions
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.toolchain import Toolchain
from airflow_provider_media.core.plans import Package, Track
from airflow_provider_media.core.streaming.compare import Mismatch, require_none
from airflow_provider_media.core.streaming.compare_package import (
    Hls,
    PackagedTrack,
    compare_dash,
    compare_hls,
    compare_tracks,
    packaged_track,
)
from airflow_provider_media.core.streaming.manifests import (
    DashManifest,
    MediaPlaylist,
    parse_master,
    parse_media_playlist,
    parse_mpd,
)
from airflow_provider_media.core.streaming.measure import StreamFacts, scan, scan_segments
from airflow_provider_media.core.streaming.packaging import IFRAMES, INIT, MANIFEST, MASTER, PLAYLIST

_HEADER = 8  # bytes of a box's size and type, ISO/IEC 14496-12 §4.2


def verify_package(directory: Path, package: Package, *, toolchain: Toolchain, limits: Limits) -> list[tuple[Path, dict[str, Any]]]:
    """Verify what Packager made of the renditions in ``directory``.

    Samples are not decoded again: their renditions were, and each must be found in the segments, in equal number and length.

    :returns: every file of the package with its facts, manifests last.
    :raises VerificationFailed: naming output, file, and what was planned and found.
    """
    hls = _read_hls(directory, package) if "hls" in package.protocols else None
    dash = parse_mpd(MANIFEST, _text(directory, MANIFEST, package.output)) if "dash" in package.protocols else None
    names = {track.name: _files_on_disk(directory, track) for track in package.tracks}
    require_none(_named(names, hls, dash), output=package.output)
    require_none((mismatch for files in names.values() for file in files for mismatch in _boxes(directory, file)), output=package.output)

    tracks = [_packaged(directory, track, names[track.name], toolchain, limits) for track in package.tracks]
    renditions = {track.name: _one_stream(directory / track.file, toolchain, limits) for track in package.tracks}
    require_none(compare_tracks(package, tracks, renditions), output=package.output)
    require_none(_captions(directory, package), output=package.output)
    if hls:
        require_none(compare_hls(package, hls, tracks), output=package.output)
    if dash:
        require_none(compare_dash(package, dash, tracks), output=package.output)
    return list(_verified(directory, tracks, hls, dash))


def _captions(directory: Path, package: Package) -> Iterator[Mismatch]:
    """Captions that manifests declare must lie within each picture."""
    for track in package.tracks if package.closed_captions else ():
        if track.kind == "video" and not holds_captions(directory / track.file):
            yield Mismatch(file=track.name, what="closed captions", expected="those of the source", found="missing")


def _read_hls(directory: Path, package: Package) -> Hls:
    def read(name: str) -> MediaPlaylist:
        return parse_media_playlist(name, _text(directory, name, package.output))

    videos = [track.name for track in package.tracks if track.kind == "video"]
    return Hls(
        master=parse_master(MASTER, _text(directory, MASTER, package.output)),
        playlists={track.name: read(f"{track.name}/{PLAYLIST}") for track in package.tracks},
        keyframes={name: read(f"{name}/{IFRAMES}") for name in videos} if package.iframe_playlists else {},
    )


def _text(directory: Path, name: str, output: str) -> str:
    try:
        return (directory / name).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise VerificationFailed(f"output {output}: {name} cannot be read: {error}", output=output, file=name) from error


def _files_on_disk(directory: Path, track: Track) -> tuple[str, ...]:
    segments = sorted(path.name for path in (directory / track.name).glob("*.m4s"))
    return tuple(f"{track.name}/{name}" for name in (INIT, *segments))


def _named(names: Mapping[str, tuple[str, ...]], hls: Hls | None, dash: DashManifest | None) -> Iterator[Mismatch]:
    """Playlist, manifest and folder name the same files in the same order."""
    for name, playlist in hls.playlists.items() if hls else ():
        yield from _same(f"{name}/{PLAYLIST}", names[name], _resolved(name, playlist))
    for name, playlist in hls.keyframes.items() if hls else ():
        for stray in sorted(set(_resolved(name, playlist)) - set(names[name])):
            yield Mismatch(file=f"{name}/{IFRAMES}", what="segment", expected="one of the folder", found=stray)
    if dash:
        found = {part.init: (part.init, *(segment.uri for segment in part.segments)) for part in dash.representations}
        for files in names.values():
            yield from _same(MANIFEST, files, found.pop(files[0], ()))
        for init in found:
            yield Mismatch(file=MANIFEST, what="Representation", expected="one of each track", found=init)


def _resolved(folder: str, playlist: MediaPlaylist) -> tuple[str, ...]:
    return tuple(str(PurePosixPath(folder) / uri) for uri in (playlist.init, *(segment.uri for segment in playlist.segments)))


def _same(file: str, there: Sequence[str], named: Sequence[str]) -> Iterator[Mismatch]:
    for name in named:
        if name not in there:
            yield Mismatch(file=file, what=f"segment {name}", expected="a file", found="missing")
    for name in there:
        if name not in named:
            yield Mismatch(file=file, what=f"file {name}", expected="named", found="left out")
    if not named:
        yield Mismatch(file=file, what="segments", expected=str(len(there)), found="none")
    elif sorted(there) == sorted(named) and list(there) != list(named):
        yield Mismatch(file=file, what="order of segments", expected="that of their numbers", found="another")


def _boxes(directory: Path, name: str) -> Iterator[Mismatch]:
    """The boxes of a CMAF file must fill it exactly; one that was cut off, or was never finished, does not."""
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


def _packaged(directory: Path, track: Track, files: tuple[str, ...], toolchain: Toolchain, limits: Limits) -> PackagedTrack:
    facts = scan_segments(directory, files, toolchain=toolchain, limits=limits)
    sizes = tuple((directory / file).stat().st_size for file in files)
    return packaged_track(track, _only(facts.streams, track.name, track.kind), files, sizes)


def _one_stream(path: Path, toolchain: Toolchain, limits: Limits) -> StreamFacts:
    streams = scan(path, toolchain=toolchain, limits=limits).streams
    return _only(streams, path.name, streams[0].kind if streams else "")


def _only(streams: Sequence[StreamFacts], name: str, kind: str) -> StreamFacts:
    if [stream.kind for stream in streams] != [kind]:
        found = ", ".join(stream.kind for stream in streams) or "none"
        raise VerificationFailed(f"{name}: streams should be {kind} but are {found}", file=name, expected=kind, found=found)
    return streams[0]


def _verified(
    directory: Path, tracks: Sequence[PackagedTrack], hls: Hls | None, dash: DashManifest | None
) -> Iterator[tuple[Path, dict[str, Any]]]:
    whole = {"duration": round(max(track.stream.duration for track in tracks), 3), "renditions": [track.track.name for track in tracks]}
    for track in tracks:
        for file in track.files:
            yield directory / file, {}
        for name in (PLAYLIST, IFRAMES):
            if hls and (directory / track.track.name / name).exists():
                yield directory / track.track.name / name, _track_facts(track)
    if hls:
        yield directory / MASTER, whole
    if dash:
        yield directory / MANIFEST, whole


def _track_facts(track: PackagedTrack) -> dict[str, Any]:
    stream = track.stream
    facts: dict[str, Any] = {"duration": round(stream.duration, 3), "codecs": [stream.codec], "bit_rate": stream.bit_rate}
    facts |= {"segments": len(track.segments), "peak_bit_rate": round(track.peak()[1])}
    if stream.kind == "video":
        facts |= {"width": stream.width, "height": stream.height, "frames": stream.count}
    return facts
