"""What an execution that has ended leaves: its status, its output or error, and its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from airflow_provider_media.core.statelang.engine.history import History, HistoryEvent
from airflow_provider_media.core.statelang.jsontext import Json

EndStatus = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The result of an execution that has ended.

    :param status: SUCCEEDED, FAILED, TIMED_OUT or ABORTED.
    :param output: the output, when the execution succeeded.
    :param error: the error's name, when the execution failed or was aborted with an error.
    :param cause: the error's cause.
    :param events: the execution's history.
    :param children: histories of the child executions of distributed Maps, by path.
    """

    status: EndStatus
    output: Json = None
    error: str | None = None
    cause: str | None = None
    events: tuple[HistoryEvent, ...] = ()
    children: dict[str, History] = field(default_factory=dict)
