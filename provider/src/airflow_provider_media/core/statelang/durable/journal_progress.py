"""How far an execution is by its journal: entries of the language, and marks of what was begun."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from airflow_provider_media.core.statelang.durable.journal import Record
from airflow_provider_media.core.statelang.engine.effects import Entry, Start, Stopped, from_json
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution
from airflow_provider_media.core.statelang.parse import parse

BEGUN = "Begun"
"""A task is being done here; without an end it was lost with its process."""
ASKED = "Asked"
"""A run apart is about to be started for a task."""
STARTED = "Started"
"""That run is there."""
REDRIVEN = "Redriven"
"""The execution goes on although it had ended; the ids that it names are to be done anew."""


@dataclass(slots=True, kw_only=True)
class JournalProgress:
    """What a journal tells.

    :param run: the execution, after all entries that count.
    :param entries: those, in order.
    :param early: answers to what is not asked for yet; after a redrive the order may be another than it was.
    :param begun: ids of tasks that were begun here and have no end.
    :param asked: by id of a task without an answer, the run that was to be started for it.
    :param started: ids of those tasks whose run is there.
    :param clears: how often the run in Airflow had been cleared when the journal was written last.
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
        """Runs apart that nobody waits for any more, because a sibling failed or a time was up."""
        return [run for task, run in self.asked.items() if task not in self.run.tasks]

    def take(self, entry: Entry) -> None:
        """Go on after an entry, and after all early ones that are asked for by then."""
        self.entries.append(entry)
        if isinstance(entry, Stopped):
            self.run.apply(entry)
            return
        self._settle(entry.id)
        self.early[entry.id] = entry
        while (known := next((name for name in self.early if name in self.run.tasks or name in self.run.timers), None)) is not None:
            self.run.apply(self.early.pop(known))

    def mark(self, record: Record) -> None:
        """Take in a mark."""
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
    """What a journal tells.

    :param head: as :func:`head_of` makes it.
    :param records: all that was written since.
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
    progress = JournalProgress(run=JournaledExecution(parse(head["definition"]), start, redriven), entries=[], clears=clears)
    for before, record in kept:
        progress.run.redriven(before)
        if record["kind"] in {BEGUN, ASKED, STARTED}:
            progress.mark(record)
        else:
            progress.take(from_json(record))
    progress.run.redriven(start.redrives)
    return progress


def redriven(progress: JournalProgress, *, at: datetime, clears: int, alive: Collection[str]) -> Record:
    """The record that lets an execution go on from where it failed.

    What it failed by is dropped, with all attempts of that visit, so that they are counted anew; so is what was under way and is no
    more. What succeeded stays.

    :param alive: of the runs apart, those that run or have succeeded.
    """
    blamed = progress.run.blamed
    visits = tuple(f"{name.rpartition('#')[0]}#" for name in blamed if "#" in name)
    names = [entry.id for entry in progress.entries if not isinstance(entry, Stopped)]
    dropped = [name for name in names if name in blamed or name.startswith(visits)]
    dropped += sorted(progress.begun) + [task for task, run in progress.asked.items() if run not in alive]
    return {"kind": REDRIVEN, "at": at.isoformat(), "clears": clears, "dropped": dropped}
