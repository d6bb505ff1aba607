"""Domain errors as failures of Airflow tasks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.media.errors import SourceRestoring
from airflow_provider_media.operators.reporting import report_error
from airflow_provider_media.operators.rescheduling import reschedule

log = logging.getLogger(__name__)


@contextmanager
def airflow_failures() -> Iterator[None]:
    """Turn errors that no retry can cure into failures that Airflow does not retry. No other code decides this.

    :raises AirflowRescheduleException: while the source is being restored; the task frees its worker and checks again
        later.
    """
    try:
        yield
    except SourceRestoring as waiting:
        log.info("%s", waiting.message)
        reschedule(conf.getfloat("media", "restore_poll_seconds"))
    except MediaError as error:
        report_error(error)
        if error.retryable:
            raise
        raise AirflowFailException(f"{error.code}: {error.message}") from error
