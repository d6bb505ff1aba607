"""Intrinsic functions (Amazon States Language, "Intrinsic Functions") as plain functions of JSON values."""

from __future__ import annotations

import base64
import hashlib
import math
import random
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from airflow_provider_media.core.statelang.jsontext import Json, compact, is_number, least_size, read_json
from airflow_provider_media.core.statelang.limits import TEXT_CHARACTERS

MAX_CHARACTERS = 10_000
MAX_RANGE = 1_000
HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class Failed(Exception):
    """A function rejects its arguments; the message says why."""


@dataclass(frozen=True, slots=True)
class IntrinsicFunction:
    """An intrinsic function and the types of its arguments.

    :param body: the Python function.
    :param kinds: one letter per argument: s string, n number, a array, o object, b boolean, x any.
    :param optional: how many of the last arguments may be left out.
    :param rest: whether the last kind repeats.
    :param chance: whether the first argument of ``body`` is a source of randomness.
    """

    body: Callable[..., Json]
    kinds: str
    optional: int = 0
    rest: bool = False
    chance: bool = False

    def takes(self, count: int) -> bool:
        """Return whether the function takes that many arguments."""
        least = len(self.kinds) - self.optional
        return count >= least and (self.rest or count <= len(self.kinds))

    def accepts(self, number: int, value: Json) -> bool:
        """Return whether the argument at this index may have this value."""
        return _KINDS[self.kinds[min(number, len(self.kinds) - 1)]](value)

    def call(self, values: list[Json], source: Callable[[], random.Random]) -> Json:
        """Check the arguments and call the function.

        :param source: makes the source of randomness, on demand, because making one takes longer than most functions.
        :raises Failed: when the function rejects the arguments.
        """
        for number, value in enumerate(values):
            if not self.accepts(number, value):
                raise Failed(f"Invalid arguments: argument {number + 1} is of the wrong type")
        return self.body(source(), *values) if self.chance else self.body(*values)


_KINDS: dict[str, Callable[[Json], bool]] = {
    "x": lambda _: True,
    "s": lambda value: isinstance(value, str),
    "n": is_number,
    "a": lambda value: isinstance(value, list),
    "o": lambda value: isinstance(value, dict),
    "b": lambda value: isinstance(value, bool),
}


def round_half_up(number: float) -> int:
    """Round as the service does: halves go up, also below zero."""
    if not math.isfinite(number):
        raise Failed("A number is too large")
    return math.floor(number + 0.5)


def java_text(value: Json) -> str:
    """Return a value as ``States.Format`` prints it: objects and arrays in Java's style, strings without quotes."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={java_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(java_text(item) for item in value) + "]"
    return compact(value)


def _format(template: str, *arguments: Json) -> str:
    pieces = re.split(r"(\\.|\{\})", template, flags=re.DOTALL)
    if pieces.count("{}") != len(arguments):
        raise Failed("Number of arguments do not match the occurrences of {}")
    if sum(least_size(argument, TEXT_CHARACTERS) for argument in arguments) > TEXT_CHARACTERS:
        raise Failed(f"The text would be longer than {TEXT_CHARACTERS} characters")
    values = iter(arguments)
    return "".join(java_text(next(values)) if piece == "{}" else _plain(piece) for piece in pieces)


def _plain(piece: str) -> str:
    return piece[1] if len(piece) == 2 and piece[0] == "\\" and piece[1] in "'{}\\" else piece


def _string_to_json(text: str) -> Json:
    if not text.strip():
        # The service's JSON reader returns null for a blank text.
        return None
    try:
        return read_json(text)
    except ValueError as error:
        raise Failed(f"Invalid JSON: {error}") from error


def _array_partition(items: list[Json], length: float) -> list[Json]:
    step = round_half_up(length)
    if step < 1:
        raise Failed("The chunk size must be a positive integer")
    return [items[start : start + step] for start in range(0, len(items), step)]


def _array_range(first: float, last: float, step: float) -> list[int]:
    start, stop, stride = (round_half_up(number) for number in (first, last, step))
    if stride == 0:
        raise Failed("The step must not be zero")
    found = range(start, stop + (1 if stride > 0 else -1), stride)
    if len(found) > MAX_RANGE:
        raise Failed(f"The range must not hold more than {MAX_RANGE} items")
    return list(found)


def same(one: Json, other: Json) -> bool:
    """Return whether two JSON values are equal. In Python ``True`` equals ``1``, in JSON it does not."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return bool(one == other)


def _array_get_item(items: list[Json], index: float) -> Json:
    position = round_half_up(index)
    if not 0 <= position < len(items):
        raise Failed(f"The index {position} is out of bounds for an array of {len(items)} items")
    return items[position]


def _array_unique(items: list[Json]) -> list[Json]:
    found: list[Json] = []
    for item in items:
        if not any(same(item, other) for other in found):
            found.append(item)
    return found


def _limited(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise Failed(f"The string must not be longer than {MAX_CHARACTERS} characters")
    return text


def _utf8(text: str) -> bytes:
    """Encode a text as UTF-8. JSON may hold half a surrogate pair, which becomes ``?`` as in the service."""
    return text.encode("utf-8", "replace")


def _base64_encode(text: str) -> str:
    return base64.b64encode(_utf8(_limited(text))).decode()


def _base64_decode(text: str) -> str:
    try:
        return base64.b64decode(_limited(text), validate=True).decode()
    except ValueError as error:
        raise Failed(f"Invalid Base64: {error}") from error


def digest(value: Json, algorithm: str) -> str:
    """Return the hash of a string, or of a value's JSON text, in hexadecimal.

    :raises Failed: when the algorithm is not MD5, SHA-1, SHA-256, SHA-384 or SHA-512.
    :raises Failed: when the text has more than 10,000 characters.
    """
    if algorithm not in HASHES:
        raise Failed(f"Unknown algorithm '{algorithm}'; allowed are {', '.join(HASHES)}")
    text = value if isinstance(value, str) else compact(value)
    return hashlib.new(HASHES[algorithm], _utf8(_limited(text)), usedforsecurity=False).hexdigest()


def _json_merge(one: dict[str, Json], other: dict[str, Json], deep: bool) -> dict[str, Json]:
    if deep:
        raise Failed("Deep merging is not supported; the third argument must be false")
    return one | other


def _math_random(source: random.Random, first: float, last: float, seed: float | None = None) -> int:
    low, high = round_half_up(first), round_half_up(last)
    if low >= high:
        raise Failed("The start number must be less than the end number")
    # A seed asks for the same number each time. Without a seed, the number differs between executions.
    return (source if seed is None else random.Random(round_half_up(seed))).randrange(low, high)


def _string_split(text: str, delimiters: str) -> list[str]:
    pieces = re.split(f"[{re.escape(delimiters)}]", text) if delimiters else [text]
    return [piece for piece in pieces if piece]


def random_uuid(source: random.Random) -> str:
    """Return a version 4 UUID from the given source of randomness."""
    return str(uuid.UUID(int=source.getrandbits(128), version=4))


FUNCTIONS: dict[str, IntrinsicFunction] = {
    "Format": IntrinsicFunction(_format, "sx", optional=1, rest=True),
    "StringToJson": IntrinsicFunction(_string_to_json, "s"),
    "JsonToString": IntrinsicFunction(compact, "x"),
    "Array": IntrinsicFunction(lambda *items: list(items), "x", optional=1, rest=True),
    "ArrayPartition": IntrinsicFunction(_array_partition, "an"),
    "ArrayContains": IntrinsicFunction(lambda items, wanted: any(same(item, wanted) for item in items), "ax"),
    "ArrayRange": IntrinsicFunction(_array_range, "nnn"),
    "ArrayGetItem": IntrinsicFunction(_array_get_item, "an"),
    "ArrayLength": IntrinsicFunction(len, "a"),
    "ArrayUnique": IntrinsicFunction(_array_unique, "a"),
    "Base64Encode": IntrinsicFunction(_base64_encode, "s"),
    "Base64Decode": IntrinsicFunction(_base64_decode, "s"),
    "Hash": IntrinsicFunction(digest, "xs"),
    "JsonMerge": IntrinsicFunction(_json_merge, "oob"),
    "MathRandom": IntrinsicFunction(_math_random, "nnn", optional=1, chance=True),
    "MathAdd": IntrinsicFunction(lambda one, other: round_half_up(one) + round_half_up(other), "nn"),
    "StringSplit": IntrinsicFunction(_string_split, "ss"),
    "UUID": IntrinsicFunction(random_uuid, "", chance=True),
}
