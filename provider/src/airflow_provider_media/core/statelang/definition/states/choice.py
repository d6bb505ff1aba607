"""Choice: the first matching rule selects the next state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.states.state import State
from airflow_provider_media.core.statelang.expressions.choice import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceState(State):
    """A state that selects the next state by rules.

    :param rules: rules in order.
    :param default: next state when no rule matches; ``None`` makes that case an error.
    """

    kind: ClassVar[str] = "Choice"
    rules: tuple[Rule, ...] = ()
    default: str | None = None

    @property
    def successors(self) -> tuple[str, ...]:
        """All states that may follow."""
        found = [*(rule.next for rule in self.rules), self.default]
        return tuple(dict.fromkeys(name for name in found if name is not None))
