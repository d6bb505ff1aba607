"""Activities: named queues of tasks; workers ask for a task instead of receiving one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.statelang.jsontext import Json

NAME = r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}"
"""Pattern of an activity's name ("CreateActivity", AWS Step Functions API reference)."""
RESOURCE = re.compile(rf"arn:aws[\w-]*:states:[^:]*:[^:]*:activity:(?P<name>{NAME})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityTask:
    """A task of an activity, as the worker that took it receives it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)
    token: str
    """The task token. Send it with the answer and with every heartbeat."""
    input: Json
    dag_id: str
    """The DAG of the state machine that waits for the task."""


def activity_of(resource: str) -> str | None:
    """Return the activity's name from a resource; ``None`` when the resource is no activity."""
    found = RESOURCE.fullmatch(resource)
    return found["name"] if found else None
