"""Test doubles for state machines: mocked task answers and a clock that does not wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.statelang.errors import TaskFailed
from airflow_provider_media.core.statelang.jsontext import Json

_FAILURE = frozenset({"Error", "Cause"})


@dataclass(slots=True)
class Mocks:
    """Mocked task answers, by the name of the state or by its resource.

    An answer is a result, ``{"Error": …, "Cause": …}`` for a failure, or a list of those. The first call gets the
    first item of a list, and so on; the last item is repeated. A result that is itself a list must stand in a list.

    :param answers: answers by state or resource; the answer of the state has precedence.
    :param calls: number of calls so far, by key of ``answers``.
    """

    answers: Mapping[str, Json]
    calls: Counter[str] = field(default_factory=Counter)

    def __call__(self, resource: str, arguments: Json, context: Json) -> Json:
        """Return the mocked answer of a task.

        :raises TaskFailed: when the answer is a failure.
        :raises ConfigurationError: when there is no answer for the state or the resource.
        """
        state = str(context["State"]["Name"])
        key = next((name for name in (state, resource) if name in self.answers), None)
        if key is None:
            raise ConfigurationError(
                f"the state {state!r} calls {resource}, for which there is no mock: add {state!r} or {resource!r}"
            )
        answer = self.answers[key]
        if isinstance(answer, list) and answer:
            answer = answer[min(self.calls[key], len(answer) - 1)]
        self.calls[key] += 1
        if isinstance(answer, Mapping) and answer and _FAILURE.issuperset(answer):
            raise TaskFailed(answer.get("Error"), answer.get("Cause"))
        return answer


class FastClock:
    """A virtual clock: sleeping moves its time forward and returns at once."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def now(self) -> datetime:
        """Return the virtual time in UTC."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Move the time forward by a number of seconds."""
        self.time += timedelta(seconds=max(0.0, seconds))
