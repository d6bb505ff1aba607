"""Target: an address that gets events, such as a URL or a queue."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from airflow_provider_media.core.announcements.target_kind import TargetKind
from airflow_provider_media.core.announcements.targets import target_kind
from airflow_provider_media.core.job_states import JobState

Mode = Literal["finish", "change"]
BodyShape = Literal["standard", "brightcove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target of announcements."""

    kind: str
    """Name of the kind of target in the table ``TARGETS``, such as ``sqs``."""
    address: str
    """Address in the form of its kind, such as the URL of a queue."""
    mode: Mode = "finish"
    """``finish`` announces only the end of a job, ``change`` every change of state."""
    body: BodyShape = "standard"
    connection: str | None = None
    """Airflow connection with the signing secrets of a URL, or with the AWS account."""

    @property
    def definition(self) -> TargetKind:
        """The row of the target's kind in the table ``TARGETS``."""
        return target_kind(self.kind)

    @property
    def name(self) -> str:
        """Name for people, without any secret."""
        return self.definition.label(self.address)

    def wants(self, state: JobState) -> bool:
        """Return whether the target gets a state; Brightcove's callbacks have no form for an unfinished job."""
        return state.ended or (self.mode == "change" and self.body == "standard")


def subscribers_of(targets: Iterable[Target], state: JobState) -> tuple[Target, ...]:
    """Return the targets that get a job's state, without duplicates."""
    return tuple(dict.fromkeys(target for target in targets if target.wants(state)))


def is_fifo(address: str) -> bool:
    """Return whether a queue or topic keeps order and drops duplicates: AWS requires this ending of the name."""
    return address.endswith(".fifo")


def region_of(address: str) -> str | None:
    """Return the AWS region in a queue's URL or in an ARN; None if the connection must name it."""
    if address.startswith("arn:"):
        return address.split(":")[3] or None
    found = re.match(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com", address)
    return found[1] if found else None
