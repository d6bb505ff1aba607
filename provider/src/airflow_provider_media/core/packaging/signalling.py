"""Signalling: how HLS and DASH tell players what each audio track and the captions of a package are.

Sources: RFC 8216bis §4.4.6.1 (EXT-X-MEDIA) and Apple's names of media characteristics (AVFoundation,
AVMediaCharacteristic); ISO/IEC 23009-1 §5.8.5.5 (urn:mpeg:dash:role:2011); TV-Anytime's AudioPurposeCS, as ETSI
TS 103 285 (DVB-DASH) uses it; ANSI/SCTE 214-1 for captions.
"""

from __future__ import annotations

from airflow_provider_media.core.media.languages import iso_639_2, language_name
from airflow_provider_media.core.media.roles import TrackRole
from airflow_provider_media.core.plans import Package, Track

AUDIO_PURPOSE = "urn:tva:metadata:cs:AudioPurposeCS:2007"
CEA_608 = "urn:scte:dash:cc:cea-608:2015"
CAPTION_CHANNEL = "CC1"
"""The primary caption service of CEA-608, in the language of the programme.

A decoder finds the other services by itself."""

_CHARACTERISTICS: dict[TrackRole, str] = {
    "audio_description": "public.accessibility.describes-video",
    "hearing_impaired": "public.accessibility.enhances-speech-intelligibility",
    "commentary": "public.auxiliary-content",
    "dub": "public.translation.dubbed",
    "original": "public.original-content",
}
_DASH_ROLES: dict[TrackRole, tuple[str, ...]] = {
    "audio_description": ("alternate", "description"),
    "hearing_impaired": ("alternate", "enhanced-audio-intelligibility"),
    "commentary": ("commentary",),
    "dub": ("dub",),
    "karaoke": ("karaoke",),
    "music_and_effects": ("supplementary",),
}
_PURPOSES: dict[TrackRole, str] = {"audio_description": "1", "hearing_impaired": "2"}
_FOR_WHOM_IT_SUITS: tuple[TrackRole, ...] = ("main", "original", "dub", "audio_description", "hearing_impaired")
"""Roles among which a player may choose by itself, by its user's language and needs."""


def sounds(package: Package) -> tuple[Track, ...]:
    """Return the audio tracks in the order of the plan. The first track plays unless another is chosen."""
    return tuple(track for track in package.tracks if track.kind == "audio")


def audio_group(track: Track, package: Package) -> str:
    """Return the rendition group of an audio track.

    Tracks of one bit rate are alternatives in language. Other bit rates are alternatives in quality.
    RFC 8216bis §4.4.6.1.1: members of a group differ in name, and groups hold the same set of them.
    """
    rates = {other.bitrate for other in sounds(package)}
    return "audio" if len(rates) == 1 else f"audio_{track.bitrate // 1000}k"


def label(track: Track) -> str:
    """Return the name of a track in a player's menu.

    RFC 8216bis §4.2: a quoted string holds no quotation marks and no line ends.
    """
    return " ".join((track.label or track.name).replace('"', "'").split())


def is_default(track: Track, package: Package) -> bool:
    """Return whether an audio track plays unless another is chosen: the first track of its group does."""
    return next(other for other in sounds(package) if other.bitrate == track.bitrate) == track


def is_autoselected(track: Track, package: Package) -> bool:
    """Return whether a player may choose an audio track by itself, by the language and needs that its user has set.

    RFC 8216bis §4.4.6.1.1: of such members of a group, no two should be alike in language and characteristics.
    """
    if is_default(track, package):
        return True
    if track.role not in _FOR_WHOM_IT_SUITS or not track.language:
        return False
    before = [other for other in sounds(package) if other.bitrate == track.bitrate]
    alike = [
        other
        for other in before
        if (other.language, characteristics(other)) == (track.language, characteristics(track))
    ]
    return alike[0] == track


def characteristics(track: Track) -> str:
    """Return the CHARACTERISTICS of HLS; empty for a plain programme."""
    return _CHARACTERISTICS.get(track.role, "")


def media_attributes(track: Track, package: Package) -> dict[str, str]:
    """Return the attributes of an audio track's EXT-X-MEDIA tag; absent attributes are empty."""
    return {
        "GROUP-ID": audio_group(track, package),
        "NAME": label(track),
        "LANGUAGE": track.language,
        "DEFAULT": yes_or_no(is_default(track, package)),
        "AUTOSELECT": yes_or_no(is_autoselected(track, package)),
        "CHARACTERISTICS": characteristics(track),
    }


def yes_or_no(flag: bool) -> str:
    """Return a flag as HLS writes it."""
    return "YES" if flag else "NO"


def dash_roles(track: Track, package: Package) -> tuple[str, ...]:
    """Return the values of DASH's Role: ``main`` for the default track, and the other roles of the track."""
    if not is_default(track, package):
        return _DASH_ROLES.get(track.role, ("alternate",))
    return ("main", *(role for role in _DASH_ROLES.get(track.role, ()) if role != "alternate"))


def audio_purpose(track: Track) -> str:
    """Return the value of DASH's Accessibility by AudioPurposeCS.

    It is 1 for the visually impaired, 2 for the hard of hearing, and empty for all others.
    """
    return _PURPOSES.get(track.role, "")


def caption_language(package: Package) -> str:
    """Return the language of the captions: that of the programme, by the definition of their channel."""
    return next((track.language for track in sounds(package)), "")


def caption_label(package: Package) -> str:
    """Return the name of the captions for people."""
    language = language_name(caption_language(package))
    return f"{language} (closed captions)" if language else "Closed captions"


def caption_value(package: Package) -> str:
    """Return the value of DASH's Accessibility for captions: the channel, and the language in three letters."""
    return f"{CAPTION_CHANNEL}={iso_639_2(caption_language(package)) or 'und'}"
