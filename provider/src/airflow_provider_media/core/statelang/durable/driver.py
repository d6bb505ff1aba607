"""Drives an execution by its journal: each thing is written down before it is begun, and again when it has ended.

A process that dies leaves a journal that says what it had begun. Whoever goes on replays it: what has ended is not done again, a run apart
that was started is found again under its name, and work that was lost with its process fails as ``States.TaskFailed``, for the
definition's Retry to decide on. Nothing is ever done twice in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from airflow_provider_media.core.statelang.durable.calls import Answer, Calls
from airflow_provider_media.core.statelang.durable.journal import Journal
from airflow_provider_media.core.statelang.durable.journal_progress import ASKED, BEGUN, STARTED, JournalProgress, progress_of, redriven
from airflow_provider_media.core.statelang.engine.effects import Entry, StartTask, TaskErred, TaskSucceeded, TimerFired, to_json
from airflow_provider_media.core.statelang.engine.replay import Execution, JournaledExecution
from airflow_provider_media.core.statelang.errors import TASK_FAILED, TaskFailed
from airflow_provider_media.core.statelang.jsontext import Json

LOST = "The worker was lost while it did this task; nobody knows how far it came."
LOOK_SECONDS = 1.0
"""How long only answers of calls are waited for, while runs apart are under way too."""


class ChildRunner(Protocol):
    """Where tasks are done that take long or wait for somebody: each in a run of its own, known by name."""

    def name(self, task: StartTask, redrives: int) -> str | None:
        """Name of the run that is to do a task, always the same one; ``None`` for a task that is done here."""
        ...

    def start(self, name: str, task: StartTask) -> None:
        """Start a run; one that is there already goes on untouched."""
        ...

    def ended(self, names: Sequence[str]) -> Collection[str]:
        """Those runs that have ended."""
        ...

    def alive(self, names: Sequence[str]) -> Collection[str]:
        """Those runs that are under way or have succeeded."""
        ...

    def answer(self, name: str) -> Json:
        """What a run that has ended answers with.

        :raises TaskFailed: where it failed.
        """
        ...

    def orphans(self, names: Sequence[str]) -> None:
        """Tell these runs that nobody waits for them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What has to happen before there is anything to do.

    :param until: the earliest timer; ``None`` where there is none.
    :param runs: runs apart, each of which may end.
    :param held_back: tasks that have to wait until one of those has ended.
    """

    until: datetime | None
    runs: tuple[str, ...]
    held_back: int = 0


def _now() -> datetime:
    return datetime.now(UTC)


class Driver:
    """Does what an execution asks for, as far as it can be done at once.

    :param journal: the journal, with its head.
    :param does: does a task here, and gives its result or raises :class:`TaskFailed`.
    :param children: where other tasks are done.
    :param max_child_runs: runs apart at the same time; others wait until one of them has ended.
    :param most_here: tasks done here at the same time, each in a thread; with 1 they are done one after the other in the caller's thread.
    :param now: the clock.
    :ivar progress: how far the execution is.
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
        assert journal.head is not None  # noqa: S101  the caller has begun it
        self.journal = journal
        self.children = children
        self.calls = Calls(does, most=most_here, now=now)
        self.max_child_runs = max_child_runs
        self.now = now
        self.progress: JournalProgress = progress_of(journal.head, journal.records)

    @property
    def run(self) -> JournaledExecution:
        """The execution as the language sees it."""
        return self.progress.run

    def redrive(self, clears: int) -> None:
        """Go on with an execution that has ended otherwise than well.

        :param clears: how often its run has been cleared in Airflow; a number that the journal knows has been honoured.
        """
        ended = self.run.execution
        if clears <= self.progress.clears or (ended is not None and ended.status == "SUCCEEDED"):
            return
        alive = self.children.alive(list(self.progress.asked.values()))
        self.journal.append(redriven(self.progress, at=self.now(), clears=clears, alive=alive))
        assert self.journal.head is not None  # noqa: S101  it has one
        self.progress = progress_of(self.journal.head, self.journal.records)

    def advance(self) -> Execution | Waiting:
        """Do all that can be done, and say how the execution has ended or what it waits for."""
        for name in sorted(self.progress.begun & set(self.run.tasks)):
            self._record(TaskErred(id=name, at=self.now(), error=TASK_FAILED, cause=LOST))
        self._dismiss()
        try:
            self._advance()
        except Exception:
            # What is being done must not count as lost because something else went wrong.
            while self.calls:
                self._take(None)
            raise
        if self.run.execution is not None:
            return self.run.execution
        until = min((timer.until for timer in self.run.timers.values()), default=None)
        runs = tuple(self._under_way())
        return Waiting(until=until, runs=runs, held_back=len(self.run.tasks) - len(runs))

    def _advance(self) -> None:
        """Do one thing after the other until nothing is left to do; what has happened is written down first."""
        while self._take(self.now()) or self._fire() or self._start() or self._call() or self._listen() or self._collect() or self.calls:
            pass

    def _fire(self) -> bool:
        timer = min(self.run.timers.values(), key=lambda timer: timer.until, default=None)
        if timer is None or timer.until > (now := self.now()):
            return False
        self._record(TimerFired(id=timer.id, at=now))
        return True

    def _start(self) -> bool:
        """Start the next run apart, where there is room for one."""
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
        """Begin the next task that is done here, where there is room for one."""
        if not self.calls.room:
            return False
        for task in self.run.tasks.values():
            if task.id not in self.calls and self.children.name(task, self.run.start.redrives) is None:
                self._mark(BEGUN, task.id)
                self.calls.begin(task)
                return True
        return False

    def _listen(self) -> bool:
        """Wait for a task that is done here, as long as there is nothing else to do."""
        moments = [timer.until for timer in self.run.timers.values()]
        if self._under_way():
            moments.append(self.now() + timedelta(seconds=LOOK_SECONDS))
        return self._take(min(moments, default=None))

    def _take(self, until: datetime | None) -> bool:
        """Take in the answers of tasks that are done here, and wait until a moment for the first of them."""
        answers = self.calls.answers(until) if self.calls else []
        for answer in answers:
            # One may have ended the wait for another.
            if answer.id in self.run.tasks:
                self._record(answer)
        return bool(answers)

    def _collect(self) -> bool:
        """Take in the answers of the runs apart that have ended."""
        under_way = self._under_way()
        ended = self.children.ended(list(under_way)) if under_way else ()
        for name in ended:
            # An answer may have ended the wait for another.
            if under_way[name] in self.run.tasks:
                self._record(self._answer(under_way[name], name))
        return bool(ended)

    def _under_way(self) -> dict[str, str]:
        """Tasks by the names of their runs, of those that are there and waited for."""
        return {run: task for task, run in self.progress.asked.items() if task in self.progress.started and task in self.run.tasks}

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
