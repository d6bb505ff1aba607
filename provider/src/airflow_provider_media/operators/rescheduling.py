"""Reschedule: a task frees its worker and runs again later."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import NoReturn

from airflow.sdk.exceptions import AirflowRescheduleException

log = logging.getLogger(__name__)
LEAST_SECONDS = 10.0
"""Shortest time until the task runs again, in seconds.

Airflow fails a task that is queued again before the scheduler has noticed the end of the worker's process. The
scheduler needs a second or more: https://github.com/apache/airflow/issues/71172.
"""


def reschedule(seconds: float) -> NoReturn:
    """End this try of a task. Airflow runs the task again from its beginning, without counting a try.

    :param seconds: seconds until the task runs again; at least LEAST_SECONDS.
    :raises AirflowRescheduleException: always.
    """
    seconds = max(seconds, LEAST_SECONDS)
    log.info("The task gives its worker back and looks again in %g s.", seconds)
    raise AirflowRescheduleException(datetime.now(UTC) + timedelta(seconds=seconds)) from None
