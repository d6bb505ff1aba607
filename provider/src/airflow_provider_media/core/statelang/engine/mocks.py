"""Test doubles for state machines: mocked task answers and a clock that does not wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from airflow_provider_media.core.statelang.errors import MockMissing, TaskFailed
from airflow_provider_media.core.statelang.jsontext import Json

_FAILURE = frozenset({"Error", "Cause"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MockAnswer:
    """One mocked answer of a task.

    :param result: the result of the task.
    :param failure: the failure of the task, in place of a result.
    """

    result: Json = None
    failure: TaskFailed | None = None

    def give(self) -> Json:
        """Return the result.

        :raises TaskFailed: when the answer is a failure.
        """
        if self.failure is not None:
            raise TaskFailed(self.failure.error, self.failure.cause)
        return self.result


def read_answers(value: Json) -> tuple[MockAnswer, ...]:
    """Return the answers in a file of mocks.

    A value is a result, ``{"Error": …, "Cause": …}`` for a failure, or a list of those. A result that is itself a list
    must stand in a list.
    """
    return tuple(map(_read_answer, value if isinstance(value, list) and value else [value]))


def _read_answer(value: Json) -> MockAnswer:
    if isinstance(value, Mapping) and value and _FAILURE.issuperset(value):
        return MockAnswer(failure=TaskFailed(value.get("Error"), value.get("Cause")))
    return MockAnswer(result=value)


@dataclass(slots=True)
class Mocks:
    """Mocked task answers, by the name of the state or by its resource.

    The first call gets the first answer, and so on; the last answer is repeated.

    :param answers: answers by state or resource; the answers of the state have precedence.
    :param calls: number of calls so far, by key of ``answers``.
    """

    answers: Mapping[str, Sequence[MockAnswer]]
    calls: Counter[str] = field(default_factory=Counter)

    def __call__(self, resource: str, arguments: Json, context: Json) -> Json:
        """Return the mocked answer of a task.

        :raises TaskFailed: when the answer is a failure.
        :raises MockMissing: when there is no answer for the state or the resource.
        """
        state = str(context["State"]["Name"])
        key = next((name for name in (state, resource) if self.answers.get(name)), None)
        if key is None:
            raise MockMissing(
                f"the state {state!r} calls {resource}, for which there is no mock: add {state!r} or {resource!r}",
                state=state,
                resource=resource,
            )
        answer = self.answers[key][min(self.calls[key], len(self.answers[key]) - 1)]
        self.calls[key] += 1
        return answer.give()


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
