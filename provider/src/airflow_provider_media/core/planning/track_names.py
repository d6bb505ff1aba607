"""Names of tracks for people, in players and in messages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from airflow_provider_media.core.media.info import AudioStream, SubtitleStream
from airflow_provider_media.core.media.languages import english_name, language_name
from airflow_provider_media.core.media.roles import TrackRole, titled_role

ROLE_NAMES: dict[TrackRole, str] = {
    "main": "main",
    "original": "original",
    "dub": "dub",
    "hearing_impaired": "hard of hearing",
    "audio_description": "audio description",
    "karaoke": "karaoke",
    "commentary": "commentary",
    "music_and_effects": "music and effects",
    "dependent": "to be mixed in",
}
_NAMED_BY_LANGUAGE: tuple[TrackRole, ...] = ("main", "original", "dub")
"""Roles that add nothing to a name: people choose such a programme by its language."""

_TECHNICAL = re.compile(
    r"(?:stereo|mono|surround|sound|audio|track|main|default|dolby|digital|plus|atmos|truehd|dts|hd"
    r"|ma|aac|lc|he|e?-?ac-?3|opus|flac|pcm|mp3"
    r"|vorbis|kbps|kbit/s|k?hz|ch|channels?|bits?|und|unknown|untitled|[\d\s.,:/@+()\[\]_-])+",
    re.IGNORECASE,
)
"""Titles that describe the source's coding, which an output may not share, or nothing at all."""


def meaningful_title(track: AudioStream) -> str:
    """Return the title of a track where it says more than how the source was coded, else an empty string."""
    return "" if _TECHNICAL.fullmatch(track.title) else track.title


def track_names(tracks: Sequence[AudioStream]) -> list[str]:
    """Return a name of each track for a player's menu, all different.

    Examples: ``English``, ``English (Director's commentary)``, ``Deutsch 2``. Languages are named in their own words
    (RFC 8216bis §4.4.6.1: NAME should be in the language of the rendition).
    """
    seen: dict[str, int] = {}
    names = []
    for track in tracks:
        name = _name(track)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


def _name(track: AudioStream) -> str:
    language, title = language_name(track.language), meaningful_title(track)
    names = {name.casefold() for name in (language, english_name(track.language)) if name}
    if title.casefold() in names:
        title = ""
    is_unnamed = track.role not in _NAMED_BY_LANGUAGE and titled_role(title) != track.role
    what = ", ".join(filter(None, [title, ROLE_NAMES[track.role] if is_unnamed else ""]))
    if not (language and what):
        return language or what[:1].upper() + what[1:] or "Audio"
    return what if any(name in title.casefold() for name in names) else f"{language} ({what})"


def track_summary(track: AudioStream | SubtitleStream) -> str:
    """Return the description of a track for a message, in English: ``English commentary``, ``German``.

    A track without known facts is described by its number.
    """
    role = "" if track.role in _NAMED_BY_LANGUAGE else ROLE_NAMES[track.role]
    forced = "forced" if "forced" in track.disposition else ""
    return " ".join(filter(None, [english_name(track.language), role, forced])) or f"#{track.index}"
