"""Form encoding of an HTTP task's body.

Source: "Applying URL-encoding on request body", AWS Step Functions developer guide.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Literal, get_args
from urllib.parse import quote

ArrayFormat = Literal["INDICES", "REPEAT", "COMMAS", "BRACKETS"]
ARRAY_FORMATS = get_args(ArrayFormat)


def form(body: Mapping[str, Any], arrays: ArrayFormat = "INDICES") -> str:
    """Return a JSON object as a form.

    :param arrays: how the form marks the items of an array: by index, by repeated names, by commas in one value, or by
        empty brackets.
    """
    fields = chain.from_iterable(_fields(name, value, arrays) for name, value in body.items())
    return "&".join(f"{quote(name, safe='')}={quote(_text(value), safe='')}" for name, value in fields)


def _fields(name: str, value: Any, arrays: ArrayFormat) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for inner, item in value.items():
            yield from _fields(f"{name}[{inner}]", item, arrays)
    elif isinstance(value, list) and arrays == "COMMAS":
        yield name, ",".join(map(_text, value))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            ending = {"INDICES": f"[{index}]", "BRACKETS": "[]", "REPEAT": ""}[arrays]
            yield from _fields(f"{name}{ending}", item, arrays)
    else:
        yield name, value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
