"""The progress of an execution according to its journal: entries of the language, and marks of begun tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from airflow_provider_media.core.statelang.durable.journal import Record
from airflow_provider_media.core.statelang.engine.effects import Entry, Start, Stopped, from_json
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution
from airflow_provider_media.core.statelang.parsing.parse import parse

BEGUN = "Begun"
"""Mark: this process performs a task. A task without an end was lost with its process."""
ASKED = "Asked"
"""Mark: the driver is about to start a child run for a task."""
STARTED = "Started"
"""Mark: the driver has started the child run."""
REDRIVEN = "Redriven"
"""Record of a redrive. The tasks and timers whose ids the record names are repeated."""


@dataclass(slots=True, kw_only=True)
class JournalProgress:
    """The progress of an execution according to its journal.

    :param run: the execution after all valid entries.
    :param entries: the valid entries in order.
    :param early: answers to effects that the execution has not requested yet; a redrive may change the order.
    :param begun: ids of tasks that began in this process and have no end.
    :param asked: name of the child run, by id of a task without an answer.
    :param started: ids of the tasks whose child run was started.
    :param clears: how often the run had been cleared in Airflow at the last redrive, or at the start.
    """

    run: JournaledExecution
    entries: list[Entry]
    early: dict[str, Entry] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    asked: dict[str, str] = field(default_factory=dict)
    started: set[str] = field(default_factory=set)
    clears: int = 0

    @property
    def orphans(self) -> list[str]:
        """Child runs that the execution no longer waits for, because a sibling failed or a deadline passed."""
        return [run for task, run in self.asked.items() if task not in self.run.tasks]

    def take(self, entry: Entry) -> None:
        """Apply an entry, then all early entries that the execution has requested by then."""
        self.entries.append(entry)
        if isinstance(entry, Stopped):
            self.run.apply(entry)
            return
        self._settle(entry.id)
        self.early[entry.id] = entry
        while (
            known := next((name for name in self.early if name in self.run.tasks or name in self.run.timers), None)
        ) is not None:
            self.run.apply(self.early.pop(known))

    def mark(self, record: Record) -> None:
        """Apply a mark."""
        name = record["id"]
        match record["kind"]:
            case "Begun":
                self.begun.add(name)
            case "Asked":
                self.asked[name] = record["run"]
            case _:
                self.started.add(name)

    def _settle(self, name: str) -> None:
        self.begun.discard(name)
        self.started.discard(name)
        self.asked.pop(name, None)


def progress_of(head: Record, records: Iterable[Record]) -> JournalProgress:
    """Return the progress of an execution from its journal.

    :param head: the journal's head: ``start``, ``definition`` and ``clears``.
    :param records: all records after the head.
    """
    kept: list[tuple[int, Record]] = []
    start: Start = from_json(head["start"])
    clears = head["clears"]
    redriven: dict[str, int] = {}
    for record in records:
        if record["kind"] == REDRIVEN:
            dropped = set(record["dropped"])
            kept = [(before, each) for before, each in kept if "id" in each and each["id"] not in dropped]
            redriven |= {name.rpartition("#")[0]: start.redrives + 1 for name in dropped}
            start = replace(start, redrives=start.redrives + 1, redriven_at=datetime.fromisoformat(record["at"]))
            clears = record["clears"]
        else:
            kept.append((start.redrives, record))
    progress = JournalProgress(
        run=JournaledExecution(parse(head["definition"]), start, redriven), entries=[], clears=clears
    )
    for before, record in kept:
        progress.run.redriven(before)
        if record["kind"] in {BEGUN, ASKED, STARTED}:
            progress.mark(record)
        else:
            progress.take(from_json(record))
    progress.run.redriven(start.redrives)
    return progress


def redriven(progress: JournalProgress, *, at: datetime, clears: int, alive: Collection[str]) -> Record:
    """Return the record of a redrive, which continues an execution from the state that failed.

    The record drops the entries that made the execution fail, with all attempts of the failed visit, so that retries
    are counted from zero. The record also drops begun tasks and child runs that are not alive. Successful tasks stay.

    :param alive: names of the child runs that are running or have succeeded.
    """
    blamed = progress.run.blamed
    visits = tuple(f"{name.rpartition('#')[0]}#" for name in blamed if "#" in name)
    names = [entry.id for entry in progress.entries if not isinstance(entry, Stopped)]
    dropped = [name for name in names if name in blamed or name.startswith(visits)]
    dropped += sorted(progress.begun) + [task for task, run in progress.asked.items() if run not in alive]
    return {"kind": REDRIVEN, "at": at.isoformat(), "clears": clears, "dropped": dropped}
