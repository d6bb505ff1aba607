"""Activities: work that somebody asks for by its name, instead of being sent it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from airflow_provider_media.core.statelang.jsontext import Json

NAME = r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}"
"""What the name of an activity may be ("CreateActivity", AWS Step Functions API reference)."""
_RESOURCE = re.compile(rf"arn:aws[\w-]*:states:[^:]*:[^:]*:activity:(?P<name>{NAME})")
TAKEN = "taken"
"""XCom of a task of an activity: when somebody has taken it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityTask:
    """A task of an activity, for whoever has taken it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(use_attribute_docstrings=True)
    token: str
    """Give this with the answer, and with every sign of life."""
    input: Json
    dag_id: str
    """The DAG of the state machine that waits."""


def activity_of(resource: str) -> str | None:
    """The name of the activity that a resource is; ``None`` where it is none."""
    found = _RESOURCE.fullmatch(resource)
    return found["name"] if found else None


def offer_of(activity: str) -> str:
    """Key of the XCom with which a task of an activity waits to be taken."""
    return f"activity:{activity}"
