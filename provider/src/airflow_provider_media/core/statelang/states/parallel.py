"""Parallel: runs branches concurrently, each with a copy of the input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.engine.steps import Fork, Walk, walk_machine
from airflow_provider_media.core.statelang.errors import StateError
from airflow_provider_media.core.statelang.states.state import Machine, State


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

    def work(self, visit: VisitScope) -> Walk:
        """Run all branches; the result is the array of outputs in the order of the branches."""
        value = self.flow.effective_input(visit.view())
        visit.scope.record("ParallelStateStarted", name=self.name)

        def branch(index: int) -> Walk:
            return walk_machine(self.branches[index], visit.scope.inner(visit.inner_path(index)), value)

        try:
            results = yield Fork(count=len(self.branches), start=branch)
        except StateError:
            visit.scope.record("ParallelStateFailed", name=self.name)
            raise
        visit.scope.record("ParallelStateSucceeded", name=self.name)
        return results
