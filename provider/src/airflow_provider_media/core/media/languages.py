"""Languages of tracks: the tags of manifests (BCP 47), the codes of containers (ISO 639-2) and the names that people read (CLDR)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.ASCII | re.IGNORECASE)
_UNKNOWN = ("und", "mis")
"""Codes of ISO 639-2 for a language that is not known, and for one that has no code."""


@cache
def language_tag(tag: str) -> str:
    """The language in its one BCP 47 spelling, such as ``en`` for ``eng`` and ``de`` for ``ger``; empty where it is not known.

    :param tag: BCP 47 or ISO 639-2, as containers hold it.
    """
    if not _TAG.fullmatch(tag):
        return ""  # as most tracks have none, whose jobs need not load the library
    import langcodes

    if not langcodes.tag_is_valid(tag):
        return ""
    standard = langcodes.standardize_tag(tag)
    return "" if standard.partition("-")[0] in _UNKNOWN else standard


@cache
def iso_639_2(tag: str, *, bibliographic: bool = False) -> str:
    """The three letters of a language, which are all that MP4 and transport streams hold; empty where it has none.

    :param tag: BCP 47 or ISO 639-2, such as ``en``, ``pt-BR`` or ``deu``; three letters stay as they are.
    :param bibliographic: whether of two codes the one from the language's English name is wanted: ``ger``, not ``deu``.
    """
    known = language_tag(tag)
    if not known:
        return ""
    import langcodes

    if bibliographic:
        return langcodes.get(known).to_alpha3(variant="B")
    written = tag.partition("-")[0].lower()
    return written if len(written) == 3 else langcodes.get(known).to_alpha3()


@cache
def language_name(tag: str) -> str:
    """The language's name in itself, such as ``Deutsch``; in English where CLDR has no other; empty where it is not known."""
    locale = _locale(language_tag(tag))
    own = locale.display_name if locale else ""
    # CLDR writes many names small, as within a sentence.
    return own[:1].upper() + own[1:] if own else english_name(tag)


@cache
def english_name(tag: str) -> str:
    """The language's English name, such as ``German`` or ``Portuguese (Brazil)``; empty where it is not known."""
    from babel import Locale

    known = language_tag(tag)
    locale = _locale(known)
    return (locale.english_name if locale else None) or Locale("en").languages.get(known.partition("-")[0], known)


def _locale(known: str) -> Locale | None:
    import langcodes
    from babel import Locale, UnknownLocaleError

    if not known:
        return None
    # What CLDR has no data of may have a name as part of a larger language: Mandarin is Chinese, Egyptian Arabic is Arabic.
    for tag in (known, langcodes.standardize_tag(known, macro=True)):
        try:
            return Locale.parse(tag, sep="-", resolve_likely_subtags=False)
        except (ValueError, UnknownLocaleError):
            continue
    return None
