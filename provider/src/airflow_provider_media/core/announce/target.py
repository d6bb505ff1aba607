"""Target: a URL, queue or topic that gets events."""

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
"""Default connection for queues and topics."""
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
    """``finish`` announces only the end of a job, ``change`` every change of state."""
    body: BodyShape = "standard"
    connection: str | None = None
    """Airflow connection with the signing secrets of a URL, or with the AWS account."""

    @property
    def name(self) -> str:
        """Name for people, without any secret."""
        if self.url:
            return redact(self.url)
        # A queue's URL begins with an endpoint and an account, which do not help people.
        return f"sqs {self.sqs.rpartition('/')[2]}" if self.sqs else f"sns {(self.sns or '').rpartition(':')[2]}"

    def wants(self, state: State) -> bool:
        """Return whether the target gets a state; Brightcove's callbacks have no form for an unfinished job."""
        return state in ENDS or (self.mode == "change" and self.body == "standard")


def subscribers_of(targets: Iterable[Target], state: State) -> tuple[Target, ...]:
    """Return the targets that get a job's state, without duplicates."""
    return tuple(dict.fromkeys(target for target in targets if target.wants(state)))


def url_problem(url: str) -> str | None:
    """Return what is wrong with the URL of a target, or None.

    Every submission interface calls this function. A plain ``http`` URL passes here. At delivery, ``[media]
    announce_allow`` says which hosts may be called over plain ``http`` or on other ports.
    """
    try:
        parts = urlsplit(url)
        is_complete = parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # also raised for an invalid port
        return f"is {redact(url)!r}; give an https:// URL"
    if not is_complete:
        return f"is {redact(url)!r}; give an https:// URL"
    if "@" in parts.netloc:
        return "holds a user name or password; put secrets into an Airflow connection"
    return None


def is_fifo(address: str) -> bool:
    """Return whether a queue or topic keeps order and drops duplicates: AWS requires this ending of the name."""
    return address.endswith(".fifo")


def region_of(address: str) -> str | None:
    """Return the AWS region in a queue's URL or a topic's ARN; None if the connection must name it."""
    if address.startswith("arn:"):
        return address.split(":")[3] or None
    found = re.match(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com", address)
    return found[1] if found else None
