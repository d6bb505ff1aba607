"""Where a state runs: variables, path, history and clock of one machine, branch or iteration."""

from __future__ import annotations

import random
from collections import ChainMap, Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.statelang import timestamps
from airflow_provider_media.core.statelang.engine.budget import Budget
from airflow_provider_media.core.statelang.engine.effects import Start, quoted
from airflow_provider_media.core.statelang.engine.history import History
from airflow_provider_media.core.statelang.errors import DATA_LIMIT_EXCEEDED, StateError
from airflow_provider_media.core.statelang.intrinsics.functions import random_uuid
from airflow_provider_media.core.statelang.jsontext import Json, size
from airflow_provider_media.core.statelang.limits import EXPRESS_ATTEMPTS, EXPRESS_CPU_SECONDS, VARIABLES_BYTES, check_assigned
from airflow_provider_media.core.statelang.view import View

if TYPE_CHECKING:
    from airflow_provider_media.core.statelang.states.state import State


@dataclass(slots=True)
class JournalClock:
    """The time of the journal: that of the last entry applied.

    :param now: the time.
    :param redrives: how often the execution had been redriven by then.
    :param redriven: by id of a visit, without its attempt, the number of the redrive that does it anew.
    """

    now: datetime
    redrives: int = 0
    redriven: Mapping[str, int] = field(default_factory=dict)

    def redrives_at(self, visit: VisitScope) -> int:
        """How often the execution has been redriven when a visit is made."""
        # Nearly all executions are never redriven, and ids cost time.
        return self.redriven.get(f"{visit.path}@{visit.number}", self.redrives) if self.redriven else self.redrives


@dataclass(slots=True, kw_only=True, eq=False)
class Scope:
    """One machine's run: the whole, a branch of Parallel, or an iteration of Map.

    :param clock: the journal's time, shared by all scopes.
    :param context: the part of the context object that does not change here.
    :param history: where events go.
    :param budget: what the execution may still spend, shared by all scopes.
    :param path: prefix of ids, such as ``/Encode[3]``; empty at the top.
    :param variables: own variables, then those of the surrounding scopes.
    :param sizes: bytes that each variable takes as JSON.
    :param seed: what randomness grows from.
    :param event: number of the last event in this scope.
    :param visits: how often each state was entered.
    """

    clock: JournalClock
    context: Mapping[str, Any]
    history: History
    budget: Budget
    path: str = ""
    variables: ChainMap[str, Json] = field(default_factory=ChainMap)
    sizes: ChainMap[str, int] = field(default_factory=ChainMap)
    seed: str = ""
    event: int = 0
    visits: Counter[str] = field(default_factory=Counter)

    @classmethod
    def top(cls, start: Start) -> Scope:
        """The scope of a whole execution."""
        execution = {
            "Id": start.execution_id,
            "Input": start.input,
            "StartTime": timestamps.text(start.at),
            "Name": start.name,
            "RoleArn": start.role,
            "RedriveCount": 0,
        }
        context = {"Execution": execution, "StateMachine": {"Id": start.machine_id, "Name": start.machine}}
        history = History(limited=not start.express)
        budget = Budget(reached=start.at)
        if start.express:
            budget = Budget(reached=start.at, most_attempts=EXPRESS_ATTEMPTS, most_cpu_seconds=EXPRESS_CPU_SECONDS)
        return cls(clock=JournalClock(start.at), context=context, history=history, budget=budget, seed=start.execution_id or start.name)

    def record(self, kind: str, **details: Any) -> int:
        """Add an event to the history."""
        self.event = self.history.add(kind, self.clock.now, self.event, details)
        return self.event

    def inner(self, path: str, item: Mapping[str, Any] | None = None) -> Scope:
        """The scope of a branch, or of an iteration that works on the given item."""
        context = self.context if item is None else {**self.context, "Map": {"Item": item}}
        variables, sizes = self.variables.new_child(), self.sizes.new_child()
        return replace(self, path=path, context=context, variables=variables, sizes=sizes, visits=Counter())

    def child_execution(self, path: str, label: str, value: Json, item: Mapping[str, Any] | None) -> Scope:
        """The scope of one child of a distributed Map: an execution of its own that sees no outer variable."""
        parent = self.context["Execution"]
        name = random_uuid(random.Random(f"{self.seed}|{path}"))  # noqa: S311  an id that must be the same in each replay
        started = timestamps.text(self.clock.now)
        execution = {**parent, "Id": f"{parent['Id']}/{label}:{name}", "Input": value, "StartTime": started, "Name": name}
        context = {**self.context, "Execution": execution, **({} if item is None else {"Map": {"Item": item}})}
        history = self.history.child(path)
        own: dict[str, Any] = {"variables": ChainMap(), "sizes": ChainMap(), "event": 0, "visits": Counter()}
        return replace(self, path=path, context=context, history=history, **own)

    def assign(self, values: Mapping[str, Json]) -> None:
        """Give variables of this scope new values.

        :raises StateError: ``States.DataLimitExceeded`` where they, or all variables together, are larger than allowed.
        """
        check_assigned(values)
        self.variables.update(values)
        self.sizes.update({name: size(value) for name, value in values.items()})
        if sum(self.sizes.values()) > VARIABLES_BYTES:
            raise StateError(DATA_LIMIT_EXCEEDED, f"All variables together exceed the maximum of {VARIABLES_BYTES} bytes.")


@dataclass(slots=True, kw_only=True, eq=False)
class VisitScope:
    """One visit of a state.

    :param scope: where.
    :param state: which.
    :param raw: its raw input.
    :param number: how often the state has been entered in this scope, from 1.
    :param entered: number of the event of its entering.
    :param entered_at: when.
    :param used: retries so far by retrier.
    :param redrives: how often the execution had been redriven when it was entered, or was entered anew.
    """

    scope: Scope
    state: State
    raw: Json
    number: int
    entered: int
    entered_at: datetime
    used: tuple[int, ...] = ()
    redrives: int = 0

    @property
    def retries(self) -> int:
        """Retries so far in this visit."""
        return sum(self.used)

    @property
    def path(self) -> str:
        """The state's place, without visit and attempt."""
        return f"{self.scope.path}/{quoted(self.state.name)}"

    @property
    def id(self) -> str:
        """Place, visit and attempt: the idempotency key."""
        return f"{self.path}@{self.number}#{self.retries + 1}"

    def inner_path(self, index: int) -> str:
        """Prefix of the ids inside branch or iteration ``index``."""
        first = self.number == 1 and self.retries == 0
        return f"{self.path if first else self.id}[{index}]"

    def context(self, **more: Any) -> dict[str, Any]:
        """The context object as this state sees it."""
        state: dict[str, Any] = {"EnteredTime": timestamps.text(self.entered_at), "Name": self.state.name}
        if self.state.counts_retries:
            state["RetryCount"] = self.retries
        return {**self.scope.context, **self._redriven(), "State": state, **more}

    def _redriven(self) -> dict[str, Any]:
        return {"Execution": {**self.scope.context["Execution"], "RedriveCount": self.redrives}} if self.redrives else {}

    def view(self, **more: Any) -> View:
        """What expressions of this state see; ``more`` goes into the context object."""
        scope = self.scope
        return View(
            input=self.raw,
            context=self.context(**more),
            variables=scope.variables,
            now=scope.clock.now,
            seed=f"{scope.seed}|{self.id}",
        )
