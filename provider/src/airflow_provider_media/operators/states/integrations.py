"""Resources of a state machine's tasks: media operations, AWS APIs and HTTP servers, each for request and response."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.job.model import Engine
from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.hooks import settings
from airflow_provider_media.operators.states import aws, http_task, media, start_execution, tencent

CONNECTION = "aws_default"
"""Connection whose rights tasks have, unless the file beside the state machine names another."""


START = re.compile(r"arn:aws[\w-]*:states:[^:]*:[^:]*:(states|aws-sdk:sfn):startExecution")


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


def objection(resource: str) -> str | None:
    """Return why a resource cannot be called for request and response; ``None`` where it can."""
    if resource.startswith(media.PREFIX):
        name = resource.removeprefix(media.PREFIX)
        return None if name in media.OPERATIONS else f"{resource} does not exist; there are media:{', media:'.join(media.OPERATIONS)}."
    if aws.call_of(resource) is not None or http_task.RESOURCE.fullmatch(resource) or tencent.RESOURCE.fullmatch(resource):
        return None
    apis = f"arn:aws:states:::aws-sdk:service:action, a Lambda function, {aws.NAMED}"
    others = f"http:invoke, {apis}, or qrn:qcs:asw:::sdk:json:qcloud:service:action"
    return f"{resource} cannot be called: a task calls media:…, {others}."


def is_media(resource: str) -> bool:
    """Return whether a resource may be media work, which belongs on workers and in the media pool."""
    return resource.startswith(media.PREFIX) or tencent.works_here(resource)


def invoke(resource: str, arguments: Any, context: Mapping[str, Any], invocation: InvocationContext) -> Any:  # noqa: ARG001  others may look at it
    """Invoke a resource.

    :raises TaskFailed: when the call fails, with the code of the media error or the service's name of the error.
    """
    problem = objection(resource)
    if problem is not None:
        raise TaskFailed("States.Runtime", problem)
    if START.fullmatch(resource) and start_execution.is_ours(arguments):
        return start_execution.receipt(start_execution.started(arguments, invocation.id))
    if aws.call_of(resource) is not None:
        return aws.invoke(resource, arguments, invocation.connection)
    try:
        if tencent.RESOURCE.fullmatch(resource):
            return tencent.invoke(resource, _object(arguments, resource), invocation, own_connection=invocation.connection != CONNECTION)
        if http_task.RESOURCE.fullmatch(resource):
            return http_task.invoke(_object(arguments, resource), settings.announce_allow())
        return media.OPERATIONS[resource.removeprefix(media.PREFIX)](_object(arguments, resource), invocation)
    except MediaError as error:
        raise TaskFailed(error.code, error.message) from error


def _object(arguments: Any, resource: str) -> dict[str, Any]:
    if not isinstance(arguments, dict):
        raise ConfigurationError(f"{resource}: the task's input must be an object with named values; give Parameters or Arguments")
    # A copy: each operation removes the arguments that it knows, so that unknown ones remain.
    return dict(arguments)
