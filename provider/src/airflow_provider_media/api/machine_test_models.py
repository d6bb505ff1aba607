"""Bodies and answers of the tests of state machines: one state, and a run with mocked tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from airflow_provider_media.api.execution_states import VisitView
from airflow_provider_media.api.machine_request_models import ExecutionName
from airflow_provider_media.api.models import STRICT
from airflow_provider_media.core.statelang.engine.mocks import MockAnswer
from airflow_provider_media.core.statelang.engine.state_test import StateTestStatus
from airflow_provider_media.core.statelang.errors import TaskFailed
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.service import Status
from airflow_provider_media.core.submission.views import DOCUMENTED
from airflow_provider_media.core.workflows.machine_options import Kind

ErrorName = Annotated[str, Field(max_length=256)]
Cause = Annotated[str, Field(max_length=32768)]
Definition = Annotated[dict[str, Any] | str, Field(union_mode="left_to_right")]


class MockError(BaseModel):
    """The error of a state's work."""

    model_config = STRICT
    error: ErrorName | None = None
    """Name of the error, which `Retry` and `Catch` match."""
    cause: Cause | None = None
    """Cause of the error, for people."""


class StateMock(BaseModel):
    """What the work of a state answers: a result or an error."""

    model_config = STRICT
    result: Any = None
    """Result of the work: any JSON, `null` included."""
    error: MockError | None = None
    """Error of the work, in place of a result."""

    @model_validator(mode="after")
    def _one_of_them(self) -> StateMock:
        if ("result" in self.model_fields_set) == (self.error is not None):
            raise ValueError("give either result or error")
        return self

    def answer(self) -> MockAnswer:
        """Return the same answer for the core."""
        failure = None if self.error is None else TaskFailed(self.error.error, self.error.cause)
        return MockAnswer(result=self.result, failure=failure)


class TaskMock(BaseModel):
    """What one call of a task answers: a result, or an error with its cause."""

    model_config = STRICT
    result: Any = None
    """Result of the task: any JSON, `null` included."""
    error: ErrorName | None = None
    """Name of the error with which the task fails, in place of a result."""
    cause: Cause | None = None
    """Cause of the error, for people."""

    @model_validator(mode="after")
    def _one_of_them(self) -> TaskMock:
        if ("result" in self.model_fields_set) == (not self.model_fields_set.isdisjoint({"error", "cause"})):
            raise ValueError("give either result, or error with its cause")
        return self

    def answer(self) -> MockAnswer:
        """Return the same answer for the core."""
        if "result" in self.model_fields_set:
            return MockAnswer(result=self.result)
        return MockAnswer(failure=TaskFailed(self.error, self.cause))


class StateTestBody(BaseModel):
    """A request to test one state of a definition."""

    model_config = STRICT
    definition: Definition
    """The definition as JSON, or its text. States besides the tested one may have errors."""
    state: Annotated[str, Field(min_length=1, max_length=1000)]
    """Name of the state; it may stand inside of a Map or Parallel."""
    input: Any = Field(default_factory=dict)
    """Input of the state: any JSON."""
    variables: dict[str, Any] = Field(default_factory=dict)
    """Workflow variables by name."""
    context: dict[str, Any] = Field(default_factory=dict)
    """Parts of the context object, such as `{"Map": {"Item": {"Index": 0, "Value": 7}}}`; others are generated."""
    mock: StateMock | None = None
    """What the work of a Task, Parallel or Map answers. Without it, the test stops before the work."""
    retries: Annotated[int, Field(ge=0, le=1000)] = 0
    """Number of retries that each retrier has made before: with all of them used up, `Catch` takes the error."""


class MockRunBody(BaseModel):
    """A request to run a state machine with mocked tasks."""

    model_config = STRICT
    definition: Definition
    """The definition as JSON, or its text. It may have no errors."""
    input: Any = Field(default_factory=dict)
    """Input of the execution: any JSON."""
    mocks: dict[str, Annotated[list[TaskMock], Field(min_length=1)]] = Field(default_factory=dict)
    """Answers of tasks, by the name of the state or by its resource; the name has precedence.

    The first call gets the first answer, and so on; the last answer is repeated."""
    name: ExecutionName | None = None
    """Name of the execution, for `$$.Execution.Name`; a new name when absent."""
    type: Kind = "standard"
    """`express` ends the execution after five minutes of virtual time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of a state's data flow."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    name: str
    """A field such as `Parameters`, whose value is the data after this field, or `input`, `until`, `result`, `output`,
    `next`, `error`, `retry` or `fails with`."""
    value: Json
    truncated: bool
    """Whether the value is left out, because it is larger than a payload may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTestView:
    """The result of a test of one state."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    status: StateTestStatus
    """`RETRIABLE`: a retrier takes the error. `CAUGHT_ERROR`: a catcher takes it. `MOCK_MISSING`: the steps end before
    the state's work, whose answer only a mock can give."""
    output: Json
    """Output of the state; `null` also when there is none."""
    error: str | None
    """Name of the error."""
    cause: str | None
    next_state: str | None
    """State that follows; `null` at the end."""
    retry_seconds: float | None
    """Delay of the retry."""
    assigned: Mapping[str, Json]
    """Variables that the state assigns."""
    steps: tuple[StepView, ...]
    """The data flow, step by step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MockRunView:
    """The result of a mock run."""

    __pydantic_config__: ClassVar[ConfigDict] = DOCUMENTED
    status: Status
    """Status of the execution."""
    output: Json
    """Output of the execution; `null` also when there is none."""
    error: str | None
    """Name of the error with which the execution ended."""
    cause: str | None
    events: tuple[dict[str, Any], ...]
    """The history in the form of Step Functions' `GetExecutionHistory`, in virtual time."""
    states: tuple[VisitView, ...]
    """The visits of states in order of their start, in virtual time; the latest thousand."""
    left_out: int
    """Number of earlier visits that are left out."""
