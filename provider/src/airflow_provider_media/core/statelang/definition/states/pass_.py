"""Pass: passes on its input or a fixed result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.states.state import State
from airflow_provider_media.core.statelang.expressions.view import ABSENT
from airflow_provider_media.core.statelang.jsontext import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PassState(State):
    """A state that passes on its input or a fixed result.

    :param result: ``Result``, a literal value and no payload template.
    """

    kind: ClassVar[str] = "Pass"
    result: Json = ABSENT
