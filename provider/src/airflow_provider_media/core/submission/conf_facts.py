"""Facts of a job in the conf of a run in a queue, for readers of jobs.

Anyone who may trigger the queue's DAG can write a conf, so any field may be missing or have another type. Code that
acts on a conf checks its signature first; code that only displays a conf shows the readable fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CHARACTERS = 4096
"""Most characters of a text; no submission has more."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfFacts:
    """The readable facts of a conf; a missing field or a field of another type is empty."""

    source: str = ""
    output: str = ""
    workflow: str = ""
    """Name of the workflow."""
    video: str | None = None
    request: str = ""
    """Hash of the request; an empty hash matches no request."""
    subject: str | None = None
    submitted_at: datetime | None = None


def facts_of(conf: object) -> ConfFacts:
    """Return the readable facts of a conf of any form."""
    fields: Mapping[str, Any] = conf if isinstance(conf, Mapping) else {}
    return ConfFacts(
        source=_text(fields.get("source")) or "",
        output=_text(fields.get("output")) or "",
        workflow=_workflow(fields.get("workflow")),
        video=_text(fields.get("video")),
        request=_text(fields.get("request")) or "",
        subject=_text(fields.get("subject")),
        submitted_at=_time(fields.get("submitted_at")),
    )


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    # A lone surrogate is valid text in JSON, but cannot be encoded as UTF-8 in an answer.
    return value[:CHARACTERS].encode(errors="replace").decode()


def _workflow(frozen: object) -> str:
    workflow = frozen.get("workflow") if isinstance(frozen, Mapping) else None
    name = workflow.get("name") if isinstance(workflow, Mapping) else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else ""


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time if time is not None and time.tzinfo is not None else None
