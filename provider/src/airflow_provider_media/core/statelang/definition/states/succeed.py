"""Succeed: ends the machine, branch or iteration with its output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.states.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class SucceedState(State):
    """A state that ends the machine, branch or iteration with success."""

    kind: ClassVar[str] = "Succeed"
