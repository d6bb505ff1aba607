"""Quotas that change how a machine runs (AWS Step Functions developer guide, "Quotas")."""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_media.core.statelang.errors import DATA_LIMIT_EXCEEDED, HEARTBEAT_TIMEOUT, TIMEOUT, StateError
from airflow_provider_media.core.statelang.jsontext import Json, fits

PAYLOAD_BYTES = 262_144
VARIABLES_BYTES = 10 * 1024 * 1024
"""Limit for all variables that one state can read."""
HISTORY_EVENTS = 25_000
HISTORY_BYTES = 16 * 1024 * 1024
"""Limit for the payloads in a history, as JSON. The objects in memory are several times as large."""
EXPRESS_SECONDS = 300
EXPRESS_ATTEMPTS = 50_000
"""Step Functions limits express executions by time alone. Here express executions share a process with others."""
EXPRESS_CPU_SECONDS = 5
"""CPU time of an express execution, its tasks excluded."""
WAIT_SECONDS = 2_147_483_647
"""Step Functions refuses waits beyond 24,855 days, the largest signed 32-bit number of seconds."""
TEXT_CHARACTERS = 4 * PAYLOAD_BYTES
"""Longest text inside an expression. An intermediate text may be larger than the payload made from it."""
JSONATA_ITEMS = 262_144
"""Most items of one array or object inside an expression: twice as many numbers as fit into a payload."""
NAME_CHARACTERS = 80
LABEL_CHARACTERS = 40
SECONDS = 99_999_999
RETRY_DELAY_SECONDS = 31_622_400
"""366 days. MaxDelaySeconds must be smaller."""


def time_limit(timeout_seconds: float | None, heartbeat_seconds: float | None) -> tuple[float | None, str]:
    """Return the time limit of a call in seconds (``None`` for no limit), and the error name for a longer call.

    A call sends nothing before its answer. A call longer than the heartbeat interval has therefore missed a heartbeat.
    """
    if heartbeat_seconds is not None and (timeout_seconds is None or heartbeat_seconds < timeout_seconds):
        return heartbeat_seconds, HEARTBEAT_TIMEOUT
    return timeout_seconds, TIMEOUT


def check_result(value: Json, subject: str) -> None:
    """Check the size of a result.

    :param subject: the task's service or resource, or the state's name; the cause contains it.
    :raises StateError: ``States.DataLimitExceeded`` when the result is larger than a payload may be.
    """
    if not fits(value, PAYLOAD_BYTES):
        cause = (
            f"The state/task '{subject}' returned a result with a size exceeding the maximum number of bytes service"
            " limit."
        )
        raise StateError(DATA_LIMIT_EXCEEDED, cause)


def checked_payload(value: Json, field: str) -> Json:
    """Return a payload that a field has computed, after a check of its size.

    :raises StateError: ``States.DataLimitExceeded`` when the payload is too large.
    """
    if not fits(value, PAYLOAD_BYTES):
        raise StateError(
            DATA_LIMIT_EXCEEDED, f"The payload after {field} exceeds the maximum number of bytes service limit."
        )
    return value


def check_assigned(values: Mapping[str, Json]) -> None:
    """Check the size of assigned variables.

    :raises StateError: ``States.DataLimitExceeded`` when the variables together are larger than a payload may be.
    """
    if values and not fits(values, PAYLOAD_BYTES):
        raise StateError(
            DATA_LIMIT_EXCEEDED, "The size of the assigned variables exceeds the maximum number of bytes service limit."
        )
