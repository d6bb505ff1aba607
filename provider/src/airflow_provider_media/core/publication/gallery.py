"""Pages for people: a page that plays and shows a job's outputs, and contact sheets of pictures."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from html import escape
from importlib.resources import files
from pathlib import Path, PurePosixPath
from posixpath import relpath
from string import Template
from typing import Any
from urllib.parse import quote

from airflow_provider_media.core.jobs.model import Manifest, ManifestEntry
from airflow_provider_media.core.media.uri import parse
from airflow_provider_media.core.packaging.packager import IFRAMES, INIT, MASTER, PLAYLIST
from airflow_provider_media.core.packaging.webvtt import parse_webvtt

_LABEL = 18
"""Height of a label on a contact sheet, in pixels."""
_GAP = 8
_NUMBER = ' class="number"'
_SHOWN_FILES = 500
"""Most files of an output on the page: a 12-hour film may have tens of thousands of pictures, each link signed."""
_PLAYABLE = (".mp4", ".webm", ".m4a", ".mp3", ".ogg", ".opus", ".flac", ".wav")
"""File types that browsers play natively, besides HLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A published job in the form that a browser can show.

    :param texts: contents of the job's WebVTT files by URI.
    :param address: returns a temporary browser URL for a URI; the URL is a secret.
    """

    manifest: Manifest
    texts: dict[str, str] = field(default_factory=dict)
    address: Callable[[str], str] = field(default=lambda uri: uri)


def player_page(
    manifest: Manifest, *, texts: Mapping[str, str] | None = None, address: Callable[[str], str] | None = None
) -> str:
    """Return a self-contained HTML page for the top of the output location: player, pictures, table of all outputs.

    The page needs no server and no other site. Its links are relative. A browser with HLS support plays the HLS stream;
    other browsers play a plain file.

    :param address: returns a browser URL for a URI, for a page that is stored elsewhere. Streams do not play on such a
        page, because their playlists name their segments by relative links.
    :param texts: contents of published WebVTT files by URI. With them, the scrub bar shows sprites. The page embeds the
        texts, because a browser lets no page opened from disk read another file.
    """
    root = parse(manifest.uri.partition(".media/jobs/")[0]).key
    outputs = [_Shown(made, root, address) for made in manifest.outputs]
    sheets = {shown.key: shown for shown in outputs if shown.picture}
    sprites = [
        list(_cues(shown, (texts or {}).get(shown.made.uri, ""), sheets)) for shown in outputs if shown.suffix == ".vtt"
    ]
    cues = max(sprites, key=len, default=[])  # the sprite with the most cues wins
    template = Template(files(__package__).joinpath("player.html").read_text(encoding="utf-8"))
    return template.substitute(
        title=escape(_source_name(manifest)),
        subtitle=escape(f"Workflow {manifest.workflow}, job {manifest.job_id}"),
        player=_player(outputs, scrub=bool(cues), streams=address is None),
        pictures="\n".join(_pictures(outputs)),
        table=_table(outputs),
        # "<" could end the script element; JSON allows it as an escape anywhere.
        cues=json.dumps(cues).replace("<", "\\u003c"),
    )


class _Shown:
    """One output as the page shows it."""

    def __init__(self, made: ManifestEntry, root: str, address: Callable[[str], str] | None) -> None:
        self.made = made
        self.key = relpath(f"/{parse(made.uri).key}", f"/{root}")
        self.address = address
        self.name = PurePosixPath(self.key).name
        self.suffix = PurePosixPath(self.key).suffix.lower()
        self.facts: Mapping[str, Any] = made.facts

    @cached_property
    def link(self) -> str:
        """URL of the file for a browser.

        Only shown files are signed: signing takes time, and streams have thousands of parts.
        """
        return self.address(self.made.uri) if self.address else quote(self.key)

    @property
    def href(self) -> str:
        """The link, escaped for an HTML attribute."""
        return escape(self.link)

    @property
    def picture(self) -> bool:
        return self.made.media_type.startswith("image/")

    @property
    def part(self) -> bool:
        """Whether the file is a part of a stream; players find such a file through the master playlist."""
        return self.suffix == ".m4s" or self.name in (INIT, PLAYLIST, IFRAMES)


def _source_name(manifest: Manifest) -> str:
    return PurePosixPath(str(manifest.source.get("uri", ""))).name or manifest.job_id


def _cues(shown: _Shown, text: str, sheets: Mapping[str, _Shown]) -> Iterator[dict[str, Any]]:
    folder = PurePosixPath(shown.key).parent
    for cue in parse_webvtt(text) if text else ():
        sheet = str(folder / cue.sheet)
        yield {**asdict(cue), "sheet": sheets[sheet].link if sheet in sheets else quote(sheet)}


def _player(outputs: Sequence[_Shown], *, scrub: bool, streams: bool) -> str:
    masters = [shown for shown in outputs if shown.name == MASTER and streams]
    plain = [shown for shown in outputs if shown.suffix in _PLAYABLE and not shown.part]
    if not masters and not plain:
        return ""
    sheets = _sprite_outputs(outputs)
    poster = next((shown.href for shown in outputs if shown.picture and _content(shown, sheets) == "snapshots"), None)
    sources = "".join(f'<source src="{shown.href}" type="{_type(shown)}">' for shown in (*masters, *plain))
    duration = max((float(shown.facts.get("duration", 0)) for shown in (*masters, *plain)), default=0.0)
    bar = (
        f'<div class="scrub"><output hidden></output><input type="range" min="0" max="{duration:g}" step="0.1"'
        ' value="0" aria-label="Position in seconds, with preview"></div>'
    )
    shown_poster = f' poster="{poster}"' if poster else ""
    return f'<video controls playsinline preload="metadata"{shown_poster}>{sources}</video>\n{bar if scrub else ""}'


def _type(shown: _Shown) -> str:
    # The media type by which Safari, and Chrome since 142, recognize HLS; RFC 8216bis §10.
    return "application/vnd.apple.mpegurl" if shown.name == MASTER else escape(shown.made.media_type)


def _sprite_outputs(outputs: Sequence[_Shown]) -> set[str]:
    return {shown.made.output for shown in outputs if shown.suffix == ".vtt"}


def _content(shown: _Shown, sprites: set[str]) -> str:
    """Return what a picture shows, for people."""
    if shown.made.output in sprites:
        return "sprite sheet"
    default = "animated image" if shown.facts.get("duration") else "snapshots"
    return str(shown.facts.get("content") or default)


def _pictures(outputs: Sequence[_Shown]) -> Iterator[str]:
    sprites = _sprite_outputs(outputs)
    groups: dict[str, list[_Shown]] = {}
    for shown in outputs:
        if shown.picture:
            groups.setdefault(shown.made.output, []).append(shown)
    for output, members in groups.items():
        kind = _content(members[0], sprites)
        more = f", the first {_SHOWN_FILES} of {len(members)}" if len(members) > _SHOWN_FILES else ""
        yield f'<section><h2>{escape(output)} <small>({kind}{more})</small></h2><div class="grid">'
        for shown in members[:_SHOWN_FILES]:
            size = (
                f' width="{shown.facts["width"]}" height="{shown.facts["height"]}"'
                if {"width", "height"} <= shown.facts.keys()
                else ""
            )
            yield (
                f'<figure><a href="{shown.href}"><img src="{shown.href}" alt="{escape(f"{kind} {shown.name}")}"{size}'
                f' loading="lazy"></a><figcaption>{escape(shown.name)}</figcaption></figure>'
            )
        yield "</div></section>"


def _table(outputs: Sequence[_Shown]) -> str:
    parts = [shown for shown in outputs if shown.part]
    listed, more = _listed([shown for shown in outputs if not shown.part])
    rows = "".join(_row(shown) for shown in listed)
    notes = [f"{len(parts)} parts of streams, {human_size(sum(shown.made.size for shown in parts))}"] if parts else []
    notes += [f"{more} more files, which manifest.json names"] if more else []
    note = f"and {', and '.join(notes)}" if notes else "all files"
    heads = "".join(
        f'<th scope="col"{number}>{name}</th>'
        for name, number in (
            ("Output", ""),
            ("File", ""),
            ("Size", _NUMBER),
            ("Picture", _NUMBER),
            ("Duration", _NUMBER),
            ("Codecs", ""),
        )
    )
    body = f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return f'<section><h2>Outputs</h2><div class="table"><table><caption>{note}</caption>{body}</table></div></section>'


def _listed(outputs: Sequence[_Shown]) -> tuple[list[_Shown], int]:
    """Return the first files of each output, and the number of the remaining files."""
    seen: Counter[str] = Counter()
    listed = []
    for shown in outputs:
        seen[shown.made.output] += 1
        if seen[shown.made.output] <= _SHOWN_FILES:
            listed.append(shown)
    return listed, len(outputs) - len(listed)


def _row(shown: _Shown) -> str:
    facts = shown.facts
    has_picture = {"width", "height"} <= facts.keys()
    picture = f"{facts['width']}×{facts['height']}" if has_picture else ""  # noqa: RUF001 - the sign of multiplication
    duration = f"{facts['duration']:.2f} s" if facts.get("duration") else ""
    return (
        f'<tr><td>{escape(shown.made.output)}</td><td><a href="{shown.href}">{escape(shown.key)}</a></td>'
        f'<td class="number">{human_size(shown.made.size)}</td><td class="number">{picture}</td><td'
        f' class="number">{duration}</td>'
        f"<td>{escape(', '.join(map(str, facts.get('codecs', ()))))}</td></tr>"
    )


def human_size(size: int) -> str:
    """Format a number of bytes for people, in powers of 1000 (SI)."""
    step = min(int(math.log10(size) // 3), 4) if size > 0 else 0
    return f"{size} B" if step == 0 else f"{size / 1000**step:.1f} {('kB', 'MB', 'GB', 'TB')[step - 1]}"


def contact_sheet(images: Sequence[Path], path: Path, *, columns: int = 4, width: int = 320) -> Path:
    """Lay pictures out on one sheet, each with its file name below.

    :param path: path of the sheet; the suffix selects the format.
    :param width: width of each picture in pixels; the height follows from the first picture's aspect ratio.
    :raises ValueError: when there are no pictures.
    """
    from PIL import Image, ImageDraw, ImageFont

    if not images:
        raise ValueError("a contact sheet needs at least one picture")
    with Image.open(images[0]) as first:
        height = max(1, round(width * first.height / first.width))
    columns = min(columns, len(images))
    rows = math.ceil(len(images) / columns)
    size = (columns * (width + _GAP) + _GAP, rows * (height + _LABEL + _GAP) + _GAP)
    sheet = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=_LABEL - 6)
    for number, file in enumerate(images):
        row, column = divmod(number, columns)
        x, y = _GAP + column * (width + _GAP), _GAP + row * (height + _LABEL + _GAP)
        with Image.open(file) as image:
            image.thumbnail((width, height))
            sheet.paste(image.convert("RGB"), (x + (width - image.width) // 2, y + (height - image.height) // 2))
        draw.text((x, y + height + 2), file.name, fill="#444", font=font)
    sheet.save(path)
    return path
