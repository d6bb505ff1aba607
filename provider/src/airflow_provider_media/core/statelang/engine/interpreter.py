"""``execute``: the simple driver, which runs a state machine in this process."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from airflow_provider_media.core.statelang.definition.states.state import Machine
from airflow_provider_media.core.statelang.engine.effects import (
    Entry,
    Start,
    StartTask,
    TaskErred,
    TaskSucceeded,
    TimerFired,
)
from airflow_provider_media.core.statelang.engine.execution_result import Execution
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution
from airflow_provider_media.core.statelang.errors import HEARTBEAT_TIMEOUT, TIMEOUT, TaskFailed
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.parsing.parse import parse


class Clock(Protocol):
    """A clock that tells the time and sleeps."""

    def now(self) -> datetime:
        """Return the current time with its time zone."""
        ...

    def sleep(self, seconds: float) -> None:
        """Sleep for a number of seconds."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Sleep for a number of seconds."""
        time.sleep(max(0.0, seconds))


Invoke = Callable[[str, Json, Json], Json]


def execute(
    definition: Mapping[str, Any] | Machine,
    input: Json,  # noqa: A002  the language's word for it
    *,
    invoke: Invoke,
    name: str | None = None,
    express: bool = False,
    clock: Clock | None = None,
    dialect: str | None = None,
) -> Execution:
    """Run a state machine to its end in this process, one task at a time.

    :param definition: the definition's JSON, or the machine that :func:`parse` returned.
    :param input: the execution's input.
    :param invoke: performs a task from its resource, arguments and context object; raises :class:`TaskFailed`.
    :param name: the execution's name; a UUID when absent.
    :param express: whether the execution is an express execution, of five minutes at most.
    :param clock: the clock; with a virtual clock, waits and retry delays take no time.
    :param dialect: name of the dialect, such as ``asl`` or ``tcsl``; detected from the definition when absent.
    :raises DefinitionInvalid: when the definition cannot be parsed.
    """
    machine = definition if isinstance(definition, Machine) else parse(definition, dialect)
    clock = clock or SystemClock()
    start = start_of(input, name=name, express=express, at=clock.now())
    return drive(JournaledExecution(machine, start), invoke, clock)


def drive(run: JournaledExecution, invoke: Invoke, clock: Clock) -> Execution:
    """Drive an execution to its end in this process, one task at a time.

    :param run: the execution; it has the whole history afterwards.
    :param invoke: performs a task, as for :func:`execute`.
    """
    driver = _Driver(run, invoke, clock)
    while run.execution is None:
        run.apply(driver.next())
    return run.execution


def start_of(value: Json, *, name: str | None, express: bool, at: datetime, machine: str = "state-machine") -> Start:
    """Return the journal's head for an execution that runs here instead of in AWS."""
    name = name or str(uuid.uuid4())
    arn = "arn:aws:states:local:000000000000"
    return Start(
        at=at,
        input=value,
        name=name,
        machine=machine,
        execution_id=f"{arn}:{'express' if express else 'execution'}:{machine}:{name}",
        machine_id=f"{arn}:stateMachine:{machine}",
        role="arn:aws:iam::000000000000:role/local",
        express=express,
    )


@dataclass(slots=True)
class _Driver:
    """A driver that performs the effects of an execution one after the other."""

    run: JournaledExecution
    invoke: Invoke
    clock: Clock
    done: dict[str, Entry] = field(default_factory=dict)

    def next(self) -> Entry:
        """Return the next journal entry: a timer that is due, a task's end, or the earliest timer after a wait."""
        timer = min(self.run.timers.values(), key=lambda timer: timer.until, default=None)
        task = next(iter(self.run.tasks.values()), None)
        if timer is not None and (task is None or timer.until <= self.clock.now()):
            self.clock.sleep((timer.until - self.clock.now()).total_seconds())
            return TimerFired(id=timer.id, at=timer.until)
        assert task is not None  # a run that has not ended waits for something
        if task.id not in self.done:
            # The task took time. Timers that became due meanwhile fired before the task's end.
            self.done[task.id] = self._perform(task)
            return self.next()
        return self.done.pop(task.id)

    def _perform(self, task: StartTask) -> Entry:
        began = self.clock.now()
        try:
            output = self.invoke(task.resource, task.arguments, task.context)
        except TaskFailed as failure:
            return TaskErred(id=task.id, at=self.clock.now(), error=failure.error, cause=failure.cause)
        taken = (self.clock.now() - began).total_seconds()
        if task.timeout_seconds is not None and taken > task.timeout_seconds:
            return TaskErred(id=task.id, at=self.clock.now(), error=TIMEOUT)
        if task.heartbeat_seconds is not None and taken > task.heartbeat_seconds:
            return TaskErred(id=task.id, at=self.clock.now(), error=HEARTBEAT_TIMEOUT)
        return TaskSucceeded(id=task.id, at=self.clock.now(), output=output)
