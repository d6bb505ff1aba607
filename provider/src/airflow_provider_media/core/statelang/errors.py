"""The errors of the state language: errors that tasks raise and errors that state machines see.

::

    Exception
    ├── TaskFailed           raised by the code that performs a task
    ├── StateError           an error with the name that Retry and Catch match
    ├── DefinitionInvalid    a definition that cannot be parsed (ValueError)
    └── MediaError           errors of requests, as in every layer
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from airflow_provider_media.core.errors import ConfigurationError, SubmissionError

P = ParamSpec("P")
R = TypeVar("R")

ALL = "States.ALL"
TASK_FAILED = "States.TaskFailed"
TIMEOUT = "States.Timeout"
HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout"
RUNTIME = "States.Runtime"
PERMISSIONS = "States.Permissions"
QUERY_EVALUATION = "States.QueryEvaluationError"
DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded"
INTRINSIC_FAILURE = "States.IntrinsicFailure"
RESULT_PATH_MATCH_FAILURE = "States.ResultPathMatchFailure"
NO_CHOICE_MATCHED = "States.NoChoiceMatched"
ITEM_READER_FAILED = "States.ItemReaderFailed"
RESULT_WRITER_FAILED = "States.ResultWriterFailed"
EXCEED_TOLERATED_FAILURE = "States.ExceedToleratedFailureThreshold"


class TaskFailed(Exception):
    """A task failed.

    :param error: the error's name, as ``ErrorEquals`` matches it; ``None`` when the worker gave no name.
    :param cause: text for people, often JSON.
    """

    def __init__(self, error: str | None = None, cause: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


class StateError(Exception):
    """An error inside a state machine. Retry and Catch may match its name.

    :param error: the error's name.
    :param cause: text for people.
    :param located: whether :meth:`at` puts the state and the event id before the cause.
    :param also: further names that ``ErrorEquals`` may match.
    """

    def __init__(
        self, error: str | None, cause: str | None, *, located: bool = False, also: tuple[str, ...] = ()
    ) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause
        self.located = located
        self.also = also

    @property
    def terminal(self) -> bool:
        """Whether no Retry and no Catch matches: Step Functions ignores even an explicit ``States.Runtime``."""
        return self.error == RUNTIME

    def at(self, state: str, event_id: int) -> StateError:
        """Return the same error; the cause of a located error then names the state and the event id."""
        if not self.located:
            return self
        place = f"An error occurred while executing the state '{state}' (entered at the event id #{event_id})."
        return StateError(self.error, f"{place} {self.cause}", also=self.also)


def runtime(detail: str) -> StateError:
    """Return a ``States.Runtime`` error: the definition does not fit the data."""
    return StateError(RUNTIME, detail, located=True)


def query(detail: str) -> StateError:
    """Return a ``States.QueryEvaluationError``: a JSONata expression failed or gave an unsuitable value."""
    return StateError(QUERY_EVALUATION, detail, located=True)


BEYOND_BOUNDS = (RecursionError, OverflowError)
"""Python's exceptions for a value of the input or of a task that is nested too deeply or is too large a number."""


def beyond_bounds_error(error: BaseException) -> StateError:
    """Return the ``States.Runtime`` error for a value that is nested too deeply or is too large a number."""
    reason = "is nested too deeply" if isinstance(error, RecursionError) else "is too large a number"
    return runtime(f"The state cannot work with its data, for a value {reason}.")


def raises_state_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a function so that too deep nesting or too large a number raises ``States.Runtime``."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except BEYOND_BOUNDS as error:
            raise beyond_bounds_error(error) from error

    return wrapped


class DefinitionInvalid(ValueError):
    """A state machine's definition cannot be parsed.

    :param message: what is wrong and what is allowed.
    :param location: JSON pointer to the error.
    """

    def __init__(self, message: str, location: str = "/") -> None:
        super().__init__(f"{message} at {location}")
        self.message = message
        self.location = location


class MockMissing(ConfigurationError):
    """A task has no mocked answer."""

    code = "mock_missing"
    advice = "Add an answer under the name of the state, or under its resource, and run the machine again."


class MockNotUsed(ConfigurationError):
    """The state's work needs no mocked answer."""

    code = "mock_not_used"
    advice = "Leave out the mock, or name a state of type Task, Parallel or Map."


class StateUnknown(ConfigurationError):
    """The definition has no such state."""

    code = "state_unknown"
    advice = "Send the name of a state of the definition; states inside of Map and Parallel count too."


class TaskTokenInvalid(SubmissionError):
    """The task token is unknown; send the whole token, unchanged."""

    code = "task_token_invalid"
    advice = "Copy the whole token from the task's payload."


class StateMachineUnknown(SubmissionError):
    """There is no such state machine."""

    code = "state_machine_unknown"
    advice = "Send the name of a file in include/state_machines, and check your rights to its DAG."
