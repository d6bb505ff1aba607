"""Task: calls a resource."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, ClassVar

from airflow_provider_media.core.statelang.engine.effects import StartTask
from airflow_provider_media.core.statelang.engine.scope import VisitScope
from airflow_provider_media.core.statelang.engine.steps import Request, Transition, Walk
from airflow_provider_media.core.statelang.errors import TIMEOUT, StateError
from airflow_provider_media.core.statelang.flow.amount import Amount, measure, refusal
from airflow_provider_media.core.statelang.flow.template import Template
from airflow_provider_media.core.statelang.jsontext import Json, compact, is_integer
from airflow_provider_media.core.statelang.limits import SECONDS, check_result
from airflow_provider_media.core.statelang.states.state import State
from airflow_provider_media.core.statelang.view import View

_INTEGRATION = re.compile(r"arn:[^:]*:states:[^:]*:[^:]*:(?P<service>aws-sdk:[^:.]+|[^:.]+):(?P<action>.+)")
_PATTERNS = (".waitForTaskToken", ".sync:2", ".sync")


@dataclass(frozen=True, slots=True)
class Resource:
    """The resource of a Task state, with the parts of its name.

    :param text: the ARN or QRN in the definition.
    """

    text: str

    @property
    def pattern(self) -> str:
        """``.sync``, ``.sync:2``, ``.waitForTaskToken``, or empty for request and response."""
        return next((suffix for suffix in _PATTERNS if self.text.endswith(suffix)), "")

    @property
    def family(self) -> str:
        """``lambda``, ``activity`` or ``service``; the family selects the event types."""
        if ":function:" in self.text:
            return "lambda"
        return "activity" if ":activity:" in self.text else "service"

    @property
    def service(self) -> str:
        """The service of an integration; for other resources, the resource itself."""
        found = _INTEGRATION.fullmatch(self.text)
        return found["service"] if found and self.family == "service" else self.text

    @property
    def has_token(self) -> bool:
        """Whether the context object holds a task token."""
        return self.pattern != "" or self.family == "activity"

    @property
    def is_answered(self) -> bool:
        """Whether a callback with the task token ends the task, instead of polling for its end."""
        return self.pattern == ".waitForTaskToken" or self.family == "activity"


_EVENTS = {"lambda": "LambdaFunction", "activity": "Activity", "service": "Task"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskState(State):
    """A state that calls a resource outside of the machine.

    :param resource: the resource.
    :param timeout_seconds: ``TimeoutSeconds`` as a number, path or expression, or ``None``.
    :param heartbeat_seconds: ``HeartbeatSeconds`` as a number, path or expression, or ``None``.
    :param credentials: ``Credentials``, which name the role whose rights the task uses, or ``None``.
    """

    kind: ClassVar[str] = "Task"
    counts_retries: ClassVar[bool] = True

    resource: Resource
    timeout_seconds: Amount | None = None
    heartbeat_seconds: Amount | None = None
    credentials: Template | None = None

    def run(self, visit: VisitScope) -> Generator[Request, Any, Transition]:
        """Make one attempt, and check the size of the result before the output is computed."""
        result = yield from self.work(visit)
        check_result(result, self.resource.service)
        view = visit.view(**self.token(visit))
        output = self.flow.output(view, result)
        return Transition(next=self.next, output=output, assigned=self.flow.assignments(view, result))

    def work(self, visit: VisitScope) -> Walk:
        """Request the task and return its result."""
        view = visit.view(**self.token(visit))
        timeout, heartbeat = self.limits(visit.view())
        effect = StartTask(
            id=visit.id,
            resource=self.resource.text,
            arguments=self.sent(self.flow.effective_input(view)),
            context=view.context,
            timeout_seconds=timeout,
            heartbeat_seconds=heartbeat,
            credentials=None if self.credentials is None else self.credentials.evaluate(view, "Credentials"),
        )
        events = _EVENTS[self.resource.family]
        visit.scope.record(f"{events}Scheduled", resource=self.resource.text, input=effect.arguments)
        visit.scope.record(f"{events}Started", resource=self.resource.text)
        try:
            result = yield effect
        except StateError as error:
            end = "TimedOut" if error.error == TIMEOUT else "Failed"
            visit.scope.record(f"{events}{end}", resource=self.resource.text, error=error.error, cause=error.cause)
            raise
        if self.resource.pattern:
            visit.scope.record(f"{events}Submitted", resource=self.resource.text)
        visit.scope.record(f"{events}Succeeded", resource=self.resource.text, output=result)
        return result

    def limits(self, view: View) -> tuple[float | None, float | None]:
        """Return the seconds until the timeout and between heartbeats, each ``None`` for no limit.

        :raises StateError: when a value is no valid number of seconds.
        """
        return _seconds(self.timeout_seconds, view, "TimeoutSeconds"), _seconds(self.heartbeat_seconds, view, "HeartbeatSeconds")

    def sent(self, value: Json) -> Json:
        """Return the arguments that the task sends: an API call leaves out parameters that are null."""
        if self.resource.family == "service" and isinstance(value, dict):
            return {key: item for key, item in value.items() if item is not None}
        return value

    def token(self, visit: VisitScope) -> dict[str, Any]:
        """Return the task token as part of the context object; empty when the resource has no token."""
        return {"Task": {"Token": f"{visit.scope.seed}{visit.id}"}} if self.resource.has_token else {}


def _seconds(source: Amount | None, view: View, field: str) -> float | None:
    if source is None:
        return None
    value = measure(source, view, field)
    if not is_integer(value) or not 0 < value <= SECONDS:
        raise refusal(source)(f"The {field} field must be a positive number of seconds but was: {compact(value)}")
    return float(value)
