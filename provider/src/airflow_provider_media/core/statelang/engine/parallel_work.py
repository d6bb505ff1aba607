"""The work of a Parallel state: its branches run concurrently, each with a copy of the input."""

from __future__ import annotations

from airflow_provider_media.core.statelang.definition.states.parallel import ParallelState
from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.engine.steps import Fork, Walk, walk_machine, work
from airflow_provider_media.core.statelang.errors import StateError


@work.register
def run_branches(state: ParallelState, visit: VisitScope) -> Walk:
    """Run all branches; the result is the array of outputs in the order of the branches."""
    value = state.flow.effective_input(visit.view())
    visit.scope.record("ParallelStateStarted", name=state.name)

    def branch(index: int) -> Walk:
        return walk_machine(state.branches[index], visit.scope.inner(visit.inner_path(index)), value)

    try:
        results = yield Fork(count=len(state.branches), start=branch)
    except StateError:
        visit.scope.record("ParallelStateFailed", name=state.name)
        raise
    visit.scope.record("ParallelStateSucceeded", name=state.name)
    return results
