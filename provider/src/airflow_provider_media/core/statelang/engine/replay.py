"""An execution as a function of its journal.

:class:`JournaledExecution` walks the machine as far as possible without the outside world. Its effects are the tasks
and timers that the execution then waits for. A driver applies outside events entry by entry. Nothing else comes in:
the entries give the time, and the execution's id seeds randomness. The same journal therefore always gives the same
effects, and a crash costs only a replay.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from airflow_provider_media.core.statelang.definition.states.state import Machine
from airflow_provider_media.core.statelang.engine.budget import ExecutionBounds, TimeUp
from airflow_provider_media.core.statelang.engine.effects import (
    Effect,
    Entry,
    Start,
    StartTask,
    Stopped,
    TaskErred,
    TaskSucceeded,
    Timer,
    TimerFired,
)
from airflow_provider_media.core.statelang.engine.execution_result import EndStatus, Execution
from airflow_provider_media.core.statelang.engine.history import HistoryEvent
from airflow_provider_media.core.statelang.engine.scope import Scope
from airflow_provider_media.core.statelang.engine.steps import Fork, Walk, walk_machine
from airflow_provider_media.core.statelang.errors import (
    BEYOND_BOUNDS,
    HEARTBEAT_TIMEOUT,
    TIMEOUT,
    StateError,
    beyond_bounds_error,
)
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import EXPRESS_SECONDS

MACHINE_TIMEOUT = "!timeout"


@dataclass(slots=True, eq=False)
class _Process:
    """A running walk through the machine, a branch or an iteration.

    :param blamed: ids of the entries that caused the error with which the walk is resumed.
    """

    walk: Walk
    group: _Group | None = None
    index: int = 0
    waits_for: str | None = None
    forked: _Group | None = None
    gone: bool = False
    blamed: tuple[str, ...] = ()


@dataclass(slots=True, eq=False)
class _Group:
    """The walks of one Fork."""

    owner: _Process
    fork: Fork
    results: dict[int, Json] = field(default_factory=dict)
    running: dict[int, _Process] = field(default_factory=dict)
    started: int = 0
    failures: int = 0
    blamed: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.running and self.started == self.fork.count


class JournaledExecution:
    """An execution that journal entries drive.

    :param machine: the machine.
    :param start: the journal's head.
    :param redriven: number of the redrive that repeats a visit, by the visit's id without its attempt.
    :param bounds: bounds of the execution; those of its type when absent.
    :ivar tasks: the tasks that the execution waits for, by id.
    :ivar timers: the timers that the execution waits for, by id.
    :ivar journal: the entries applied so far.
    :ivar execution: the result, or ``None`` while the execution runs.
    :ivar blamed: ids of the entries that made the execution fail, without caught and tolerated failures.
    """

    def __init__(
        self,
        machine: Machine,
        start: Start,
        redriven: Mapping[str, int] | None = None,
        *,
        bounds: ExecutionBounds | None = None,
    ) -> None:
        self.machine = machine
        self.start = start
        self.journal: list[Entry] = []
        self.execution: Execution | None = None
        self.blamed: tuple[str, ...] = ()
        self._scope = Scope.top(start, bounds)
        self._scope.clock.redriven = redriven or {}
        self.tasks: dict[str, StartTask] = {}
        self.timers: dict[str, Timer] = {}
        self._waiting: dict[str, _Process | None] = {}
        self._ready: deque[tuple[_Process, Json, StateError | None]] = deque()
        self._scope.record("ExecutionStarted", input=start.input)
        self._limit_time()
        self._top = _Process(walk_machine(machine, self._scope, start.input))
        self._resume(self._top)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The effects that the execution waits for: tasks, then timers, both in the order of their requests.

        A driver has to cancel an effect that is gone from here before its end was reported.
        """
        return (*self.tasks.values(), *self.timers.values())

    @property
    def events(self) -> tuple[HistoryEvent, ...]:
        """The history so far."""
        return tuple(self._scope.history.events)

    @property
    def children(self) -> Mapping[str, tuple[HistoryEvent, ...]]:
        """Histories of the child executions of distributed Maps, by path."""
        return {path: tuple(child.events) for path, child in self._scope.history.children.items()}

    def redriven(self, redrives: int) -> None:
        """Set the number of redrives for all that happens from now on."""
        self._scope.clock.redrives = redrives

    def apply(self, entry: Entry) -> None:
        """Apply a journal entry. An entry that nothing waits for is a late answer and changes nothing."""
        if self.execution is not None or not (isinstance(entry, Stopped) or entry.id in self._waiting):
            return
        self.journal.append(entry)
        self._scope.clock.now = max(self._scope.clock.now, entry.at)
        self._scope.budget.reach(self._scope.clock.now)
        if isinstance(entry, Stopped):
            self._end("ABORTED", "ExecutionAborted", error=entry.error, cause=entry.cause)
            return
        process = self._forget(entry.id)
        if process is None or self._scope.budget.is_over:
            self._time_out()
            return
        process.waits_for = None
        process.blamed = (entry.id,)
        self._resume(process, *_outcome_of(entry))

    def _limit_time(self) -> None:
        limits = [self.machine.timeout_seconds, EXPRESS_SECONDS if self.start.express else None]
        seconds = min((limit for limit in limits if limit is not None), default=None)
        if seconds is not None:
            begins = self.start.redriven_at or self.start.at
            self._scope.budget.deadline = begins + timedelta(seconds=seconds)
            self._ask(Timer(id=MACHINE_TIMEOUT, until=self._scope.budget.deadline), None)

    def _time_out(self) -> None:
        self.blamed = (MACHINE_TIMEOUT,)
        self._end("TIMED_OUT", "ExecutionTimedOut")

    def _ask(self, effect: Effect, process: _Process | None) -> None:
        self._waiting[effect.id] = process
        if isinstance(effect, Timer):
            self.timers[effect.id] = effect
        else:
            self.tasks[effect.id] = effect

    def _forget(self, name: str) -> _Process | None:
        self.tasks.pop(name, None)
        self.timers.pop(name, None)
        return self._waiting.pop(name, None)

    def _resume(self, process: _Process, value: Json = None, error: StateError | None = None) -> None:
        self._ready.append((process, value, error))
        self._scope.budget.begin_computation()
        while self._ready and self.execution is None:
            process, value, error = self._ready.popleft()
            if not process.gone:
                self._step(process, value, error)
        self._scope.budget.end_computation()

    def _step(self, process: _Process, value: Json, error: StateError | None) -> None:
        try:
            request = process.walk.send(value) if error is None else process.walk.throw(error)
        except StopIteration as stop:
            self._succeeded(process, stop.value)
        except StateError as failure:
            passed_on = error is not None and error in (failure, failure.__cause__)
            self._failed(process, failure, process.blamed if passed_on else ())
        except TimeUp:
            self._time_out()
        except BEYOND_BOUNDS as beyond:
            self._failed(process, beyond_bounds_error(beyond), ())
        else:
            if isinstance(request, Fork):
                self._fork(process, request)
            else:
                process.waits_for = request.id
                self._ask(request, process)

    def _fork(self, process: _Process, fork: Fork) -> None:
        process.forked = _Group(process, fork)
        self._advance(process.forked)

    def _advance(self, group: _Group) -> None:
        """Start walks up to the concurrency limit, or resume the owner when all walks have ended."""
        fork = group.fork
        while group.started < fork.count and (fork.limit == 0 or len(group.running) < fork.limit):
            index = group.started
            group.started += 1
            group.running[index] = _Process(fork.start(index), group, index)
            self._ready.append((group.running[index], None, None))
        if group.complete:
            group.owner.forked = None
            self._ready.append((group.owner, [group.results[index] for index in sorted(group.results)], None))

    def _succeeded(self, process: _Process, output: Json) -> None:
        group = process.group
        if group is None:
            self._end("SUCCEEDED", "ExecutionSucceeded", output=output)
            return
        del group.running[process.index]
        group.results[process.index] = output
        self._advance(group)

    def _failed(self, process: _Process, error: StateError, blamed: tuple[str, ...]) -> None:
        group = process.group
        if group is None:
            self.blamed = blamed
            self._end("FAILED", "ExecutionFailed", error=error.error, cause=error.cause)
            return
        del group.running[process.index]
        group.failures += 1
        group.blamed += blamed
        if group.fork.tolerates(group.failures):
            self._advance(group)
            return
        self._abandon(group)
        group.owner.forked = None
        group.owner.blamed = group.blamed
        self._ready.append((group.owner, None, error))

    def _abandon(self, group: _Group) -> None:
        """End all running walks of a group, the walks inside these walks included."""
        gone = list(group.running.values())
        group.running.clear()
        for process in gone:
            process.gone = True
            if process.waits_for is not None:
                self._forget(process.waits_for)
            if process.forked is not None:
                self._abandon(process.forked)
            process.walk.close()

    def _end(self, status: EndStatus, event: str, **outcome: Any) -> None:
        self._scope.record(event, **outcome)
        for waiting in (self._waiting, self.tasks, self.timers):
            waiting.clear()
        self._ready.clear()
        history = self._scope.history
        self.execution = Execution(status=status, events=tuple(history.events), children=history.children, **outcome)


def _outcome_of(entry: TaskSucceeded | TaskErred | TimerFired) -> tuple[Json, StateError | None]:
    if isinstance(entry, TaskSucceeded):
        return entry.output, None
    if isinstance(entry, TimerFired):
        return None, None
    if entry.error == HEARTBEAT_TIMEOUT:
        # A missed heartbeat appears as States.Timeout. Retry and Catch can still match States.HeartbeatTimeout.
        return None, StateError(TIMEOUT, entry.cause, also=(HEARTBEAT_TIMEOUT,))
    return None, StateError(entry.error, entry.cause)


def replay(machine: Machine, start: Start, journal: Iterable[Entry] = ()) -> JournaledExecution:
    """Return the execution after all entries of the journal."""
    run = JournaledExecution(machine, start)
    for entry in journal:
        run.apply(entry)
    return run
