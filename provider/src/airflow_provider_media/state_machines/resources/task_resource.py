"""TaskResource: one row of the table of what a Task state can call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from airflow_provider_media.state_machines.resources.task_request import Invoke

if TYPE_CHECKING:
    from airflow_provider_media.state_machines.waits.wait import Wait

TOKEN = ".waitForTaskToken"  # noqa: S105  the language's name of a pattern
ALONE = ""
"""The integration pattern of a resource that is written without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskResource:
    """One row of the table of resources: what a Task state calls, and how it is performed.

    A resource with ``call`` is called by the task itself, or by a child run in the media pool where it is media work.
    A resource with a wait frees its worker until something from outside resumes the task.
    """

    name: str
    """Name of the row, unique in the table."""
    pattern: re.Pattern[str]
    """Matches the whole resource, without an integration pattern such as ``.sync``."""
    forms: tuple[str, ...]
    """How a definition names the resource, for people; parts in angle brackets vary."""
    summary: str
    """What a task gets from the resource; a line of the documentation."""
    call: Invoke | None = None
    """Does the work and returns its result, for request and response; ``None`` where a task can only wait.

    It raises :class:`TaskFailed` with the name of the error that ``Retry`` and ``Catch`` match, or a
    :class:`MediaError`, whose code is that name.
    """
    waits: Mapping[str, Wait] = field(default_factory=dict)
    """Waits by integration pattern: ``.sync``, ``.sync:2``, or empty where the resource always waits."""
    takes_token: bool = False
    """Whether ``.waitForTaskToken`` is allowed: ``call`` then sends the token, and a callback ends the task."""
    is_media: bool = False
    """Whether the work needs a worker of the media pool. Other calls are done by the task of the execution itself."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """The integration patterns that the resource allows, empty for a resource written alone."""
        alone = (ALONE,) if self.call is not None or ALONE in self.waits else ()
        return (*alone, *(suffix for suffix in self.waits if suffix), *((TOKEN,) if self.takes_token else ()))
