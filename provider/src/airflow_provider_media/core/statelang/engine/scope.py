"""Scopes of states: variables, path, history and clock of one machine, branch or iteration."""

from __future__ import annotations

import random
from collections import ChainMap, Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from airflow_provider_media.core.statelang.definition.states.state import State
from airflow_provider_media.core.statelang.engine.budget import EXPRESS, STANDARD, Budget, ExecutionBounds
from airflow_provider_media.core.statelang.engine.effects import Start, quoted
from airflow_provider_media.core.statelang.engine.history import History, PayloadRoom
from airflow_provider_media.core.statelang.errors import DATA_LIMIT_EXCEEDED, StateError
from airflow_provider_media.core.statelang.expressions import timestamps
from airflow_provider_media.core.statelang.expressions.intrinsics.functions import random_uuid
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json, size
from airflow_provider_media.core.statelang.limits import VARIABLES_BYTES, check_assigned


@dataclass(slots=True)
class JournalClock:
    """The time of the journal, which is the time of the last applied entry.

    :param now: the time.
    :param redrives: number of redrives at that time.
    :param redriven: number of the redrive that repeats a visit, by the visit's id without its attempt.
    """

    now: datetime
    redrives: int = 0
    redriven: Mapping[str, int] = field(default_factory=dict)

    def redrives_at(self, visit: VisitScope) -> int:
        """Return the number of redrives at the time of a visit."""
        # Nearly all executions are never redriven, and computing ids takes time.
        return self.redriven.get(f"{visit.path}@{visit.number}", self.redrives) if self.redriven else self.redrives


@dataclass(slots=True, kw_only=True, eq=False)
class Scope:
    """The scope of one machine: the whole execution, a branch of a Parallel, or an iteration of a Map.

    :param clock: the journal's time, shared by all scopes.
    :param context: the part of the context object that is constant in this scope.
    :param history: the history that receives this scope's events.
    :param budget: the execution's budget, shared by all scopes.
    :param path: prefix of ids, such as ``/Encode[3]``; empty at the top.
    :param variables: this scope's variables, then the variables of the surrounding scopes.
    :param sizes: bytes that each variable takes as JSON.
    :param seed: seed of randomness.
    :param event: number of the last event in this scope.
    :param visits: number of visits of each state.
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
    def top(cls, start: Start, bounds: ExecutionBounds | None = None) -> Scope:
        """Return the scope of a whole execution.

        :param bounds: bounds of the execution; those of its type when absent.
        """
        bounds = bounds or (EXPRESS if start.express else STANDARD)
        execution = {
            "Id": start.execution_id,
            "Input": start.input,
            "StartTime": timestamps.text(start.at),
            "Name": start.name,
            "RoleArn": start.role,
            "RedriveCount": 0,
        }
        context = {"Execution": execution, "StateMachine": {"Id": start.machine_id, "Name": start.machine}}
        return cls(
            clock=JournalClock(start.at),
            context=context,
            history=History(limited=not start.express, room=PayloadRoom(bounds.history_bytes)),
            budget=Budget(
                reached=start.at, most_attempts=bounds.most_attempts, most_cpu_seconds=bounds.most_cpu_seconds
            ),
            seed=start.execution_id or start.name,
        )

    def record(self, kind: str, **details: Any) -> int:
        """Add an event to the history and return its number."""
        self.event = self.history.add(kind, self.clock.now, self.event, details)
        return self.event

    def inner(self, path: str, item: Mapping[str, Any] | None = None) -> Scope:
        """Return the scope of a branch, or of an iteration for the given item."""
        context = self.context if item is None else {**self.context, "Map": {"Item": item}}
        variables, sizes = self.variables.new_child(), self.sizes.new_child()
        return replace(self, path=path, context=context, variables=variables, sizes=sizes, visits=Counter())

    def child_execution(self, path: str, label: str, value: Json, item: Mapping[str, Any] | None) -> Scope:
        """Return the scope of one child execution of a distributed Map, which cannot read outer variables."""
        parent = self.context["Execution"]
        name = random_uuid(random.Random(f"{self.seed}|{path}"))  # an id that must be the same in each replay
        started = timestamps.text(self.clock.now)
        execution = {
            **parent,
            "Id": f"{parent['Id']}/{label}:{name}",
            "Input": value,
            "StartTime": started,
            "Name": name,
        }
        context = {**self.context, "Execution": execution, **({} if item is None else {"Map": {"Item": item}})}
        history = self.history.child(path)
        own: dict[str, Any] = {"variables": ChainMap(), "sizes": ChainMap(), "event": 0, "visits": Counter()}
        return replace(self, path=path, context=context, history=history, **own)

    def assign(self, values: Mapping[str, Json]) -> None:
        """Assign values to variables of this scope.

        :raises StateError: ``States.DataLimitExceeded`` when the values, or all variables together, are too large.
        """
        check_assigned(values)
        self.variables.update(values)
        self.sizes.update({name: size(value) for name, value in values.items()})
        if sum(self.sizes.values()) > VARIABLES_BYTES:
            raise StateError(
                DATA_LIMIT_EXCEEDED, f"All variables together exceed the maximum of {VARIABLES_BYTES} bytes."
            )


@dataclass(slots=True, kw_only=True, eq=False)
class VisitScope:
    """One visit of a state.

    :param scope: the scope of the visit.
    :param state: the visited state.
    :param raw: the state's raw input.
    :param number: number of the visit of this state in this scope, counted from 1.
    :param entered: number of the ``StateEntered`` event.
    :param entered_at: when the state was entered.
    :param used: retries so far by retrier.
    :param redrives: number of redrives when the visit began, or when a redrive repeated it.
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
        """The state's path, without visit and attempt."""
        return f"{self.scope.path}/{quoted(self.state.name)}"

    @property
    def id(self) -> str:
        """Path, visit and attempt: the idempotency key."""
        return f"{self.path}@{self.number}#{self.retries + 1}"

    def inner_path(self, index: int) -> str:
        """Return the prefix of the ids inside branch or iteration ``index``."""
        first = self.number == 1 and self.retries == 0
        return f"{self.path if first else self.id}[{index}]"

    def context(self, **more: Any) -> dict[str, Any]:
        """Return this state's context object; ``more`` goes into it."""
        state: dict[str, Any] = {"EnteredTime": timestamps.text(self.entered_at), "Name": self.state.name}
        if self.state.counts_retries:
            state["RetryCount"] = self.retries
        return {**self.scope.context, **self._redriven(), "State": state, **more}

    def _redriven(self) -> dict[str, Any]:
        return (
            {"Execution": {**self.scope.context["Execution"], "RedriveCount": self.redrives}} if self.redrives else {}
        )

    def view(self, **more: Any) -> View:
        """Return the values that this state's expressions can read; ``more`` goes into the context object."""
        scope = self.scope
        return View(
            input=self.raw,
            context=self.context(**more),
            variables=scope.variables,
            now=scope.clock.now,
            seed=f"{scope.seed}|{self.id}",
        )
