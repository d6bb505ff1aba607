"""The work of states that need nothing but their input and the clock: Pass, Wait, Choice and Fail."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from airflow_provider_media.core.statelang.definition.states.choice import ChoiceState
from airflow_provider_media.core.statelang.definition.states.fail import FailState
from airflow_provider_media.core.statelang.definition.states.pass_ import PassState
from airflow_provider_media.core.statelang.definition.states.wait import WaitState
from airflow_provider_media.core.statelang.engine.effects import Timer
from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.engine.steps import Request, Transition, Walk, attempt, work
from airflow_provider_media.core.statelang.errors import NO_CHOICE_MATCHED, StateError
from airflow_provider_media.core.statelang.expressions.choice import Rule
from airflow_provider_media.core.statelang.expressions.flow import JsonataFlow
from airflow_provider_media.core.statelang.expressions.view import ABSENT, View


@work.register
def pass_on(state: PassState, visit: VisitScope) -> Walk:
    """Return the fixed result, or the effective input."""
    yield from ()  # a Pass needs no request
    value = state.flow.effective_input(visit.view())
    return value if state.result is ABSENT else state.result


@work.register
def wait_until(state: WaitState, visit: VisitScope) -> Walk:
    """Wait, then return the effective input."""
    view = visit.view()
    value = state.flow.effective_input(view)
    until = state.until(view.on(value) if not state.jsonata else view)
    if until > visit.scope.clock.now:
        yield Timer(id=f"{visit.id}!wait", until=until)
    return value


@attempt.register
def attempt_fail(state: FailState, visit: VisitScope) -> Generator[Request, Any, Transition]:
    """Raise the error.

    :raises StateError: always.
    """
    yield from ()  # a Fail needs no request
    raise state.raised(visit.view())


@attempt.register
def attempt_choice(state: ChoiceState, visit: VisitScope) -> Generator[Request, Any, Transition]:
    """Return the transition of the first matching rule, or of the default.

    :raises StateError: ``States.NoChoiceMatched`` when no rule matches and there is no default.
    """
    yield from ()  # a Choice needs no request
    return decide(state, visit.view())


def decide(state: ChoiceState, view: View) -> Transition:
    """Return the transition of a Choice in a view whose input is the state's raw input.

    :raises StateError: ``States.NoChoiceMatched`` when no rule matches and there is no default.
    """
    selected = view.on(state.flow.select(view))
    rule = next((rule for rule in state.rules if rule.test.holds(selected)), None)
    if rule is None and state.default is None:
        raise StateError(NO_CHOICE_MATCHED, "State's input did not match any choice rules and no default was specified")
    flow = state.flow if rule is None else _of_rule(state, rule)
    target = state.default if rule is None else rule.next
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
