"""Task: calls a resource."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from airflow_provider_media.core.statelang.definition.states.state import State
from airflow_provider_media.core.statelang.expressions.flow.amount import Amount, measure, refusal
from airflow_provider_media.core.statelang.expressions.flow.template import Template
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, compact, is_integer
from airflow_provider_media.core.statelang.limits import SECONDS

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

    def limits(self, view: View) -> tuple[float | None, float | None]:
        """Return the seconds until the timeout and between heartbeats, each ``None`` for no limit.

        :raises StateError: when a value is no valid number of seconds.
        """
        return _seconds(self.timeout_seconds, view, "TimeoutSeconds"), _seconds(
            self.heartbeat_seconds, view, "HeartbeatSeconds"
        )

    def sent(self, value: Json) -> Json:
        """Return the arguments that the task sends: an API call leaves out parameters that are null."""
        if self.resource.family == "service" and isinstance(value, dict):
            return {key: item for key, item in value.items() if item is not None}
        return value


def _seconds(source: Amount | None, view: View, field: str) -> float | None:
    if source is None:
        return None
    value = measure(source, view, field)
    if not is_integer(value) or not 0 < value <= SECONDS:
        raise refusal(source)(f"The {field} field must be a positive number of seconds but was: {compact(value)}")
    return float(value)
