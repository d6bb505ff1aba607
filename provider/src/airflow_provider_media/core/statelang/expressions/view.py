"""The values that an expression can read during evaluation."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from airflow_provider_media.core.statelang.jsontext import Json


class _Absent:
    """The type of :data:`ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""Marks an absent value; ``None`` is JSON's null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The values that paths, intrinsic functions and JSONata expressions can read.

    :param input: the value of ``$`` (JSONPath) or ``$states.input`` (JSONata).
    :param context: the context object, ``$$`` or ``$states.context``.
    :param variables: workflow variables by name.
    :param result: ``$states.result``, when the state already has a result.
    :param error_output: ``$states.errorOutput`` inside a catcher.
    :param now: the current time for time functions, taken from the journal, so that a replay reads the same time.
    :param seed: seed of randomness, the same in each replay.
    """

    input: Json
    context: Json = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    result: Json | _Absent = ABSENT
    error_output: Json | _Absent = ABSENT
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    seed: str = ""

    def on(self, value: Json) -> View:
        """Return the same view with another ``$``."""
        return self if value is self.input else replace(self, input=value)

    def random(self, use: str) -> random.Random:
        """Return a random source that gives the same numbers for the same use in each replay."""
        return random.Random(f"{self.seed}|{use}")  # reproducible on purpose; nothing secret comes from it
