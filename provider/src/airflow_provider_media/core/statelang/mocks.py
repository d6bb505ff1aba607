"""A world to try a machine in: answers instead of tasks, and time that passes at once."""

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
    """Answers of tasks, by the name of the state or by its resource.

    An answer is the result, ``{"Error": …, "Cause": …}`` for a failure, or a list of those: the first call gets the first, the last
    is repeated. A result that is itself a list stands in a list.

    :param answers: answers by state or resource; that of the state goes first.
    """

    answers: Mapping[str, Json]
    calls: Counter[str] = field(default_factory=Counter)

    def __call__(self, resource: str, arguments: Json, context: Json) -> Json:
        """Do as the task would.

        :raises TaskFailed: where the answer is a failure.
        :raises ConfigurationError: where there is no answer.
        """
        state = str(context["State"]["Name"])
        key = next((name for name in (state, resource) if name in self.answers), None)
        if key is None:
            raise ConfigurationError(f"the state {state!r} calls {resource}, for which there is no mock: add {state!r} or {resource!r}")
        answer = self.answers[key]
        if isinstance(answer, list) and answer:
            answer = answer[min(self.calls[key], len(answer) - 1)]
        self.calls[key] += 1
        if isinstance(answer, Mapping) and answer and _FAILURE.issuperset(answer):
            raise TaskFailed(answer.get("Error"), answer.get("Cause"))
        return answer


class FastClock:
    """Time that passes at once when somebody sleeps."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def now(self) -> datetime:
        """The time in UTC."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Go on by that many seconds."""
        self.time += timedelta(seconds=max(0.0, seconds))
