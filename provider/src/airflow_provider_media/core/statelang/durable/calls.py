"""Calls in this process: concurrent calls, each in its own thread, or one call after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Thread

from airflow_provider_media.core.statelang.engine.effects import StartTask, TaskErred, TaskSucceeded
from airflow_provider_media.core.statelang.errors import TaskFailed
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import time_limit

Answer = TaskSucceeded | TaskErred


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """One running call.

    :param answer: the future answer.
    :param late_at: deadline of the call; ``None`` for no limit.
    :param late: name of the error after the deadline.
    """

    answer: Future[Answer]
    late_at: datetime | None
    late: str


class Calls:
    """The running calls.

    The driver abandons a call that takes too long, or that the execution no longer waits for. A thread cannot be ended
    from outside. The answer of an abandoned call is ignored, and the process ends without waiting for the call.

    :param does: performs a task and returns its result, or raises :class:`TaskFailed`.
    :param most: concurrency limit; with 1, each call runs in the caller's thread.
    :param now: the clock.
    """

    def __init__(self, does: Callable[[StartTask], Json], *, most: int, now: Callable[[], datetime]) -> None:
        self.does = does
        self.most = most
        self.now = now
        self._calls: dict[str, _Call] = {}
        self._left: list[Future[Answer]] = []

    @property
    def room(self) -> bool:
        """Whether one more call may begin."""
        return len(self._calls) < self.most

    def __contains__(self, name: str) -> bool:
        return name in self._calls

    def __bool__(self) -> bool:
        return bool(self._calls)

    def begin(self, task: StartTask) -> None:
        """Begin a call."""
        seconds, late = time_limit(task.timeout_seconds, task.heartbeat_seconds)
        late_at = None if seconds is None else self.now() + timedelta(seconds=seconds)
        self._calls[task.id] = _Call(answer=self._begun(task), late_at=late_at, late=late)

    def keep(self, wanted: Collection[str]) -> None:
        """Abandon all calls except the wanted ones, given by id."""
        self._left += [call.answer for name, call in self._calls.items() if name not in wanted]
        self._calls = {name: call for name, call in self._calls.items() if name in wanted}

    def let_end(self, seconds: float) -> None:
        """Wait for cancelled calls to stop, abandoned calls included; else the process would end without them.

        :param seconds: longest wait.
        """
        wait([*self._left, *(call.answer for call in self._calls.values())], timeout=seconds)

    def answers(self, until: datetime | None) -> list[Answer]:
        """Wait for the next answer, until a moment at most, and return all available answers in the order of the calls.

        :raises BaseException: when a call ended with an exception in place of an answer.
        """
        moments = [moment for moment in (until, *(call.late_at for call in self._calls.values())) if moment is not None]
        seconds = max(0.0, (min(moments) - self.now()).total_seconds()) if moments else None
        wait([call.answer for call in self._calls.values()], timeout=seconds, return_when=FIRST_COMPLETED)
        found = [answer for name, call in self._calls.items() if (answer := self._answer(name, call)) is not None]
        for answer in found:
            del self._calls[answer.id]
        return found

    def _begun(self, task: StartTask) -> Future[Answer]:
        answer: Future[Answer] = Future()
        if self.most == 1:
            answer.set_result(self._outcome(task))
        else:
            Thread(target=copy_context().run, args=(self._report, answer, task), name=task.id, daemon=True).start()
        return answer

    def _report(self, answer: Future[Answer], task: StartTask) -> None:
        try:
            answer.set_result(self._outcome(task))
        except BaseException as failure:  # noqa: BLE001  it is raised where the answer is taken
            answer.set_exception(failure)

    def _outcome(self, task: StartTask) -> Answer:
        try:
            output = self.does(task)
        except TaskFailed as failed:
            return TaskErred(id=task.id, at=self.now(), error=failed.error, cause=failed.cause)
        return TaskSucceeded(id=task.id, at=self.now(), output=output)

    def _answer(self, name: str, call: _Call) -> Answer | None:
        if call.answer.done():
            return call.answer.result()
        if call.late_at is not None and call.late_at <= self.now():
            return TaskErred(id=name, at=self.now(), error=call.late)
        return None
