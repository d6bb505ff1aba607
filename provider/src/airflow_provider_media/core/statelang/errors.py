"""The errors of the state language: what a task raises, and what a state machine sees.

::

    Exception
    ├── TaskFailed           raised by whoever does a task's work
    ├── StateError           an error by its name, as Retry and Catch match it
    └── DefinitionInvalid    a definition that cannot be read (ValueError)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

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
    """A task did not do its work.

    :param error: the error's name, as ``ErrorEquals`` matches it; ``None`` where the worker gave none.
    :param cause: text for people, often JSON.
    """

    def __init__(self, error: str | None = None, cause: str | None = None) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


class StateError(Exception):
    """An error inside a state machine, which Retry and Catch may match by its name.

    :param error: the error's name.
    :param cause: text for people.
    :param located: whether the cause is to be preceded by the state and the event at which it happened.
    :param also: further names under which ``ErrorEquals`` matches it.
    """

    def __init__(self, error: str | None, cause: str | None, *, located: bool = False, also: tuple[str, ...] = ()) -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause
        self.located = located
        self.also = also

    @property
    def terminal(self) -> bool:
        """Whether no Retry and no Catch can help: the service does not even honour an explicit ``States.Runtime``."""
        return self.error == RUNTIME

    def at(self, state: str, event_id: int) -> StateError:
        """The same error with the place at which it happened told in its cause."""
        if not self.located:
            return self
        place = f"An error occurred while executing the state '{state}' (entered at the event id #{event_id})."
        return StateError(self.error, f"{place} {self.cause}", also=self.also)


def runtime(detail: str) -> StateError:
    """A ``States.Runtime`` error: the definition and the data do not fit."""
    return StateError(RUNTIME, detail, located=True)


def query(detail: str) -> StateError:
    """A ``States.QueryEvaluationError``: a JSONata expression failed or gave the wrong thing."""
    return StateError(QUERY_EVALUATION, detail, located=True)


BEYOND_BOUNDS = (RecursionError, OverflowError)
"""What Python raises where a value of the input, or of a task, is nested too deeply or is too large a number."""


def beyond_bounds_error(error: BaseException) -> StateError:
    """The ``States.Runtime`` error of a value with which nothing can be computed."""
    reason = "is nested too deeply" if isinstance(error, RecursionError) else "is too large a number"
    return runtime(f"The state cannot work with its data, for a value {reason}.")


def raises_state_errors(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, which ends with ``States.Runtime`` where a value is nested too deeply or is too large a number."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except BEYOND_BOUNDS as error:
            raise beyond_bounds_error(error) from error

    return wrapped


class DefinitionInvalid(ValueError):
    """A state machine's definition cannot be read.

    :param message: what is wrong and what is allowed.
    :param location: JSON pointer to the place.
    """

    def __init__(self, message: str, location: str = "/") -> None:
        super().__init__(f"{message} at {location}")
        self.message = message
        self.location = location
