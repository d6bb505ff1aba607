"""Labelling: additions to Packager's manifests that Packager cannot write; pure, except :func:`label_manifests`.

Seen by running Packager 3.8.0:

- Packager splits its arguments at commas and semicolons, and drops ampersands out of labels. Names therefore go through
  Packager in percent-encoding and are decoded here.
- Packager marks whatever has a language of its own as AUTOSELECT, and nothing of unknown language as DEFAULT. Both are
  therefore set from the plan.
- Packager takes the first frame's duration for that of all frames, which is wrong where the frame rate varies.
- Packager writes Label behind Accessibility and Role. The schema of ISO/IEC 23009-1 has Label before them.
- Packager writes the language of captions as in ``por-BR``.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from urllib.parse import unquote

from airflow_provider_media.core.packaging import signalling
from airflow_provider_media.core.packaging.packager import MANIFEST, MASTER, PLAYLIST
from airflow_provider_media.core.plans import Package

_RENDITION = re.compile(r"#EXT-X-MEDIA:TYPE=(AUDIO|CLOSED-CAPTIONS),(.*)")
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')
_LABEL = re.compile(r"((?:\s*<(?:Accessibility|Role)\b[^>]*/>)*)(\s*<Label>)([^<]*)(</Label>)")
_HLS_RATE = re.compile(r"(#EXT-X-STREAM-INF:.*FRAME-RATE=)[0-9.]+")
_DASH_RATE = re.compile(r'(frameRate=")[^"]*"')
_CAPTIONS = re.compile(rf'(schemeIdUri="{signalling.CEA_608}" value=)"[^"]*"')


def label_manifests(directory: Path, package: Package) -> None:
    """Complete the manifests that Packager wrote into a folder."""
    for protocol, name, complete in (("hls", MASTER, label_master), ("dash", MANIFEST, label_mpd)):
        if protocol in package.protocols:
            path = directory / name
            path.write_text(complete(path.read_text(encoding="utf-8"), package), encoding="utf-8")


def label_master(text: str, package: Package) -> str:
    """Return a multivariant playlist with readable names, and with the tracks that a player may choose by itself."""
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
    """Return an MPD with readable labels.

    The Label elements stand in the order of the schema. The captions' language has three letters.
    """
    text = _LABEL.sub(lambda match: f"{match[2]}{escape(unquote(match[3]), quote=False)}{match[4]}{match[1]}", text)
    if package.has_variable_frame_rate:
        rate = package.frame_rate
        text = _DASH_RATE.sub(rf'\g<1>{rate.numerator}/{rate.denominator}"', text)
    return _CAPTIONS.sub(rf'\1"{signalling.caption_value(package)}"', text)
