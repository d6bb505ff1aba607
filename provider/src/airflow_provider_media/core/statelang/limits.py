"""The service's limits that change how a machine runs (AWS Step Functions developer guide, "Quotas")."""

from __future__ import annotations

from airflow_provider_media.core.statelang.errors import DATA_LIMIT_EXCEEDED, StateError
from airflow_provider_media.core.statelang.jsontext import Json, size

PAYLOAD_BYTES = 262_144
HISTORY_EVENTS = 25_000
EXPRESS_SECONDS = 300
WAIT_SECONDS = 2_147_483_647
"""Waits beyond 24,855 days are refused by the service; that is a signed 32-bit count of seconds."""
NAME_CHARACTERS = 80
LABEL_CHARACTERS = 40
SECONDS = 99_999_999
RETRY_DELAY_SECONDS = 31_622_400


def check_result(value: Json, subject: str) -> None:
    """Refuse a result that is larger than a payload may be.

    :param subject: the task's service or resource, or the state's name, as the cause tells it.
    :raises StateError: ``States.DataLimitExceeded``.
    """
    if size(value) > PAYLOAD_BYTES:
        cause = f"The state/task '{subject}' returned a result with a size exceeding the maximum number of bytes service limit."
        raise StateError(DATA_LIMIT_EXCEEDED, cause)
