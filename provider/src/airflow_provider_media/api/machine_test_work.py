"""Tests of state machines in processes of their own: a definition may hold an endless loop or a costly expression.

The process also writes the answer's JSON, so that a large answer costs the API server nothing but its sending.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from airflow_provider_media.api.bounded_process import ProcessEnded, call_in_process
from airflow_provider_media.api.errors import MachineTestInvalid, MachineTestStopped
from airflow_provider_media.api.execution_states import SHOWN_VISITS, visit_view
from airflow_provider_media.api.machine_test_models import MockRunView, StateTestView, StepView
from airflow_provider_media.core.diagnostics import TextDiagnostic, diagnostics_of
from airflow_provider_media.core.errors import MediaError, StateMachineInvalid
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.statelang.engine.mock_run import MockRun, MockRunResult, run_with_mocks
from airflow_provider_media.core.statelang.engine.state_test import StateTest, StateTestResult, run_state_test
from airflow_provider_media.core.statelang.engine.tracing import TraceStep
from airflow_provider_media.core.statelang.expressions import timestamps
from airflow_provider_media.core.statelang.jsontext import Json, fits
from airflow_provider_media.core.statelang.limits import PAYLOAD_BYTES
from airflow_provider_media.core.statelang.parsing.files import DefinitionSource

R = TypeVar("R")
TEST_SECONDS = 10
"""Time limit of one test."""
TESTS_AT_ONCE = 4
"""Tests that one API server has run at once."""
SHOWN_DIAGNOSTICS = 100


def answer_in_process(work: Callable[[R], bytes | MediaError], request: R) -> bytes:
    """Do a test in another process, and return the answer as JSON.

    :raises MachineTestStopped: when the test takes too long or too much memory.
    :raises MediaError: when the test itself is refused.
    """
    try:
        answer = call_in_process(work, request, seconds=TEST_SECONDS, name="state machine test")
    except ProcessEnded as ended:
        raise MachineTestStopped(f"The test was stopped. {ended.reason}") from None
    if isinstance(answer, MediaError):
        raise answer
    return answer


def answer_state_test(test: StateTest) -> bytes | MediaError:
    """Test one state in this process, and return the answer as JSON, or the refusal."""
    return _answer(test.source, lambda: _state_view(run_state_test(test, datetime.now(UTC))))


def answer_mock_run(run: MockRun) -> bytes | MediaError:
    """Run a machine with mocks in this process, and return the answer as JSON, or the refusal."""
    return _answer(run.source, lambda: _run_view(run_with_mocks(run)))


def _answer(source: DefinitionSource, view: Callable[[], StateTestView | MockRunView]) -> bytes | MediaError:
    try:
        return written(view())
    except StateMachineInvalid as error:
        return _refused(source, error)
    except MediaError as error:
        return error
    except RecursionError:
        return MachineTestStopped("The test was stopped. A value of it is nested too deeply.")


def written(view: StateTestView | MockRunView) -> bytes:
    """Return an answer as JSON in ASCII, which can also express half of a surrogate pair.

    :raises MachineTestStopped: when the answer cannot be written as JSON.
    """
    try:
        return json.dumps(view, default=_plain, allow_nan=False, separators=(",", ":")).encode("ascii")
    except ValueError as error:
        raise MachineTestStopped(f"The test was stopped. A value in its answer is not JSON: {error}.") from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamps.text(value)
    assert is_dataclass(value)  # views hold nothing else besides JSON
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _refused(source: DefinitionSource, error: StateMachineInvalid) -> MachineTestInvalid:
    found = diagnostics_of(error)
    first = error.message.split("\n", 1)[0]
    count = "an error" if len(found) == 1 else f"{len(found)} errors, of which this is the first"
    shown = found[:SHOWN_DIAGNOSTICS]
    paths = source.paths(one.field for one in shown)
    diagnostics = [to_json(TextDiagnostic.of(one, path=path)) for one, path in zip(shown, paths, strict=True)]
    return MachineTestInvalid(f"The definition has {count}: {first}", diagnostics=diagnostics)


def _state_view(result: StateTestResult) -> StateTestView:
    return StateTestView(
        status=result.status,
        output=result.output if fits(result.output, PAYLOAD_BYTES) else None,
        error=result.error,
        cause=result.cause,
        next_state=result.next_state,
        retry_seconds=result.retry_seconds,
        assigned=result.assigned if fits(dict(result.assigned), PAYLOAD_BYTES) else {},
        steps=tuple(map(_step_view, result.steps)),
    )


def _step_view(step: TraceStep) -> StepView:
    fitting = fits(step.value, PAYLOAD_BYTES)
    value: Json = step.value if fitting else None
    return StepView(name=step.name, value=value, truncated=not fitting)


def _run_view(result: MockRunResult) -> MockRunView:
    execution = result.execution
    return MockRunView(
        status=execution.status,
        output=execution.output,
        error=execution.error,
        cause=execution.cause,
        events=tuple(event.to_json() for event in execution.events),
        states=tuple(map(visit_view, result.visits[-SHOWN_VISITS:])),
        left_out=max(0, len(result.visits) - SHOWN_VISITS),
    )
