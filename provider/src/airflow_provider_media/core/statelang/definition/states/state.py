"""The base class of states, and the machine."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.retry import Catcher, Retrier
from airflow_provider_media.core.statelang.expressions.flow import Flow


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a machine.

    :param name: the state's name.
    :param flow: the state's data flow.
    :param jsonata: whether the query language is JSONata, else JSONPath.
    :param next: the state that follows; ``None`` when the field is absent, as at the machine's end.
    :param retry: retriers in order.
    :param catch: catchers in order.
    :param comment: the author's comment.
    """

    kind: ClassVar[str] = ""
    counts_retries: ClassVar[bool] = False

    name: str
    flow: Flow
    jsonata: bool = False
    next: str | None = None
    retry: tuple[Retrier, ...] = ()
    catch: tuple[Catcher, ...] = ()
    comment: str = ""

    @property
    def successors(self) -> tuple[str, ...]:
        """All states that may follow, in the order of the definition."""
        found = [self.next, *(catcher.next for catcher in self.catch)]
        return tuple(dict.fromkeys(name for name in found if name is not None))

    @property
    def inner(self) -> tuple[Machine, ...]:
        """Machines inside this state: branches, or a Map's processor."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A state machine, a branch, or a Map's processor.

    :param start_at: name of the first state.
    :param states: states by name, in the order of the definition.
    :param comment: the author's comment.
    :param timeout_seconds: time limit, after which the execution ends as TIMED_OUT; ``None`` for no limit.
    """

    start_at: str
    states: Mapping[str, State] = field(default_factory=dict)
    comment: str = ""
    timeout_seconds: float | None = None

    def walk(self) -> Generator[tuple[str, State], None, None]:
        """Yield all states with their paths, states of inner machines included."""
        yield from _paths(self, "")


def _paths(machine: Machine, prefix: str) -> Generator[tuple[str, State], None, None]:
    for name, state in machine.states.items():
        yield f"{prefix}/{name}", state
        for number, inner in enumerate(state.inner):
            yield from _paths(inner, f"{prefix}/{name}[{number}]")
