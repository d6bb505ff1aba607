"""Task tokens: signed names of tasks that wait for a callback."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import astuple, dataclass

from airflow_provider_media.core.statelang.errors import TaskTokenInvalid

SETTLED_SECONDS = 30.0
"""The scheduler knows a task as deferred once the task has waited this long. The scheduler takes a task for lost, and
retries it, when the task is resumed before the executor has reported the deferral. Until then the task's trigger polls
often instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """The task that a task token names.

    :param map_index: index of a mapped task, else -1.
    :param attempt: number of attempts of the task's state so far, this attempt included.
    """

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1
    attempt: int = 1


def token_of(task: WaitingTask, secret: str) -> str:
    """Return the token of a task. Nobody can forge the token without the secret."""
    name = json.dumps(astuple(task), separators=(",", ":")).encode()
    return f"{_text(name)}.{_text(_signature(name, secret))}"


def task_of(token: str, secret: str) -> WaitingTask:
    """Return the task that a token names.

    :raises TaskTokenInvalid: when the token was not signed with this secret.
    """
    try:
        name, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    except ValueError:
        raise TaskTokenInvalid from None
    if not hmac.compare_digest(signature, _signature(name, secret)):
        raise TaskTokenInvalid
    dag_id, run_id, task_id, map_index, attempt = json.loads(name)
    return WaitingTask(dag_id=dag_id, run_id=run_id, task_id=task_id, map_index=map_index, attempt=attempt)


def digest_of(token: str) -> str:
    """Return a token's digest. The digest identifies the token and may be shown, since it cannot replace the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _signature(name: bytes, secret: str) -> bytes:
    # The secret signs other data too; the prefix limits this signature to task tokens.
    return hmac.digest(secret.encode(), b"media task token\0" + name, "sha256")


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
