"""What an expression can see while it is evaluated."""

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
"""Told from ``None``, which is JSON's null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The values in reach of paths, intrinsic functions and JSONata.

    :param input: what ``$`` (JSONPath) or ``$states.input`` (JSONata) is.
    :param context: the context object, ``$$`` or ``$states.context``.
    :param variables: workflow variables by name.
    :param result: ``$states.result`` where the state has one by now.
    :param error_output: ``$states.errorOutput`` inside a catcher.
    :param now: the moment that functions of time give; taken from the journal, so that a replay sees the same.
    :param seed: what randomness grows from; the same in each replay.
    """

    input: Json
    context: Json = field(default_factory=dict)
    variables: Mapping[str, Json] = field(default_factory=dict)
    result: Json | _Absent = ABSENT
    error_output: Json | _Absent = ABSENT
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    seed: str = ""

    def on(self, value: Json) -> View:
        """The same view with another ``$``."""
        return self if value is self.input else replace(self, input=value)

    def random(self, use: str) -> random.Random:
        """A source of randomness that gives the same numbers for the same use in each replay."""
        return random.Random(f"{self.seed}|{use}")  # noqa: S311  reproducible on purpose; nothing secret comes from it
