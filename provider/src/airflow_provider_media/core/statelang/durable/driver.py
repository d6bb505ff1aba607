"""The driver of a durable execution. The driver journals each task before the task begins, and again after its end.

When a process dies, the journal says which tasks had begun. The next process replays the journal, repeats no ended
task, and finds a started child run by its name. A task that was lost with its process fails as ``States.TaskFailed``,
so that the definition's Retry decides. No task is ever silently performed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from airflow_provider_media.core.statelang.durable.calls import Answer, Calls
from airflow_provider_media.core.statelang.durable.journal import Journal
from airflow_provider_media.core.statelang.durable.journal_progress import (
    ASKED,
    BEGUN,
    STARTED,
    JournalProgress,
    progress_of,
    redriven,
)
from airflow_provider_media.core.statelang.engine.effects import (
    Entry,
    StartTask,
    TaskErred,
    TaskSucceeded,
    TimerFired,
    to_json,
)
from airflow_provider_media.core.statelang.engine.execution_result import Execution
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution
from airflow_provider_media.core.statelang.errors import TASK_FAILED, TaskFailed
from airflow_provider_media.core.statelang.jsontext import Json

LOST = "The worker was lost while it did this task; nobody knows how far it came."
LOOK_SECONDS = 1.0
"""How long the driver waits for calls alone before it checks running child runs again."""


class ChildRunner(Protocol):
    """A runner for tasks that take long or wait for others, each in a child run with a fixed name."""

    def name(self, task: StartTask, redrives: int) -> str | None:
        """Return the name of a task's child run, the same in each call; ``None`` for a task of this process."""
        ...

    def start(self, name: str, task: StartTask) -> None:
        """Start a child run; an existing child run of that name continues unchanged."""
        ...

    def ended(self, names: Sequence[str]) -> Collection[str]:
        """Return the child runs that have ended."""
        ...

    def alive(self, names: Sequence[str]) -> Collection[str]:
        """Return the child runs that are running or have succeeded."""
        ...

    def answer(self, name: str) -> Json:
        """Return the answer of a child run that has ended.

        :raises TaskFailed: when the child run failed.
        """
        ...

    def orphans(self, names: Sequence[str]) -> None:
        """Tell child runs that the execution does not wait for them any more."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The events that an execution waits for before the driver can advance it.

    :param until: time of the earliest timer; ``None`` when there is no timer.
    :param runs: names of the running child runs.
    :param held_back: number of tasks that wait until one of the child runs has ended.
    """

    until: datetime | None
    runs: tuple[str, ...]
    held_back: int = 0


def _now() -> datetime:
    return datetime.now(UTC)


class Driver:
    """A driver that performs the effects of an execution until only timers and child runs are left to wait for.

    :param journal: the journal, with its head.
    :param does: performs a task in this process and returns its result, or raises :class:`TaskFailed`.
    :param children: runs all other tasks in child runs.
    :param max_child_runs: concurrency limit of child runs; further tasks wait until a child run has ended.
    :param most_here: concurrency limit of tasks in this process, each in its own thread; with 1, tasks run one after
        the other in the caller's thread.
    :param now: the clock.
    :ivar progress: the execution's progress.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        does: Callable[[StartTask], Json],
        children: ChildRunner,
        max_child_runs: int,
        most_here: int = 1,
        now: Callable[[], datetime] = _now,
    ) -> None:
        assert journal.head is not None  # the caller has begun it
        self.journal = journal
        self.children = children
        self.calls = Calls(does, most=most_here, now=now)
        self.max_child_runs = max_child_runs
        self.now = now
        self.progress: JournalProgress = progress_of(journal.head, journal.records)

    @property
    def run(self) -> JournaledExecution:
        """The execution, replayed from the journal."""
        return self.progress.run

    def redrive(self, clears: int) -> None:
        """Redrive an execution after its run was cleared, unless the execution has succeeded.

        :param clears: how often the run has been cleared in Airflow; a number that the journal contains was handled
            before.
        """
        ended = self.run.execution
        if clears <= self.progress.clears or (ended is not None and ended.status == "SUCCEEDED"):
            return
        alive = self.children.alive(list(self.progress.asked.values()))
        self.journal.append(redriven(self.progress, at=self.now(), clears=clears, alive=alive))
        assert self.journal.head is not None  # it has one
        self.progress = progress_of(self.journal.head, self.journal.records)

    def advance(self) -> Execution | Waiting:
        """Advance the execution as far as possible; return its result, or the events that it waits for."""
        for name in sorted(self.progress.begun & set(self.run.tasks)):
            self._record(TaskErred(id=name, at=self.now(), error=TASK_FAILED, cause=LOST))
        self._dismiss()
        try:
            self._advance()
        except Exception:
            # A running call must not count as lost because of an unrelated exception.
            while self.calls:
                self._take(None)
            raise
        if self.run.execution is not None:
            return self.run.execution
        until = min((timer.until for timer in self.run.timers.values()), default=None)
        runs = tuple(self._under_way())
        return Waiting(until=until, runs=runs, held_back=len(self.run.tasks) - len(runs))

    def _advance(self) -> None:
        """Advance step by step until nothing is left to do. Answers are journaled before other steps begin."""
        while (
            self._take(self.now())
            or self._fire()
            or self._start()
            or self._call()
            or self._listen()
            or self._collect()
            or self.calls
        ):
            pass

    def _fire(self) -> bool:
        timer = min(self.run.timers.values(), key=lambda timer: timer.until, default=None)
        if timer is None or timer.until > (now := self.now()):
            return False
        self._record(TimerFired(id=timer.id, at=now))
        return True

    def _start(self) -> bool:
        """Start the next child run, unless the concurrency limit is reached."""
        if len(self._under_way()) >= self.max_child_runs:
            return False
        for task in self.run.tasks.values():
            name = self.progress.asked.get(task.id) or self.children.name(task, self.run.start.redrives)
            if name is None or task.id in self.progress.started:
                continue
            if task.id not in self.progress.asked:
                self._mark(ASKED, task.id, run=name)
            self.children.start(name, task)
            self._mark(STARTED, task.id)
            return True
        return False

    def _call(self) -> bool:
        """Begin the next task of this process, unless the concurrency limit is reached."""
        if not self.calls.room:
            return False
        for task in self.run.tasks.values():
            if task.id not in self.calls and self.children.name(task, self.run.start.redrives) is None:
                self._mark(BEGUN, task.id)
                self.calls.begin(task)
                return True
        return False

    def _listen(self) -> bool:
        """Wait for a task of this process until there is something else to do."""
        moments = [timer.until for timer in self.run.timers.values()]
        if self._under_way():
            moments.append(self.now() + timedelta(seconds=LOOK_SECONDS))
        return self._take(min(moments, default=None))

    def _take(self, until: datetime | None) -> bool:
        """Record the answers of tasks in this process; wait for the first answer until a moment at most."""
        answers = self.calls.answers(until) if self.calls else []
        for answer in answers:
            # An earlier answer may have ended the wait for this one.
            if answer.id in self.run.tasks:
                self._record(answer)
        return bool(answers)

    def _collect(self) -> bool:
        """Record the answers of ended child runs."""
        under_way = self._under_way()
        ended = self.children.ended(list(under_way)) if under_way else ()
        for name in ended:
            # An earlier answer may have ended the wait for this one.
            if under_way[name] in self.run.tasks:
                self._record(self._answer(under_way[name], name))
        return bool(ended)

    def _under_way(self) -> dict[str, str]:
        """Return task ids by name of child run, for started child runs that the execution still waits for."""
        return {
            run: task
            for task, run in self.progress.asked.items()
            if task in self.progress.started and task in self.run.tasks
        }

    def _answer(self, task: str, run: str) -> Answer:
        try:
            output = self.children.answer(run)
        except TaskFailed as failed:
            return TaskErred(id=task, at=self.now(), error=failed.error, cause=failed.cause)
        return TaskSucceeded(id=task, at=self.now(), output=output)

    def _record(self, entry: Entry) -> None:
        orphans = self.progress.orphans
        self.journal.append(to_json(entry))
        self.progress.take(entry)
        self.calls.keep(self.run.tasks)
        if self.progress.orphans != orphans:
            self._dismiss()

    def _mark(self, kind: str, name: str, **more: Json) -> None:
        record = {"kind": kind, "id": name, "at": self.now().isoformat(), **more}
        self.journal.append(record)
        self.progress.mark(record)

    def _dismiss(self) -> None:
        if self.progress.orphans:
            self.children.orphans(self.progress.orphans)
