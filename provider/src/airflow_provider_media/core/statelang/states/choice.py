"""Choice: the first matching rule selects the next state."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from airflow_provider_media.core.statelang.choice import Rule
from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.engine.steps import Request, Transition
from airflow_provider_media.core.statelang.errors import NO_CHOICE_MATCHED, StateError
from airflow_provider_media.core.statelang.flow import JsonataFlow
from airflow_provider_media.core.statelang.states.state import State
from airflow_provider_media.core.statelang.view import View


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

    def run(self, visit: VisitScope) -> Generator[Request, Any, Transition]:
        """Return the transition of the first matching rule, or of the default.

        :raises StateError: ``States.NoChoiceMatched`` when no rule matches and there is no default.
        """
        return self.decide(visit.view())
        yield

    def decide(self, view: View) -> Transition:
        """Return the transition in a view whose input is the state's raw input."""
        selected = view.on(self.flow.select(view))
        rule = next((rule for rule in self.rules if rule.test.holds(selected)), None)
        if rule is None and self.default is None:
            raise StateError(NO_CHOICE_MATCHED, "State's input did not match any choice rules and no default was specified")
        flow = self.flow if rule is None else _of_rule(self, rule)
        target = self.default if rule is None else rule.next
        output = flow.output(view, selected.input)
        return Transition(next=target, output=output, assigned=flow.assignments(view, selected.input))


def _of_rule(state: ChoiceState, rule: Rule) -> Any:
    """Return the data flow of a matching rule, with the rule's own ``Assign`` and ``Output`` or none.

    The ``Assign`` and ``Output`` of the state apply only to the default.
    """
    flow: Any = state.flow
    if isinstance(flow, JsonataFlow):
        return replace(flow, assign=rule.assign, output_template=rule.output)
    return replace(flow, assign=rule.assign)
