"""Marks: the places of values in the text of a definition."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import takewhile

from airflow_provider_media.core.diagnostics import Diagnostic, Mark

MOST_LEVELS = 200
"""Levels whose places are found; a definition has fewer."""
_SYMBOL = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


@dataclass(slots=True)
class _Container:
    """An object or array whose end is not reached yet."""

    location: str
    is_object: bool
    key: str | None = None
    """The key of the entry that is being read."""
    offset: int = 0
    """Where that key begins."""
    index: int = 0
    """The number of the item that is being read."""


def with_marks(found: Iterable[Diagnostic], text: str, file: str) -> list[Diagnostic]:
    """Return diagnostics of a definition with the places that their fields have in the definition's text.

    A diagnostic about a field that is missing gets the place of the object that lacks it.

    :param text: JSON that can be read, unless every diagnostic has a line already.
    :param file: name of the file, which every mark gets.
    """
    diagnostics = list(found)
    offsets = offsets_of(text) if any(not one.mark.line for one in diagnostics) else {}
    return [replace(one, mark=_mark(one, offsets, text, file)) for one in diagnostics]


def offsets_of(text: str) -> dict[str, int]:
    """Return where each value of a JSON text begins, by locations such as ``/States/Encode/Retry/0``.

    An entry of an object begins with its key. Of entries with the same key, the last one counts.

    :returns: offsets in characters.
    """
    offsets: dict[str, int] = {}
    open_containers: list[_Container] = []
    # Locations grow with each level, so deep texts would take for ever.
    symbols = takewhile(lambda _: len(open_containers) <= MOST_LEVELS, _SYMBOL.finditer(text))
    for match in symbols:
        symbol, offset = match.group(), match.start()
        top = open_containers[-1] if open_containers else None
        if symbol == ":":
            continue
        if symbol in "}]":
            open_containers[-1:] = []
        elif symbol == ",":
            if top is not None:
                top.key, top.index = None, top.index + 1
        elif top is not None and top.is_object and top.key is None:
            top.key, top.offset = _text_of(symbol), offset
        else:
            location, begin = _entry(top, offset)
            offsets[location or "/"] = begin
            if symbol in "{[":
                open_containers.append(_Container(location, symbol == "{"))
    return offsets


def _text_of(symbol: str) -> str:
    try:
        return str(json.loads(symbol))
    except ValueError:  # the text is no JSON, and its places do not matter
        return symbol


def _entry(top: _Container | None, offset: int) -> tuple[str, int]:
    """Return the location of the value that begins at an offset, and where its entry begins."""
    if top is None:
        return "", offset
    if top.is_object:
        return f"{top.location}/{top.key}", top.offset
    return f"{top.location}/{top.index}", offset


def _mark(one: Diagnostic, offsets: dict[str, int], text: str, file: str) -> Mark:
    if one.mark.line:
        return replace(one.mark, file=file)
    location = one.field
    while location and location not in offsets:
        location = location.rpartition("/")[0]
    offset = offsets.get(location or "/", 0)
    begin = text.rfind("\n", 0, offset) + 1
    return Mark(file=file, line=text.count("\n", 0, offset) + 1, column=offset - begin + 1)
