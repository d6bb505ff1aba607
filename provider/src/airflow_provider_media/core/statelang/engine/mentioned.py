"""URIs of files in the data of an execution."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from airflow_provider_media.core.statelang.engine.visits import ExecutionHistory
from airflow_provider_media.core.statelang.jsontext import Json

SHOWN = ("image/", "video/", "audio/")
"""Beginnings of the media types that a browser shows without running anything."""
_URI = re.compile(r"[a-z][a-z0-9+.-]*://\S+")


def uris_in(value: Json) -> Iterator[str]:
    """Yield the texts in JSON that are URIs."""
    ahead: list[Json] = [value]
    while ahead:
        now = ahead.pop()
        if isinstance(now, str) and _URI.fullmatch(now):
            yield now
        elif isinstance(now, Mapping):
            ahead += now.values()
        elif isinstance(now, Iterable) and not isinstance(now, str):
            ahead += now


def media_type_of(uri: str) -> str | None:
    """Return the media type of a picture, film or sound by the ending of its name; None for any other file."""
    found = mimetypes.guess_type(uri)[0] or ""
    return found if found.startswith(SHOWN) else None


def made_media(history: ExecutionHistory) -> frozenset[str]:
    """Return the URIs of media that Task states have brought into an execution.

    Neither the input of the execution names them, nor that of the Task state: what another state has made of texts in
    the input only passes through it.

    Whoever may start an execution chooses its input, and must not choose the files that others get to see.
    """
    tasks = (visit for visit in history.visits if visit.kind == "Task")
    found = chain.from_iterable(set(uris_in(visit.output)).difference(uris_in(visit.input)) for visit in tasks)
    return frozenset(filter(media_type_of, found)) - frozenset(uris_in(history.execution.input))
