"""Tencent Cloud's APIs and functions as tasks of a state machine in its dialect.

This engine does media processing itself, unless the file beside the machine names a connection. With a connection, all
calls go to Tencent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.hooks import tencent
from airflow_provider_media.state_machines.resources import mps
from airflow_provider_media.state_machines.resources.media import Operation

if TYPE_CHECKING:
    from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext

RESOURCE = re.compile(
    r"qrn:qcs:asw:(?P<region>[^:]*):[^:]*:sdk:json:qcloud:(?P<service>[a-z0-9-]+)"
    r":(?P<action>[A-Za-z0-9]+)(?P<path>(/[^:/]+){0,3})"
)
PROCESS_MEDIA = re.compile(r"qrn:qcs:asw:[^:]*:[^:]*:sdk:json:qcloud:mps:[Pp]rocessMedia(/[^:/]+){0,3}")
"""The call that may be media work on this worker."""
HERE: dict[str, Operation] = {"mps:ProcessMedia": mps.process_media, "mps:DescribeTaskDetail": mps.describe_task}
"""Calls that this engine serves itself, for machines whose file names no connection."""


def is_here(resource: str, *, own_connection: bool) -> bool:
    """Return whether this engine serves a call itself.

    :param own_connection: whether the machine's file names a connection.
    """
    found = RESOURCE.fullmatch(resource)
    return found is not None and not own_connection and _name(found) in HERE


def invoke(resource: str, arguments: Mapping[str, Any], invocation: InvocationContext, *, own_connection: bool) -> Any:
    """Call an API or a function, or serve the call here.

    :raises TaskFailed: with the API's name of the error.
    """
    found = RESOURCE.fullmatch(resource)
    if found is None:
        raise TaskFailed("States.Runtime", f"{resource} cannot be called.")
    if is_here(resource, own_connection=own_connection):
        return HERE[_name(found)](dict(arguments), invocation)
    connection = invocation.connection if own_connection else tencent.CONNECTION
    try:
        if found["service"] == "scf" and found["path"]:
            return _function(found, arguments, connection)
        return tencent.call(found["service"], _action(found), arguments, region=found["region"], connection=connection)
    except tencent.TencentError as error:
        raise TaskFailed(error.code, error.message) from error


def _function(found: re.Match[str], arguments: Mapping[str, Any], connection: str) -> Any:
    """Return the result of a function: ``scf:Invoke/{name}[/{version or alias}[/{namespace}]]``."""
    names = dict(zip(("FunctionName", "Qualifier", "Namespace"), found["path"].strip("/").split("/"), strict=False))
    asked = {**names, "InvocationType": "RequestResponse", "ClientContext": json.dumps(arguments)}
    result = tencent.call("scf", "Invoke", asked, region=found["region"], connection=connection)["Result"]
    if result.get("InvokeResult"):
        raise TaskFailed("FunctionFailed", result.get("ErrMsg") or result.get("RetMsg"))
    try:
        return json.loads(result.get("RetMsg") or "null")
    except ValueError:
        return result["RetMsg"]


def _action(found: re.Match[str]) -> str:
    return found["action"][:1].upper() + found["action"][1:]


def _name(found: re.Match[str]) -> str:
    return f"{found['service']}:{_action(found)}"
