"""Choice: the first rule that holds says where to go."""

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
    """A fork in the road.

    :param rules: rules in order.
    :param default: where to go when none holds; ``None`` makes that an error.
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
        """Find the way and hand on the input.

        :raises StateError: ``States.NoChoiceMatched`` where no rule holds and there is no default.
        """
        return self.decide(visit.view())
        yield

    def decide(self, view: View) -> Transition:
        """The transition for what is in view, whose input is the state's raw input."""
        selected = view.on(self.flow.select(view))
        rule = next((rule for rule in self.rules if rule.test.holds(selected)), None)
        if rule is None and self.default is None:
            raise StateError(NO_CHOICE_MATCHED, "State's input did not match any choice rules and no default was specified")
        flow = self.flow if rule is None else _of_rule(self, rule)
        target = self.default if rule is None else rule.next
        output = flow.output(view, selected.input)
        return Transition(next=target, output=output, assigned=flow.assignments(view, selected.input))


def _of_rule(state: ChoiceState, rule: Rule) -> Any:
    """The data flow of a rule: the state's own ``Assign`` and ``Output`` are for the default, a matched rule brings its own or none."""
    flow: Any = state.flow
    if isinstance(flow, JsonataFlow):
        return replace(flow, assign=rule.assign, output_template=rule.output)
    return replace(flow, assign=rule.assign)
