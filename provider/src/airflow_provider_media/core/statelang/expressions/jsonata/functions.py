"""Functions that the service adds to JSONata (AWS developer guide, "Transforming data with JSONata")."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from airflow_provider_media.core.statelang.expressions.intrinsics.functions import Failed, digest, random_uuid
from airflow_provider_media.core.statelang.jsontext import Json, is_number, read_json
from airflow_provider_media.core.statelang.limits import PAYLOAD_BYTES

MAX_RANGE = PAYLOAD_BYTES // 2
"""A payload has no room for more numbers."""


def partition(items: Json, length: Json = None) -> Json:
    """Split an array into arrays of at most ``length`` items; undefined stays undefined."""
    if items is None:
        return None
    if not is_number(length) or int(length) < 1:
        raise Failed("the second argument of $partition must be a positive number")
    whole = items if isinstance(items, list) else [items]
    step = int(length)
    return [whole[start : start + step] for start in range(0, len(whole), step)]


def number_range(first: Json, last: Json, step: Json) -> Json:
    """Return numbers from ``first`` to ``last`` inclusive; a single number has no array, as in JSONata's sequences."""
    if not all(is_number(number) and math.isfinite(number) for number in (first, last, step)) or step == 0:
        raise Failed("$range takes three numbers, and a step other than 0")
    steps = (last - first) / step + 1e-9
    if not steps < MAX_RANGE:
        raise Failed(f"$range must not give more than {MAX_RANGE} numbers")
    count = math.floor(max(steps, -1)) + 1
    found = [whole(first + step * number) for number in range(max(0, count))]
    return found[0] if len(found) == 1 else found


def whole(number: float) -> Json:
    """Return a number without fraction as an integer, as JavaScript prints it."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def parsed(text: Json) -> Json:
    """Return the value of a JSON text inside an object, because engines take a bare null for undefined."""
    try:
        return {"value": read_json(text)}
    except (TypeError, ValueError) as error:
        raise Failed(f"$parse cannot read its argument: {error}") from error


def seeded_random(source: random.Random) -> Callable[..., Json]:
    """Return ``$random``, which gives the same number for the same seed, else the next number of the given source."""

    def number(seed: Json = None) -> float:
        return (source if seed is None else random.Random(seed)).random()  # no secret comes from it

    return number


def functions(source: random.Random) -> dict[str, Callable[..., Json]]:
    """Return all added functions by name without ``$``; the engines build ``$parse`` from ``$parsed``."""
    return {
        "partition": partition,
        "range": number_range,
        "hash": lambda value, algorithm="SHA-256": digest(value, algorithm),
        "uuid": lambda: random_uuid(source),
        "parsed": parsed,
        "random": seeded_random(source),
    }
