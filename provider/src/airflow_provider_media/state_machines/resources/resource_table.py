"""Table of resources: what a Task state can call. Calls, waits, pools, checks and documentation are derived from it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from airflow_provider_media.core.entry_points import added_points, rows_by_name
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.statelang.activities import RESOURCE as ACTIVITY_RESOURCE
from airflow_provider_media.core.statelang.definition.states.task import Resource
from airflow_provider_media.hooks import settings
from airflow_provider_media.state_machines.resources import aws, http_task, media, start_execution, tencent
from airflow_provider_media.state_machines.resources.invocation_context import CONNECTION, InvocationContext
from airflow_provider_media.state_machines.resources.task_resource import ALONE, TaskResource
from airflow_provider_media.state_machines.waits import approval
from airflow_provider_media.state_machines.waits.approval import ApprovalWait
from airflow_provider_media.state_machines.waits.child_run_waits import JOB, WORKFLOW, MediaConvertWait, execution
from airflow_provider_media.state_machines.waits.tokens import ACTIVITY

ENTRY_POINT_GROUP = "airflow_provider_media.resources"


def _call_aws(resource: str, arguments: Any, _context: Any, invocation: InvocationContext) -> Any:
    if start_execution.RESOURCE.fullmatch(resource) and start_execution.is_ours(arguments):
        return start_execution.receipt(start_execution.started(arguments, invocation.id))
    return aws.invoke(resource, arguments, invocation.connection)


def _call_tencent(resource: str, arguments: Any, _context: Any, invocation: InvocationContext) -> Any:
    own_connection = invocation.connection != CONNECTION
    return tencent.invoke(resource, _object(arguments, resource), invocation, own_connection=own_connection)


def _call_http(resource: str, arguments: Any, _context: Any, _invocation: InvocationContext) -> Any:
    return http_task.invoke(_object(arguments, resource), settings.announce_allow())


def _call_media(resource: str, arguments: Any, _context: Any, invocation: InvocationContext) -> Any:
    return media.OPERATIONS[resource.removeprefix(media.PREFIX)](_object(arguments, resource), invocation)


def _object(arguments: Any, resource: str) -> dict[str, Any]:
    if not isinstance(arguments, dict):
        raise ConfigurationError(
            f"{resource}: the task's input must be an object with named values; give Parameters or Arguments"
        )
    # A copy: each operation removes the arguments that it knows, so that unknown ones remain.
    return dict(arguments)


def _exactly(*names: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names)))


_MEDIA_FORMS = tuple(f"{media.PREFIX}{name}" for name in media.OPERATIONS if name != "ingest")
_START, _CONVERT = ("states", "startExecution"), ("mediaconvert", "createJob")
_CALLS = sorted(aws.OPTIMISED - {_START, _CONVERT})
RESOURCES = (
    TaskResource(
        name="media",
        pattern=_exactly(*_MEDIA_FORMS),
        forms=_MEDIA_FORMS,
        summary="one media operation, done by a worker of the media pool",
        call=_call_media,
        is_media=True,
    ),
    TaskResource(
        name="media-ingest",
        pattern=_exactly("media:ingest"),
        forms=("media:ingest",),
        summary="a job of the ingest queues; `.sync` waits for its end",
        call=_call_media,
        waits={".sync": JOB},
        is_media=True,
    ),
    TaskResource(
        name="media-workflow",
        pattern=_exactly("media:workflow"),
        forms=("media:workflow",),
        summary="a run of a workflow, waited for",
        waits={ALONE: WORKFLOW},
        is_media=True,
    ),
    TaskResource(
        name="media-approval",
        pattern=_exactly(approval.RESOURCE),
        forms=(approval.RESOURCE,),
        summary="the answer of a person, waited for",
        waits={ALONE: ApprovalWait()},
        is_media=True,
    ),
    TaskResource(
        name="states-start-execution",
        pattern=aws.optimised(_START),
        forms=("arn:aws:states:::states:startExecution",),
        summary=(
            "an execution of a state machine; `.sync` and `.sync:2` wait for the end of one in `include/state_machines`"
        ),
        call=_call_aws,
        waits={form: execution(form) for form in (".sync", ".sync:2")},
        takes_token=True,
    ),
    TaskResource(
        name="mediaconvert-create-job",
        pattern=aws.optimised(_CONVERT),
        forms=("arn:aws:states:::mediaconvert:createJob",),
        summary="a job of MediaConvert; `.sync` waits for its end",
        call=_call_aws,
        waits={".sync": MediaConvertWait()},
        takes_token=True,
    ),
    TaskResource(
        name="aws-optimised",
        pattern=aws.optimised(*_CALLS),
        forms=tuple(f"arn:aws:states:::{service}:{action}" for service, action in _CALLS),
        summary="a call of AWS that needs no `aws-sdk` in its name",
        call=_call_aws,
        takes_token=True,
    ),
    TaskResource(
        name="aws-sdk",
        pattern=aws.SDK,
        forms=("arn:aws:states:::aws-sdk:<service>:<action>",),
        summary="any call of AWS",
        call=_call_aws,
        takes_token=True,
    ),
    TaskResource(
        name="lambda-function",
        pattern=aws.FUNCTION,
        forms=("arn:aws:lambda:<region>:<account>:function:<name>",),
        summary="the result of a Lambda function",
        call=_call_aws,
    ),
    TaskResource(
        name="http-invoke",
        pattern=http_task.RESOURCE,
        forms=("arn:aws:states:::http:invoke", "http:invoke"),
        summary="the response of a web server",
        call=_call_http,
    ),
    TaskResource(
        name="tencent-mps",
        pattern=tencent.PROCESS_MEDIA,
        forms=("qrn:qcs:asw:…:sdk:json:qcloud:mps:ProcessMedia",),
        summary="Tencent's media processing, done by a worker of the media pool where the machine names no connection",
        call=_call_tencent,
        is_media=True,
    ),
    TaskResource(
        name="tencent",
        pattern=tencent.RESOURCE,
        forms=(
            "qrn:qcs:asw:…:sdk:json:qcloud:<service>:<Action>",
            "qrn:qcs:asw:…:sdk:json:qcloud:scf:Invoke/<function>[/<version>[/<namespace>]]",
        ),
        summary="a call of Tencent Cloud, or the result of one of its functions",
        call=_call_tencent,
    ),
    TaskResource(
        name="activity",
        pattern=ACTIVITY_RESOURCE,
        forms=("arn:aws:states:<region>:<account>:activity:<name>",),
        summary="the answer of a worker that asks for tasks of the activity, waited for",
        waits={ALONE: ACTIVITY},
    ),
)
"""The resources of this package. Of rows that match the same resource, the first one counts."""


@cache
def all_resources() -> tuple[TaskResource, ...]:
    """Return all rows: those of this package, then those that installed distributions add.

    :raises ConfigurationError: when an added row cannot be loaded, or has the name of another one.
    """
    return tuple(rows_by_name(RESOURCES, added_points(ENTRY_POINT_GROUP), TaskResource).values())


def find_resource(resource: str) -> TaskResource | None:
    """Return the row of a resource; ``None`` when there is none.

    :param resource: the resource as the definition names it, with or without an integration pattern.
    """
    alone = without_pattern(resource)
    return next((row for row in all_resources() if row.pattern.fullmatch(alone)), None)


def without_pattern(resource: str) -> str:
    """Return a resource without its integration pattern."""
    return resource.removesuffix(Resource(resource).pattern)
