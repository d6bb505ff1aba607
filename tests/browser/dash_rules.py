"""Rules of DASH manifests: the schema and the semantics of ISO/IEC 23009-1, and what DASH-IF's interoperability points
demand beyond.

The schema itself comes with no package of a registry, so the part of it that a package of ours can have is written down
here, by the standard's tables of attributes and elements: whatever is not in it is an error.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

NAMESPACE = "{urn:mpeg:dash:schema:mpd:2011}"
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
ALIKE = 0.1
"""Seconds by which a track's segments and the whole may differ in length: some frames of AAC."""

UNSIGNED, TRUE, TEXT = r"\d+", "true|false", ".+"
SECONDS = r"PT(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?"
RATIO, RATE = r"\d+:\d+", r"\d+(/[1-9]\d*)?"
LANGUAGE = r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"
URN = r"(urn|https?):\S+"

COMMON = {
    "mimeType": r"(video|audio)/mp4",
    "codecs": r"[^\s,]+",
    "width": UNSIGNED,
    "height": UNSIGNED,
    "sar": RATIO,
    "frameRate": RATE,
    "audioSamplingRate": UNSIGNED,
    "startWithSAP": "[0-6]",
    "maximumSAPPeriod": r"\d+(\.\d+)?",
    "scanType": "progressive|interlaced",
}
"""Attributes that AdaptationSet and Representation have in common (table of common attributes and elements)."""
COMMON_ELEMENTS = (
    "FramePacking",
    "AudioChannelConfiguration",
    "ContentProtection",
    "EssentialProperty",
    "SupplementalProperty",
    "InbandEventStream",
    "Label",
)
"""In the order in which they stand."""


@dataclass(frozen=True, kw_only=True)
class Element:
    """What an element may hold."""

    attributes: Mapping[str, str] = field(default_factory=dict)
    """Patterns of values by name."""
    required: frozenset[str] = frozenset()
    children: tuple[str, ...] = ()
    """Names in the order in which they stand, each any number of times."""


DESCRIPTOR = Element(attributes={"schemeIdUri": URN, "value": TEXT, "id": TEXT}, required=frozenset({"schemeIdUri"}))
ELEMENTS: Mapping[str, Element] = {
    "MPD": Element(
        attributes={
            "profiles": TEXT,
            "type": "static",
            "mediaPresentationDuration": SECONDS,
            "minBufferTime": SECONDS,
            "maxSegmentDuration": SECONDS,
            SCHEMA_LOCATION: TEXT,
        },
        required=frozenset({"profiles", "type", "mediaPresentationDuration", "minBufferTime"}),
        children=("ProgramInformation", "BaseURL", "Period"),
    ),
    "Period": Element(
        attributes={"id": TEXT, "start": SECONDS, "duration": SECONDS}, children=("BaseURL", "AdaptationSet")
    ),
    "AdaptationSet": Element(
        attributes=COMMON
        | {
            "id": UNSIGNED,
            "lang": LANGUAGE,
            "contentType": "video|audio",
            "par": RATIO,
            "minBandwidth": UNSIGNED,
            "maxBandwidth": UNSIGNED,
            "minWidth": UNSIGNED,
            "maxWidth": UNSIGNED,
            "minHeight": UNSIGNED,
            "maxHeight": UNSIGNED,
            "minFrameRate": RATE,
            "maxFrameRate": RATE,
            "segmentAlignment": TRUE,
            "subsegmentAlignment": TRUE,
            "subsegmentStartsWithSAP": "[0-6]",
            "bitstreamSwitching": TRUE,
            "selectionPriority": UNSIGNED,
        },
        required=frozenset({"contentType", "segmentAlignment"}),
        children=(
            *COMMON_ELEMENTS,
            "Accessibility",
            "Role",
            "Rating",
            "Viewpoint",
            "BaseURL",
            "SegmentTemplate",
            "Representation",
        ),
    ),
    "Representation": Element(
        attributes=COMMON | {"id": r"\S+", "bandwidth": UNSIGNED, "qualityRanking": UNSIGNED},
        required=frozenset({"id", "bandwidth"}),
        children=(*COMMON_ELEMENTS, "BaseURL", "SegmentTemplate"),
    ),
    "SegmentTemplate": Element(
        attributes={
            "timescale": UNSIGNED,
            "initialization": TEXT,
            "media": r".*\$Number(%0\d+d)?\$.*",
            "startNumber": UNSIGNED,
            "presentationTimeOffset": UNSIGNED,
        },
        required=frozenset({"timescale", "initialization", "media"}),
        children=("SegmentTimeline",),
    ),
    "SegmentTimeline": Element(children=("S",)),
    "S": Element(attributes={"t": UNSIGNED, "d": UNSIGNED, "r": UNSIGNED}, required=frozenset({"d"})),
    "Label": Element(attributes={"id": UNSIGNED, "lang": LANGUAGE}),
    "BaseURL": Element(),
} | dict.fromkeys(
    ("AudioChannelConfiguration", "EssentialProperty", "SupplementalProperty", "Accessibility", "Role", "Viewpoint"),
    DESCRIPTOR,
)


def broken_rules(folder: Path, text: str) -> list[str]:
    """What is wrong with a manifest.

    :param folder: of the package, in which its segments are.
    """
    root = ET.fromstring(text)
    if root.tag != f"{NAMESPACE}MPD":
        return [f"the root is {root.tag}"]
    schema = list(_schema(root))
    return schema or [*_ids(root), *_sets(root), *_segments(root, folder)]


def _name(element: ET.Element) -> str:
    return element.tag.removeprefix(NAMESPACE)


def _schema(element: ET.Element) -> Iterator[str]:
    """The names, values and order of attributes and elements."""
    name = _name(element)
    rule = ELEMENTS.get(name)
    if rule is None:
        yield f"{name}: no such element"
        return
    for attribute, value in element.attrib.items():
        if not re.fullmatch(rule.attributes.get(attribute, ""), value):
            yield f"{name}@{attribute}: no value {value!r}"
    yield from (f"{name}@{attribute}: missing" for attribute in sorted(rule.required - element.attrib.keys()))
    children = [_name(child) for child in element]
    places = [rule.children.index(child) for child in children if child in rule.children]
    yield from (f"{name}: no element {child}" for child in children if child not in rule.children)
    if places != sorted(places):
        yield f"{name}: elements in the order {', '.join(children)}"
    for child in element:
        yield from _schema(child)


def _ids(root: ET.Element) -> Iterator[str]:
    """Identifiers are unique within their period."""
    for name in ("AdaptationSet", "Representation"):
        counts = Counter(element.get("id") for element in root.iter(f"{NAMESPACE}{name}"))
        yield from (f"{name}@id {each}: {count} times" for each, count in counts.items() if each and count > 1)


def _sets(root: ET.Element) -> Iterator[str]:
    """What is said of a set or of its members by DASH-IF IOP, and what members of an aligned set have in common."""
    for adaptation in root.iter(f"{NAMESPACE}AdaptationSet"):
        video = adaptation.get("contentType") == "video"
        needed = (
            ("mimeType", "codecs", "width", "height", "frameRate")
            if video
            else ("mimeType", "codecs", "audioSamplingRate")
        )
        timelines = set()
        for member in adaptation.findall(f"{NAMESPACE}Representation"):
            known = adaptation.attrib | member.attrib
            yield from (f"Representation {known['id']}: {each} is missing" for each in needed if each not in known)
            channels = f"{NAMESPACE}AudioChannelConfiguration"
            if not video and member.find(channels) is None and adaptation.find(channels) is None:
                yield f"Representation {known['id']}: AudioChannelConfiguration is missing"
            timelines.add(tuple(_timeline(member)))
        if adaptation.get("segmentAlignment") == "true" and len(timelines) > 1:
            yield f"AdaptationSet {adaptation.get('id')}: its members are not aligned"


def _timeline(member: ET.Element) -> Iterator[tuple[Fraction, Fraction]]:
    """Begin and end of each segment in seconds."""
    (template,) = member.iter(f"{NAMESPACE}SegmentTemplate")
    scale, time = int(template.attrib["timescale"]), 0
    for entry in template.iter(f"{NAMESPACE}S"):
        time = int(entry.get("t", time))
        for _ in range(int(entry.get("r", 0)) + 1):
            yield Fraction(time, scale), Fraction(time + int(entry.attrib["d"]), scale)
            time += int(entry.attrib["d"])


def _segments(root: ET.Element, folder: Path) -> Iterator[str]:
    """Segments follow each other from 0 to the end of the presentation, and are there."""
    total = _seconds(root.attrib["mediaPresentationDuration"])
    for member in root.iter(f"{NAMESPACE}Representation"):
        (template,) = member.iter(f"{NAMESPACE}SegmentTemplate")
        times, which = list(_timeline(member)), f"Representation {member.get('id')}"
        ends = [Fraction(0), *(end for _, end in times)]
        if [begin for begin, _ in times] != ends[:-1]:
            yield f"{which}: segments do not follow each other from 0"
        if abs(float(ends[-1]) - total) > ALIKE:
            yield f"{which}: segments last {float(ends[-1]):.3f} s of {total:.3f} s"
        first = int(template.get("startNumber", 1))
        names = [_numbered(template.attrib["media"], first + n) for n in range(len(times))]
        yield from (
            f"{which}: no file {name}"
            for name in (template.attrib["initialization"], *names)
            if not (folder / name).is_file()
        )


def _numbered(template: str, number: int) -> str:
    return re.sub(r"\$Number(?:%0(\d+)d)?\$", lambda found: str(number).zfill(int(found[1] or 0)), template)


def _seconds(duration: str) -> float:
    hours, minutes, seconds = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", duration).groups()  # type: ignore[union-attr]
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds or 0)
