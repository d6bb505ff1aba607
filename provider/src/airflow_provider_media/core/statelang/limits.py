"""The service's limits that change how a machine runs (AWS Step Functions developer guide, "Quotas")."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_media.core.statelang.errors import DATA_LIMIT_EXCEEDED, HEARTBEAT_TIMEOUT, TIMEOUT, StateError
from airflow_provider_media.core.statelang.jsontext import Json, fits

PAYLOAD_BYTES = 262_144
VARIABLES_BYTES = 10 * 1024 * 1024
"""All variables in reach of one state."""
HISTORY_EVENTS = 25_000
HISTORY_BYTES = 16 * 1024 * 1024
"""Payloads in a history as JSON; the objects in memory are several times as large."""
EXPRESS_SECONDS = 300
EXPRESS_ATTEMPTS = 50_000
"""The service limits express executions by time alone; here they share a process with others."""
EXPRESS_CPU_SECONDS = 10
"""Processor time of an express execution between its tasks."""
WAIT_SECONDS = 2_147_483_647
"""Waits beyond 24,855 days are refused by the service; that is a signed 32-bit count of seconds."""
TEXT_CHARACTERS = 4 * PAYLOAD_BYTES
"""One text inside an expression; what is assembled may be larger than the payload that is taken from it."""
JSONATA_ITEMS = 262_144
"""Items of one array or object inside an expression; twice as many numbers as fit into a payload."""
NAME_CHARACTERS = 80
LABEL_CHARACTERS = 40
SECONDS = 99_999_999
RETRY_DELAY_SECONDS = 31_622_400
"""366 days, which MaxDelaySeconds must stay below."""


def time_limit(timeout_seconds: float | None, heartbeat_seconds: float | None) -> tuple[float | None, str]:
    """Seconds that a call may take (``None`` for no limit), and the error when it takes longer.

    Who waits for an answer hears nothing before it: a call that takes longer than a heartbeat has missed its first.
    """
    if heartbeat_seconds is not None and (timeout_seconds is None or heartbeat_seconds < timeout_seconds):
        return heartbeat_seconds, HEARTBEAT_TIMEOUT
    return timeout_seconds, TIMEOUT


def check_result(value: Json, subject: str) -> None:
    """Refuse a result that is larger than a payload may be.

    :param subject: the task's service or resource, or the state's name, as the cause tells it.
    :raises StateError: ``States.DataLimitExceeded``.
    """
    if not fits(value, PAYLOAD_BYTES):
        cause = f"The state/task '{subject}' returned a result with a size exceeding the maximum number of bytes service limit."
        raise StateError(DATA_LIMIT_EXCEEDED, cause)


def checked_payload(value: Json, field: str) -> Json:
    """A payload that a field has computed.

    :raises StateError: ``States.DataLimitExceeded`` where it is larger than a payload may be.
    """
    if not fits(value, PAYLOAD_BYTES):
        raise StateError(DATA_LIMIT_EXCEEDED, f"The payload after {field} exceeds the maximum number of bytes service limit.")
    return value


def check_assigned(values: Mapping[str, Json]) -> None:
    """Refuse variables that are together larger than a payload may be.

    :raises StateError: ``States.DataLimitExceeded``.
    """
    if values and not fits(values, PAYLOAD_BYTES):
        raise StateError(DATA_LIMIT_EXCEEDED, "The size of the assigned variables exceeds the maximum number of bytes service limit.")
