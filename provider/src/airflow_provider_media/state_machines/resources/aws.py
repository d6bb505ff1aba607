"""AWS APIs as tasks of a state machine (request and response), called with boto3 and a connection.

The language writes parameters and results in Pascal case, whatever case a service's own API uses ("Call AWS services",
AWS Step Functions developer guide). botocore's models hold each service's own spelling.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.hooks import aws

_STATES = r"arn:aws[\w-]*:states:[^:]*:[^:]*:"
SDK = re.compile(_STATES + r"aws-sdk:(?P<service>[a-z0-9]+):(?P<action>[a-zA-Z0-9]+)")
_OPTIMISED = re.compile(_STATES + r"(?P<service>[a-z0-9]+):(?P<action>[a-zA-Z0-9]+)")
FUNCTION = re.compile(r"arn:aws[\w-]*:lambda:[^:]+:[^:]+:function:.+")

OPTIMISED = {
    ("lambda", "invoke"),
    ("sqs", "sendMessage"),
    ("sns", "publish"),
    ("events", "putEvents"),
    ("dynamodb", "getItem"),
    ("dynamodb", "putItem"),
    ("dynamodb", "updateItem"),
    ("dynamodb", "deleteItem"),
    ("mediaconvert", "createJob"),
    ("states", "startExecution"),
    ("s3", "getObject"),
    ("s3", "putObject"),
    ("s3", "listObjectsV2"),
}
"""Calls whose resource may omit ``aws-sdk``."""
_TEXTS = {
    ("sqs", "sendMessage"): "MessageBody",
    ("sns", "publish"): "Message",
    ("states", "startExecution"): "Input",
    ("events", "putEvents"): "Detail",
}
"""Parameters whose objects become JSON text; for events, the parameter is in each of the ``Entries``."""
_CLIENTS = {"sfn": "stepfunctions", "states": "stepfunctions", "cloudwatchlogs": "logs", "eventbridge": "events"}
_NAMES = {
    "dynamodb": "DynamoDb",
    "sfn": "Sfn",
    "mediaconvert": "MediaConvert",
    "eventbridge": "EventBridge",
    "cloudwatchlogs": "CloudWatchLogs",
}
"""Service names in errors of ``aws-sdk`` calls, where the name is not simply capitalised."""
_OPTIMISED_NAMES = {
    "dynamodb": ("DynamoDB", "AmazonDynamoDBException"),
    "sqs": ("SQS", "AmazonSQSException"),
    "sns": ("SNS", "AmazonSNSException"),
    "s3": ("S3", "AmazonS3Exception"),
    "states": ("StepFunctions", "AWSStepFunctionsException"),
    "events": ("EventBridge", "AmazonEventBridgeException"),
    "mediaconvert": ("MediaConvert", "AWSMediaConvertException"),
    "lambda": ("Lambda", "AWSLambdaException"),
}
"""Service names in errors of optimised calls, each with its generic error; an older SDK's spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsCall:
    """An operation of a service.

    :param service: service name from the resource.
    :param action: action name from the resource, in camel case.
    :param optimised: whether the resource omits ``aws-sdk``.
    """

    service: str
    action: str
    optimised: bool = False

    @property
    def operation(self) -> str:
        """Name of the operation in the service's model."""
        return self.action[:1].upper() + self.action[1:]


_INVOKE = AwsCall(service="lambda", action="invoke", optimised=True)


def optimised(*calls: tuple[str, str]) -> re.Pattern[str]:
    """Return the pattern of the resources of calls without ``aws-sdk``.

    :param calls: service and action of each call.
    """
    return re.compile(_STATES + f"(?:{'|'.join(sorted(f'{service}:{action}' for service, action in calls))})")


def call_of(resource: str) -> AwsCall | None:
    """Return the call that a resource names; ``None`` where it names none."""
    found = SDK.fullmatch(resource)
    if found:
        return AwsCall(service=found["service"], action=found["action"])
    found = _OPTIMISED.fullmatch(resource)
    if found and (found["service"], found["action"]) in OPTIMISED:
        return AwsCall(service=found["service"], action=found["action"], optimised=True)
    return _INVOKE if FUNCTION.fullmatch(resource) else None


def invoke(resource: str, arguments: Any, connection: str) -> Any:
    """Call an AWS API.

    :param connection: id of the connection with the credentials.
    :raises TaskFailed: with the service's name of the error.
    """
    call = call_of(resource)
    if call is None:
        raise TaskFailed("States.Runtime", f"{resource} cannot be called.")
    if call == _INVOKE:
        return _lambda(resource, arguments, connection)
    answer = _api(call, _as_texts(call, dict(arguments or {})), connection)
    if call.optimised and answer.get("FailedEntryCount"):
        raise TaskFailed("EventBridge.FailedEntry", json.dumps(answer))
    return answer


def _as_texts(call: AwsCall, arguments: dict[str, Any]) -> dict[str, Any]:
    name = _TEXTS.get((call.service, call.action)) if call.optimised else None
    if name is None:
        return arguments
    if isinstance(arguments.get("Entries"), list):
        return {**arguments, "Entries": [_with_text(entry, name) for entry in arguments["Entries"]]}
    with_text: dict[str, Any] = _with_text(arguments, name)
    return with_text


def _with_text(value: Any, name: str) -> Any:
    if not isinstance(value, Mapping) or isinstance(value.get(name, ""), str):
        return value
    return {**value, name: json.dumps(value[name], separators=(",", ":"), ensure_ascii=False)}


def _api(call: AwsCall, arguments: Mapping[str, Any], connection: str) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    client = aws.client(_CLIENTS.get(call.service, call.service), connection)
    if call.operation not in client.meta.service_model.operation_names:
        raise TaskFailed("States.Runtime", f"{call.service} has no operation {call.action}.")
    shapes = client.meta.service_model.operation_model(call.operation)
    method = {value: key for key, value in client.meta.method_to_api_mapping.items()}[call.operation]
    try:
        answer = getattr(client, method)(**_spelt(arguments, shapes.input_shape))
    except ClientError as error:
        raise TaskFailed(_error_name(call, client, str(error.response["Error"].get("Code"))), str(error)) from error
    except BotoCoreError as error:
        raise TaskFailed(f"{_names(call)[0]}.SdkClientException", str(error)) from error
    return _as_result({name: value for name, value in answer.items() if name != "ResponseMetadata"})


def _names(call: AwsCall) -> tuple[str, str]:
    """Return the service's name in its errors, and the name of its generic error."""
    if call.optimised:
        return _OPTIMISED_NAMES[call.service]
    name = _NAMES.get(call.service, call.service.capitalize())
    return name, f"{name}Exception"


def _error_name(call: AwsCall, client: Any, code: str) -> str:
    """Return the SDK's name of an error: its class where the service's model has one, else the generic error."""
    service, other = _names(call)
    shape = client.meta.service_model.shape_for_error_code(code)
    return f"{service}.{other if shape is None else shape.name.removesuffix('Exception') + 'Exception'}"


def _lambda(resource: str, arguments: Any, connection: str) -> Any:
    bare = bool(FUNCTION.fullmatch(resource))
    asked = {"FunctionName": resource, "Payload": arguments} if bare else dict(arguments)
    if "Payload" in asked:
        asked["Payload"] = json.dumps(asked["Payload"])
    answer = _api(_INVOKE, asked, connection)
    payload = json.loads(answer["Payload"]) if answer.get("Payload") else None
    if answer.get("FunctionError"):
        name = payload.get("errorType") if isinstance(payload, dict) else None
        raise TaskFailed(name or "Lambda.Unknown", json.dumps(payload))
    return payload if bare else {**answer, "Payload": payload}


def _spelt(value: Any, shape: Any) -> Any:
    """Return a parameter with its members in the service's spelling."""
    kind = getattr(shape, "type_name", None)
    if kind == "structure" and isinstance(value, Mapping):
        names = {name.lower(): name for name in shape.members}
        found = {names.get(key.lower(), key): item for key, item in value.items()}
        return {name: _spelt(item, shape.members.get(name)) for name, item in found.items()}
    if kind == "list" and isinstance(value, list):
        return [_spelt(item, shape.member) for item in value]
    return value


def _as_result(value: Any) -> Any:
    """Return a result as JSON in Pascal case."""
    if isinstance(value, Mapping):
        return {str(key)[:1].upper() + str(key)[1:]: _as_result(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_as_result(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "read"):
        value = value.read()
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return value
