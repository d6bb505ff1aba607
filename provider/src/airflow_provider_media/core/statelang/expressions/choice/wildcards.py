r"""Patterns of ``StringMatches``: ``*`` matches any run of characters, ``\*`` an asterisk and ``\\`` a backslash."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"(\\[*\\]|\*)")
_ESCAPED = frozenset({"\\*", "\\\\"})


@lru_cache(maxsize=1024)
def literals_of(pattern: str) -> tuple[str, ...]:
    """Return the literal texts before, between and after the asterisks of a pattern, in order."""
    found = [""]
    for piece in _TOKEN.split(pattern):
        if piece == "*":
            found.append("")
        else:
            found[-1] += piece[1] if piece in _ESCAPED else piece
    return tuple(found)


def matches_wildcards(text: str, pattern: str) -> bool:
    """Return whether a pattern matches a whole text; the time grows with the text, not with the asterisks.

    The first occurrence of a literal leaves the most room for later literals, so the match never backtracks.
    """
    first, *rest = literals_of(pattern)
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first):
        return False
    position, end = len(first), len(text) - len(last)
    for literal in middle:
        found = text.find(literal, position, max(position, end))
        if found < 0:
            return False
        position = found + len(literal)
    return position <= end and text.endswith(last)
