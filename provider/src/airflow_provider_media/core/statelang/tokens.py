"""Task tokens: signed names of tasks that wait for somebody's answer, for whoever is to give it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import astuple, dataclass

from airflow_provider_media.core.errors import TaskTokenInvalid

ANSWER, HEARTBEAT, WAITS, WAITING = "answer", "heartbeat", "waits_for", "waiting"
"""XComs of a waiting task: the answer that was given, when somebody last said that they work on it, the digest of its token, and since
when it waits and for what."""
SETTLED_SECONDS = 30.0
"""A task that waits for as long is asleep for the scheduler too. One that is woken before the executor has told of its falling asleep is
taken for lost and tried again; until then its trigger looks often instead."""

NOTHING = "null"
"""What answer and heartbeat are, in JSON, before they come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """The task that a token names.

    :param map_index: of a mapped task, else -1.
    :param attempt: how often its state has been tried, this time included.
    """

    dag_id: str
    run_id: str
    task_id: str
    map_index: int = -1
    attempt: int = 1


def token_of(task: WaitingTask, secret: str) -> str:
    """The token of a task, which nobody can make who does not know the secret."""
    name = json.dumps(astuple(task), separators=(",", ":")).encode()
    return f"{_text(name)}.{_text(_signature(name, secret))}"


def task_of(token: str, secret: str) -> WaitingTask:
    """The task that a token names.

    :raises TaskTokenInvalid: where it was not made with this secret.
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
    """What may be shown of a token: enough to know it again, and no use to anybody."""
    return hashlib.sha256(token.encode()).hexdigest()


def _signature(name: bytes, secret: str) -> bytes:
    # The secret signs other things too; what is signed here is for this purpose alone.
    return hmac.digest(secret.encode(), b"media task token\0" + name, "sha256")


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
