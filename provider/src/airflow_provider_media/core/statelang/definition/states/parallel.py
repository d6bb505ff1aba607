"""Parallel: runs branches concurrently, each with a copy of the input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.states.state import Machine, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelState(State):
    """A state that runs branches concurrently. The first failed branch ends all branches.

    :param branches: one machine per branch.
    """

    kind: ClassVar[str] = "Parallel"
    branches: tuple[Machine, ...] = ()

    @property
    def inner(self) -> tuple[Machine, ...]:
        """The branches."""
        return self.branches
