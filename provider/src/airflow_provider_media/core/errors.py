"""The base classes of the errors that this package raises on purpose; each layer has its own in its ``errors.py``.

docs/reference/errors.md shows the tree of all errors, and each with code, HTTP status, exit status, retry and advice.

Apart from base classes, it has the errors that layers raise which may not import each other.

The first line of a class's docstring is its default message.
``code`` is stable: callers, tests and dashboards compare it.
"""

from __future__ import annotations

from typing import ClassVar


class MediaError(Exception):
    """Something went wrong in media processing.

    :param message: what was wrong, where, what is allowed and what to do next.
    :param detail: facts for machines (field path, file, line, measured and expected values); never secrets.
    """

    code: ClassVar[str] = "media_error"
    exit_code: ClassVar[int] = 4
    """Exit status of a command that ends with this error."""
    retryable: ClassVar[bool] = False
    """Whether the same work may succeed later without a change."""
    advice: ClassVar[str] = "Read the message; it names the thing and what is allowed."
    """What to do next, in one sentence. Every class has its own; the reference page shows it."""

    def __init__(self, message: str = "", **detail: object) -> None:
        self.message = message or (self.__doc__ or self.code).split("\n", 1)[0]
        self.detail = detail
        super().__init__(self.message)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders between task and supervisor, and the default pickling drops keyword
        # arguments.
        return (_rebuild, (type(self), self.message, self.detail))

    def to_json(self) -> dict[str, object]:
        """Return the error as the API, the CLI and job records show it."""
        return {"code": self.code, "message": self.message, **({"detail": self.detail} if self.detail else {})}


def _rebuild(cls: type[MediaError], message: str, detail: dict[str, object]) -> MediaError:
    return cls(message, **detail)


class ConfigurationError(MediaError):
    """The configuration is not valid."""

    code = "configuration_invalid"
    exit_code = 2
    advice = "Correct the file or option that the message names, then run `airflow media doctor`."


class WorkflowInvalid(ConfigurationError):
    """The workflow is not valid."""

    code = "workflow_invalid"
    advice = "Run `airflow media lint` on the workflow and correct the lines that it names."


class StateMachineInvalid(ConfigurationError):
    """The state machine is not valid."""

    code = "state_machine_invalid"
    advice = "Run `airflow media statemachine lint` on the file and correct the JSON paths that it names."


class SubmissionError(MediaError):
    """The request was refused."""

    code = "submission_refused"
    exit_code = 6
    advice = "Read the message, correct the request, and send it again."
