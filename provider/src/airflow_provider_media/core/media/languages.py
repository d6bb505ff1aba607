"""Languages of tracks: tags of manifests (BCP 47), codes of containers (ISO 639-2) and names for people (CLDR)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.ASCII | re.IGNORECASE)
_UNKNOWN = ("und", "mis")
"""Codes of ISO 639-2 for an unknown language, and for a language without a code."""


@cache
def language_tag(tag: str) -> str:
    """Return a language in its one BCP 47 spelling: ``en`` for ``eng``, ``de`` for ``ger``; empty where unknown.

    :param tag: BCP 47 or ISO 639-2, as containers hold it.
    """
    if not _TAG.fullmatch(tag) or tag.lower() in _UNKNOWN:
        return ""  # most tracks have no language, and their jobs need not load the library
    import langcodes

    if not langcodes.tag_is_valid(tag):
        return ""
    standard = langcodes.standardize_tag(tag)
    return "" if standard.partition("-")[0] in _UNKNOWN else standard


@cache
def iso_639_2(tag: str, *, bibliographic: bool = False) -> str:
    """Return the three-letter code of a language, all that MP4 and transport streams hold; empty where there is none.

    :param tag: BCP 47 or ISO 639-2, such as ``en``, ``pt-BR`` or ``deu``; three letters stay as they are.
    :param bibliographic: whether to prefer, of two codes, that from the language's English name: ``ger``, not ``deu``.
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
    """Return a language's own name (``Deutsch``); its English name where CLDR has no other; empty where unknown."""
    if not (known := language_tag(tag)):
        return ""
    locale = _locale(known)
    own = locale.display_name if locale else ""
    # CLDR writes many names in lower case, as within a sentence.
    return own[:1].upper() + own[1:] if own else english_name(tag)


@cache
def english_name(tag: str) -> str:
    """Return a language's English name, such as ``German`` or ``Portuguese (Brazil)``; empty where unknown."""
    if not (known := language_tag(tag)):
        return ""
    from babel import Locale

    locale = _locale(known)
    return (locale.english_name if locale else None) or Locale("en").languages.get(known.partition("-")[0], known)


def _locale(known: str) -> Locale | None:
    import langcodes
    from babel import Locale, UnknownLocaleError

    # A language without CLDR data may have a name through its macrolanguage: Mandarin is Chinese, Egyptian Arabic is
    # Arabic.
    for tag in (known, langcodes.standardize_tag(known, macro=True)):
        try:
            return Locale.parse(tag, sep="-", resolve_likely_subtags=False)
        except (ValueError, UnknownLocaleError):
            continue
    return None
