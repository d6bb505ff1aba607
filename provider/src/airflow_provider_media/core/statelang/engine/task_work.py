"""The work of a Task state: it requests the task and returns its result."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from airflow_provider_media.core.statelang.definition.states.task import TaskState
from airflow_provider_media.core.statelang.engine.effects import StartTask
from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.engine.steps import Request, Transition, Walk, attempt, work
from airflow_provider_media.core.statelang.errors import TIMEOUT, StateError
from airflow_provider_media.core.statelang.limits import check_result

TASK_EVENTS = {"lambda": "LambdaFunction", "activity": "Activity", "service": "Task"}
"""Beginning of the event types of a task, by the family of its resource."""


@attempt.register
def attempt_task(state: TaskState, visit: VisitScope) -> Generator[Request, Any, Transition]:
    """Make one attempt, and check the size of the result before the output is computed."""
    result = yield from work(state, visit)
    check_result(result, state.resource.service)
    view = visit.view(**task_token(state, visit))
    output = state.flow.output(view, result)
    return Transition(next=state.next, output=output, assigned=state.flow.assignments(view, result))


@work.register
def request_task(state: TaskState, visit: VisitScope) -> Walk:
    """Request the task and return its result."""
    view = visit.view(**task_token(state, visit))
    timeout, heartbeat = state.limits(visit.view())
    effect = StartTask(
        id=visit.id,
        resource=state.resource.text,
        arguments=state.sent(state.flow.effective_input(view)),
        context=view.context,
        timeout_seconds=timeout,
        heartbeat_seconds=heartbeat,
        credentials=None if state.credentials is None else state.credentials.evaluate(view, "Credentials"),
    )
    events = TASK_EVENTS[state.resource.family]
    visit.scope.record(f"{events}Scheduled", resource=state.resource.text, input=effect.arguments)
    visit.scope.record(f"{events}Started", resource=state.resource.text)
    try:
        result = yield effect
    except StateError as error:
        end = "TimedOut" if error.error == TIMEOUT else "Failed"
        visit.scope.record(f"{events}{end}", resource=state.resource.text, error=error.error, cause=error.cause)
        raise
    if state.resource.pattern:
        visit.scope.record(f"{events}Submitted", resource=state.resource.text)
    visit.scope.record(f"{events}Succeeded", resource=state.resource.text, output=result)
    return result


def task_token(state: TaskState, visit: VisitScope) -> dict[str, Any]:
    """Return the task token as part of the context object; empty when the resource has no token."""
    return {"Task": {"Token": f"{visit.scope.seed}{visit.id}"}} if state.resource.has_token else {}
