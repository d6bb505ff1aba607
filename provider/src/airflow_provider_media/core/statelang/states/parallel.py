"""Parallel: branches side by side, each with a copy of the input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.engine.steps import Fork, Walk, walk_machine
from airflow_provider_media.core.statelang.errors import StateError
from airflow_provider_media.core.statelang.states.state import Machine, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelState(State):
    """A split into branches; the first that fails ends them all.

    :param branches: machines, each a branch.
    """

    kind: ClassVar[str] = "Parallel"
    branches: tuple[Machine, ...] = ()

    @property
    def inner(self) -> tuple[Machine, ...]:
        """The branches."""
        return self.branches

    def work(self, visit: VisitScope) -> Walk:
        """Run all branches; the result is the array of their outputs, in their order."""
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
