"""Labelling: what Packager cannot say is written into its manifests afterwards; pure, but for :func:`label_manifests`.

Seen by running Packager 3.8.0: it splits its arguments at commas and semicolons and drops ampersands out of labels, so names go through
it in percent-encoding and are decoded here. It marks as AUTOSELECT whatever has a language of its own and as DEFAULT nothing whose
language is not known, so both are set from the plan. It takes the first frame's length for that of all, which is wrong where the frame
rate varies. It writes Label behind Accessibility and Role, where the schema of ISO/IEC 23009-1
has it before them, and the language of captions as in ``por-BR``.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import unquote

from airflow_provider_media.core.plans import Package
from airflow_provider_media.core.streaming import signalling
from airflow_provider_media.core.streaming.packaging import MANIFEST, MASTER, PLAYLIST

_RENDITION = re.compile(r"#EXT-X-MEDIA:TYPE=(AUDIO|CLOSED-CAPTIONS),(.*)")
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')
_LABEL = re.compile(r"((?:\s*<(?:Accessibility|Role)\b[^>]*/>)*)(\s*<Label>)([^<]*)(</Label>)")
_HLS_RATE = re.compile(r"(#EXT-X-STREAM-INF:.*FRAME-RATE=)[0-9.]+")
_DASH_RATE = re.compile(r'(frameRate=")[^"]*"')
_CAPTIONS = re.compile(rf'(schemeIdUri="{signalling.CEA_608}" value=)"[^"]*"')


def label_manifests(directory: Path, package: Package) -> None:
    """Complete the manifests that Packager left in a folder."""
    for protocol, name, complete in (("hls", MASTER, label_master), ("dash", MANIFEST, label_mpd)):
        if protocol in package.protocols:
            path = directory / name
            path.write_text(complete(path.read_text(encoding="utf-8"), package), encoding="utf-8")


def label_master(text: str, package: Package) -> str:
    """A multivariant playlist with names that people can read, and with what a player may choose by itself."""
    tracks = {f'"{track.name}/{PLAYLIST}"': track for track in signalling.sounds(package)}

    def complete(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match[2]))
        attributes["NAME"] = unquote(attributes["NAME"])
        if match[1] == "AUDIO":
            planned = signalling.media_attributes(tracks[attributes["URI"]], package)
            attributes |= {name: planned[name] for name in ("DEFAULT", "AUTOSELECT")}
        return f"#EXT-X-MEDIA:TYPE={match[1]}," + ",".join(f"{name}={value}" for name, value in attributes.items())

    text = _RENDITION.sub(complete, text)
    if package.has_variable_frame_rate:
        # RFC 8216 §4.3.4.2: the maximum frame rate, with three decimals.
        text = _HLS_RATE.sub(rf"\g<1>{float(package.frame_rate):.3f}", text)
    return text


def label_mpd(text: str, package: Package) -> str:
    """An MPD with labels that people can read, in the order of the schema, and with the captions' language in three letters."""
    text = _LABEL.sub(lambda match: f"{match[2]}{escape(unquote(match[3]), quote=False)}{match[4]}{match[1]}", text)
    if package.has_variable_frame_rate:
        rate = package.frame_rate
        text = _DASH_RATE.sub(rf'\g<1>{rate.numerator}/{rate.denominator}"', text)
    return _CAPTIONS.sub(rf'\1"{signalling.caption_value(package)}"', text)
