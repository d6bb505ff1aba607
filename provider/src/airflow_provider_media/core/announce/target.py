"""Target: somebody who is told of events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from airflow_provider_media.core.announce.event import ENDS, State
from airflow_provider_media.core.media.uri import redact

Mode = Literal["finish", "change"]
BodyShape = Literal["standard", "brightcove"]
DEFAULT_AWS = "aws_default"
"""Connection by which queues and topics are told where none is named."""
QueueUrl = Annotated[str, Field(pattern=r"^https?://[^/\s]+/\S+$")]
TopicArn = Annotated[str, Field(pattern=r"^arn:[^:\s]+:sns:[^:\s]*:[^:\s]*:\S+$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target of announcements: exactly one of ``url``, ``sqs`` and ``sns``."""

    url: str | None = None
    sqs: str | None = None
    """URL of a queue."""
    sns: str | None = None
    """ARN of a topic."""
    mode: Mode = "finish"
    """``finish`` tells of ends alone, ``change`` of every change of state."""
    body: BodyShape = "standard"
    connection: str | None = None
    """Airflow connection with the signing secrets of a URL, or with the AWS account."""

    @property
    def name(self) -> str:
        """What people call it, without anything secret."""
        if self.url:
            return redact(self.url)
        # A queue's URL begins with an endpoint and an account, which tell people nothing.
        return f"sqs {self.sqs.rpartition('/')[2]}" if self.sqs else f"sns {(self.sns or '').rpartition(':')[2]}"

    def wants(self, state: State) -> bool:
        """Whether it is told of a state; Brightcove's callbacks have no form for a job that goes on."""
        return state in ENDS or (self.mode == "change" and self.body == "standard")


def subscribers_of(targets: Iterable[Target], state: State) -> tuple[Target, ...]:
    """The targets that are told of a job's state, each once."""
    return tuple(dict.fromkeys(target for target in targets if target.wants(state)))


def url_problem(url: str) -> str | None:
    """What is wrong with the URL of a target; None for one that may be called, if it is plain ``http``, where the configuration allows it.

    Every door asks this; which hosts may be called over plain ``http``, or on other ports, ``[media] announce_allow`` says at delivery.
    """
    try:
        parts = urlsplit(url)
        is_complete = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of a port that is none, too
        return f"is {redact(url)!r}; give an https:// URL"
    if not is_complete:
        return f"is {redact(url)!r}; give an https:// URL"
    if "@" in parts.netloc:
        return "holds a user name or password; put secrets into an Airflow connection"
    return None


def is_fifo(address: str) -> bool:
    """Whether a queue or topic keeps order and drops copies: AWS demands this ending of the name."""
    return address.endswith(".fifo")


def region_of(address: str) -> str | None:
    """AWS region that a queue's URL or a topic's ARN names; None where the connection has to."""
    if address.startswith("arn:"):
        return address.split(":")[3] or None
    found = re.match(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com", address)
    return found[1] if found else None
