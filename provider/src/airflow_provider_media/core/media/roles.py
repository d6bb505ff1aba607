"""Roles of tracks, from ffprobe's disposition flags or, where no flag states a role, from well-known titles.

Flags: https://ffmpeg.org/doxygen/trunk/group__lavf__misc.html (AV_DISPOSITION). Not all containers hold flags, and many
tools write none, so that only its title identifies a commentary.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

TrackRole = Literal[
    "main",
    "original",
    "dub",
    "hearing_impaired",
    "audio_description",
    "karaoke",
    "commentary",
    "music_and_effects",
    "dependent",
]

PROGRAMME: tuple[TrackRole, ...] = ("main", "original", "dub")
"""Roles of tracks that present the programme itself and nothing else."""

ORDER: tuple[TrackRole, ...] = (
    "hearing_impaired",
    "audio_description",
    "karaoke",
    "commentary",
    "music_and_effects",
    "dependent",
)
"""The other roles, the best substitute for the programme first: the first two hold the whole programme."""

_FLAGS: tuple[tuple[str, TrackRole], ...] = (
    ("dependent", "dependent"),  # only to be mixed into, or decoded on top of, another track
    ("non_diegetic", "dependent"),
    ("still_image", "dependent"),
    ("visual_impaired", "audio_description"),
    ("descriptions", "audio_description"),
    ("comment", "commentary"),
    ("hearing_impaired", "hearing_impaired"),
    ("captions", "hearing_impaired"),
    ("clean_effects", "music_and_effects"),
    ("karaoke", "karaoke"),
    ("dub", "dub"),
    ("original", "original"),
)
"""Roles by flag; of several flags the first one here counts."""

DISPOSITIONS: dict[TrackRole, str] = {
    "audio_description": "visual_impaired+descriptions",
    "commentary": "comment",
    "hearing_impaired": "hearing_impaired",
    "music_and_effects": "clean_effects",
    "karaoke": "karaoke",
    "dub": "dub",
    "original": "original",
    "dependent": "dependent",
}
"""Values of ffmpeg's ``-disposition`` by role; a main track has none of its own."""

_TITLES: dict[TrackRole, tuple[str, ...]] = {
    "audio_description": (
        (
            r"audio[\s-]?descri(?:ption|bed|pci[oó]n|zione|[cç][aã]o|pti[eo])"
            r"|audio[\s-]?d[eé]scription|audiodeskr(?:iption|ypcja)"
        ),
        (
            r"descri(?:bed|ptive) (?:audio|video|service)|visually impaired|\bDVS\b|narraci[oó]n"
            r" descriptiva|audiobeschrijving"
        ),
        r"h[oö]rfilm|syns?tolk\w*|kuvailutulkkaus|zvukov[yý] popis|audiopopis|тифлокоммент\w*|sesli betimleme",
        r"画面解説|音声解説|音声ガイド|口述影像|화면\s?해설",
    ),
    "music_and_effects": (  # before commentary, whose pattern also matches "no commentary"
        (
            r"\b(?:no|without|ohne|sans|sin|senza|sem|zonder|utan|uden|uten|bez|без)"
            r"\s+(?:audio)?(?:comment|komment|коммент)\w*"
        ),
        r"music (?:and|&) effects|\bM&E\b|clean effects|clean feed|it-ton",
        r"(?:international|natural|stadium|ambient) sound|\bnat sound",
    ),
    "commentary": (
        r"comment(?:ary|aries|aire|aires|o|i|aar)\b|comments? (?:by|with|of|from)\b|director\W?s\W? comments?",
        (
            r"(?:audio)?kommentar\w*|comentarios?\b|coment[aá]rios?\b"
            r"|komentarz\w*|kommentti\w*|koment[aá][rř]\b|комментари\w*"
        ),
        r"コメンタリー|评论音轨|導演評論|导演评论|코멘터리",
    ),
    "hearing_impaired": (
        r"hearing[\s-]impaired|hard[\s-]of[\s-]hearing|\bSDH\b|clea[rn] (?:speech|dialogue|dialog)|klare sprache",
        r"(?:dialogue|speech) (?:boost|enhanced)|enhanced dialogue|h[oö]r(?:gesch[aä]digte|behinderte)|geh[oö]rlose",
        r"malentendants?|sordos|surdos|slechthorenden",
    ),
    "karaoke": (r"karaoke|カラオケ",),
    "dub": (
        r"\bdub(?:bed|bing)?\b|synchronfassung|synchronisiert|\bdoubl[eé]e?\b|doublage|doblaje|doblad[oa]|dublad[oa]",
        r"doppia(?:ggio|to)|дубляж|дублирован\w*|吹き?替え?|配音|더빙",
    ),
    "original": (
        r"original(?:ton|fassung)|\bo-ton\b|original (?:audio|language|sound|version)|version originale",
        r"versi[oó]n original|оригинал",
    ),
}
"""Patterns of common titles, in some twenty languages."""
_PATTERNS = tuple((role, re.compile("|".join(phrases), re.IGNORECASE)) for role, phrases in _TITLES.items())
_SHORT_DESCRIPTION = re.compile(r"(?:^|[\s(\[,:-])AD[)\]]?$")
"""Ending of broadcasters' titles, in capitals alone: ``English AD``, ``English [AD]``."""


def role_of(disposition: Collection[str], title: str = "") -> TrackRole:
    """Return the role of a track: by its most telling flag, else by its title; ``main`` where neither names a role.

    :param disposition: ffprobe's flags that are set.
    """
    return next((role for flag, role in _FLAGS if flag in disposition), None) or titled_role(title) or "main"


def titled_role(title: str) -> TrackRole | None:
    """Return the role that a title names; None where it names none."""
    if _SHORT_DESCRIPTION.search(title):
        return "audio_description"
    return next((role for role, pattern in _PATTERNS if pattern.search(title)), None)


def rank(role: TrackRole) -> int:
    """Return 0 for a track of the programme; a higher rank is a worse substitute for the programme."""
    return 0 if role in PROGRAMME else 1 + ORDER.index(role)
