"""InvocationContext: what a call of a resource has besides its arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from airflow_provider_media.core.jobs.model import Engine

CONNECTION = "aws_default"
"""Connection whose rights tasks have, unless the file beside the state machine names another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationContext:
    """Context of a call, besides its arguments.

    :param id: the same for every attempt of a task, so that a retry finds the finished work of an earlier attempt.
    :param cancelled: polled often; True stops the running tools.
    :param connection: id of the connection whose rights the call has.
    """

    id: str
    cancelled: Callable[[], bool] = lambda: False
    connection: str = CONNECTION

    def engine(self, output: str = "") -> Engine:
        """Return the media engine of this worker.

        :param output: URI of the output location.
        """
        from airflow_provider_media.hooks.media import MediaHook

        return MediaHook(self.connection, None, output).engine(cancelled=self.cancelled)
