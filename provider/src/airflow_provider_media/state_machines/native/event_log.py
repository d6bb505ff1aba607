"""Execution events in a task's log, with one log group per state."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from airflow_provider_media.core.statelang import HistoryEvent

SHOWN_CHARACTERS = 2000
_ENTERED, _EXITED = "StateEntered", "StateExited"
_ENDS = ("StateExited", "TaskFailed", "TaskSucceeded", "TaskTimedOut")
"""Suffixes of the event types that continue the log after a wait."""


def log_events(log: Any, events: Iterable[HistoryEvent]) -> None:
    """Write events into a log.

    :param log: a logger.
    :param events: the new events.
    """
    inside = False
    for event in events:
        if event.type.endswith(_ENTERED) or (not inside and event.type.endswith(_ENDS)):
            inside = _fold(log, inside)
            log.info("::group::%s", event.details.get("name") or event.details["resource"])
            inside = True
        log.log(logging.INFO, "%s %s", event.type, _shown(event))
        if event.type.endswith(_EXITED):
            inside = _fold(log, inside)
    _fold(log, inside)


def _fold(log: Any, inside: bool) -> bool:
    if inside:
        log.info("::endgroup::")
    return False


def _shown(event: HistoryEvent) -> str:
    text = json.dumps(dict(event.details), ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
