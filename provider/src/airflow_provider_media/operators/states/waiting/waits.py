"""Table of waits: which resource waits, and for what."""

from __future__ import annotations

import re
from collections.abc import Callable

from airflow_provider_media.core.statelang.activities import activity_of
from airflow_provider_media.operators.states import integrations
from airflow_provider_media.operators.states.waiting import approval
from airflow_provider_media.operators.states.waiting.approval import ApprovalWait
from airflow_provider_media.operators.states.waiting.child_run_waits import JOB, WORKFLOW, MediaConvertWait, execution
from airflow_provider_media.operators.states.waiting.tokens import ACTIVITY, MESSAGE, SUFFIX
from airflow_provider_media.operators.states.waiting.wait import Wait

_SERVICE = r"arn:aws[\w-]*:states:[^:]*:[^:]*:"
_EXECUTION = re.compile(_SERVICE + r"states:startExecution(?P<form>\.sync(:2)?)")
_CONVERT = re.compile(_SERVICE + r"mediaconvert:createJob\.sync")
_BY_NAME: dict[str, Wait] = {approval.RESOURCE: ApprovalWait(), "media:workflow": WORKFLOW, "media:ingest.sync": JOB}

Waits = Callable[[str], Wait | None]
"""Maps a resource to its wait; ``None`` where the work is done at once."""


def wait_of(resource: str) -> Wait | None:
    """Return the wait of a resource; ``None`` where the work is done at once."""
    if resource.endswith(SUFFIX):
        return MESSAGE
    if activity_of(resource) is not None:
        return ACTIVITY
    found = _BY_NAME.get(resource)
    if found is not None:
        return found
    child = _EXECUTION.fullmatch(resource)
    if child is not None:
        return execution(child["form"])
    return MediaConvertWait() if _CONVERT.fullmatch(resource) else None


def objection(resource: str) -> str | None:
    """Return why a task cannot have a resource; ``None`` where it can."""
    if wait_of(resource) is not None and not resource.endswith(SUFFIX):
        return None
    return integrations.objection(resource.removesuffix(SUFFIX))
