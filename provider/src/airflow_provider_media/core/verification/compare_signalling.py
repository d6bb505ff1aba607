"""Comparison of audio and captions in manifests with the plan; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from airflow_provider_media.core.packaging import signalling
from airflow_provider_media.core.packaging.manifests import MasterPlaylist, Representation, Sound
from airflow_provider_media.core.packaging.packager import MANIFEST, MASTER, PLAYLIST
from airflow_provider_media.core.plans import Package, Track
from airflow_provider_media.core.verification.compare import Mismatch


def compare_media(package: Package, master: MasterPlaylist) -> Iterator[Mismatch]:
    """Yield the differences between the EXT-X-MEDIA tags of a multivariant playlist and the plan.

    Each audio track must be there once, with its planned attributes.
    """
    planned = {f"{track.name}/{PLAYLIST}": track for track in signalling.sounds(package)}
    found = {sound.uri: sound for sound in master.sounds}
    if len(found) < len(master.sounds) or found.keys() != planned.keys():
        yield Mismatch(
            file=MASTER, what="sounds", expected=_listed(planned), found=_listed(sound.uri for sound in master.sounds)
        )
    for uri in planned.keys() & found.keys():
        yield from _compared(MASTER, uri, signalling.media_attributes(planned[uri], package), _found(found[uri]))
    yield from _captions(package, master)


def _found(sound: Sound) -> dict[str, str]:
    return {
        "GROUP-ID": sound.group,
        "NAME": sound.name,
        "LANGUAGE": sound.language,
        "DEFAULT": signalling.yes_or_no(sound.default),
        "AUTOSELECT": signalling.yes_or_no(sound.autoselect),
        "CHARACTERISTICS": sound.characteristics,
    }


def _captions(package: Package, master: MasterPlaylist) -> Iterator[Mismatch]:
    planned = [signalling.CAPTION_CHANNEL] if package.closed_captions else []
    found = [captions.channel for captions in master.captions]
    if found != planned:
        yield Mismatch(file=MASTER, what="closed captions", expected=_listed(planned), found=_listed(found))
    groups = {captions.group for captions in master.captions} or {"", "NONE"}
    for variant in master.variants:
        if variant.captions not in groups:
            what = f"CLOSED-CAPTIONS of {variant.uri}"
            yield Mismatch(
                file=MASTER, what=what, expected=" or ".join(sorted(groups)), found=variant.captions or "absent"
            )


def compare_adaptation(found: Representation, track: Track, package: Package) -> Iterator[Mismatch]:
    """Yield the differences between a track's AdaptationSet and the plan.

    Programmes have labels of their own, and therefore lie in AdaptationSets of their own.
    """
    schemes = dict(found.accessibility)
    if track.kind == "video":
        captions = signalling.caption_value(package) if package.closed_captions else ""
        yield from _compared(
            MANIFEST, track.name, {"captions": captions}, {"captions": schemes.get(signalling.CEA_608, "")}
        )
        return
    planned = {
        "lang": track.language,
        "Label": signalling.label(track),
        "Role": _listed(signalling.dash_roles(track, package)),
        "audio purpose": signalling.audio_purpose(track),
    }
    purpose = schemes.get(signalling.AUDIO_PURPOSE, "")
    stated = {"lang": found.language, "Label": found.label, "Role": _listed(found.roles), "audio purpose": purpose}
    yield from _compared(MANIFEST, track.name, planned, stated)


def _compared(file: str, name: str, planned: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Mismatch]:
    for what, expected in planned.items():
        if expected != found[what]:
            yield Mismatch(
                file=file, what=f"{what} of {name}", expected=expected or "absent", found=found[what] or "absent"
            )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
