"""Mock run: a whole execution with mocked tasks in virtual time, bounded so that any definition can be run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from airflow_provider_media.core.statelang.engine.budget import ExecutionBounds
from airflow_provider_media.core.statelang.engine.execution_result import Execution
from airflow_provider_media.core.statelang.engine.interpreter import drive, start_of
from airflow_provider_media.core.statelang.engine.mocks import FastClock, MockAnswer, Mocks
from airflow_provider_media.core.statelang.engine.replay import JournaledExecution
from airflow_provider_media.core.statelang.engine.visits import StateVisit, visits_of
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import EXPRESS_CPU_SECONDS
from airflow_provider_media.core.statelang.parsing.files import DefinitionSource

BOUNDS = ExecutionBounds(most_attempts=2_000, most_cpu_seconds=EXPRESS_CPU_SECONDS, history_bytes=2 * 1024 * 1024)
"""People read a mock run in a browser; no answer is larger than this history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MockRun:
    """One mock run.

    :param source: the definition.
    :param input: the execution's input.
    :param mocks: answers by the name of a state or by its resource.
    :param name: the execution's name; a UUID when absent.
    :param express: whether the execution is an express execution, of five minutes at most.
    """

    source: DefinitionSource
    input: Json
    mocks: Mapping[str, Sequence[MockAnswer]] = field(default_factory=dict)
    name: str | None = None
    express: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MockRunResult:
    """The result of a mock run.

    :param execution: the execution with its history.
    :param visits: the visits of states in the order of entering.
    """

    execution: Execution
    visits: tuple[StateVisit, ...]


def run_with_mocks(run: MockRun) -> MockRunResult:
    """Run a state machine to its end; nothing but the mocks answers its tasks, and no wait takes time.

    :raises StateMachineInvalid: when the definition has errors.
    :raises MockMissing: when a task has no mocked answer.
    """
    clock = FastClock()
    start = start_of(run.input, name=run.name, express=run.express, at=clock.now())
    execution = JournaledExecution(run.source.machine(), start, bounds=BOUNDS)
    ended = drive(execution, Mocks(run.mocks), clock)
    return MockRunResult(execution=ended, visits=tuple(visits_of(execution)))
