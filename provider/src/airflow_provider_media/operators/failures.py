"""Errors of the domain as failures of Airflow's tasks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.operators.telling import tell_error


@contextmanager
def airflow_failures() -> Iterator[None]:
    """Turn errors that no retry can cure into failures that Airflow does not retry; the only place that decides so."""
    try:
        yield
    except MediaError as error:
        tell_error(error)
        if error.retryable:
            raise
        raise AirflowFailException(f"{error.code}: {error.message}") from error
