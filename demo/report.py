"""What people see of the demo: a table of outputs, and pages and pictures to open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from airflow_provider_media.core.jobs.model import Manifest, ManifestEntry
from airflow_provider_media.core.jobs.places import WORK
from demo.job import local
from demo.quality import joined, vmaf

SEGMENTS = ("video/iso.segment",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    output: str
    what: str
    size: int
    resolution: str = ""
    duration: str = ""
    vmaf: str = ""


def rows(manifest: Manifest, folder: Path, source: Path) -> Iterator[Row]:
    """A row per output, and one per rendition of a stream."""
    for output, group in groupby(sorted(manifest.outputs, key=lambda made: made.output), key=lambda made: made.output):
        made = list(group)
        if any(one.media_type in SEGMENTS for one in made):
            yield from _stream(output, made, folder, source)
        else:
            yield from _files(output, made, folder, source)


def _files(output: str, made: Sequence[ManifestEntry], folder: Path, source: Path) -> Iterator[Row]:
    for media_type, group in groupby(made, key=lambda one: one.media_type):
        files = list(group)
        facts = files[0].facts
        what = Path(files[0].file).name if len(files) == 1 else f"{len(files)} pictures"
        moving = media_type.startswith("video/")
        quality = f"{vmaf(local(files[0].uri, folder), source):.1f}" if moving else ""
        size = sum(one.size for one in files)
        yield Row(output=output, what=what, size=size, resolution=_size(facts), duration=_seconds(facts), vmaf=quality)


def _stream(output: str, made: Sequence[ManifestEntry], folder: Path, source: Path) -> Iterator[Row]:
    for playlist in (one for one in made if one.file.endswith("/playlist.m3u8")):
        track = playlist.file.split("/")[0]
        size = sum(one.size for one in made if one.file.startswith(f"{track}/"))
        quality = ""
        if "width" in playlist.facts:
            segments = local(playlist.uri, folder).parent
            quality = f"{vmaf(joined(segments, segments.parent / f'.{track}.mp4'), source):.1f}"
        resolution, duration = _size(playlist.facts), _seconds(playlist.facts)
        yield Row(
            output=output,
            what=f"HLS and DASH, {track}",
            size=size,
            resolution=resolution,
            duration=duration,
            vmaf=quality,
        )


def _size(facts: dict[str, Any]) -> str:
    return f"{facts['width']}x{facts['height']}" if "width" in facts else ""


def _seconds(facts: dict[str, Any]) -> str:
    return f"{facts['duration']:.2f} s" if "duration" in facts else ""


def table(lines: Iterable[Row]) -> str:
    """The rows as text in columns."""
    cells = [("output", "what", "bytes", "size", "duration", "VMAF")]
    cells += [(row.output, row.what, f"{row.size:,}", row.resolution, row.duration, row.vmaf) for row in lines]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    right = {2, 4, 5}
    text = [
        "  ".join(
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]
    text.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(line.rstrip() for line in text)


def pages(manifest: Manifest, folder: Path) -> dict[str, Path]:
    """Make a contact sheet and a player page, and name all that is worth opening."""
    from airflow_provider_media.core.publication.gallery import contact_sheet, player_page

    found = {
        "contact sheet": folder / "contact_sheet.jpg",
        "player page": local(manifest.uri.split(WORK)[0], folder) / "player.html",
    }
    stills = [local(made.uri, folder) for made in manifest.outputs if made.output == "snapshots"]
    contact_sheet(stills, found["contact sheet"], columns=5)
    cues = {made.uri: local(made.uri, folder).read_text() for made in manifest.outputs if made.media_type == "text/vtt"}
    found["player page"].write_text(player_page(manifest, texts=cues), encoding="utf-8")
    for made in manifest.outputs:
        if what := {"sprite": "sprite", "preview": "animated image"}.get(
            made.output if made.media_type.startswith("image/") else ""
        ):
            found[what] = local(made.uri, folder)
    return found
