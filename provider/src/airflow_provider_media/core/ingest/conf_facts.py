"""What the conf of a run in a queue says of a job, for those who look at jobs.

Anybody who may trigger the queue's DAG can hand in a conf, so that nothing in it is certain to be there, or to be of its type. Who does
what a conf says asks for its signature first; who shows it, shows what can be read.
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
    """What can be read of a conf; what is missing or of another type is empty."""

    source: str = ""
    output: str = ""
    workflow: str = ""
    """Name of the workflow."""
    video: str | None = None
    request: str = ""
    """Hash of the request; an empty one is that of no request."""
    subject: str | None = None
    submitted_at: datetime | None = None


def facts_of(conf: object) -> ConfFacts:
    """What can be read of a conf, of whatever form it is."""
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
    # Half a surrogate pair is text in JSON, and in no answer that is written as UTF-8.
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
