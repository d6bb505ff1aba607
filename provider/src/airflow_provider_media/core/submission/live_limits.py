"""Live limits: limits of an account's queues that people have set in place of those in ``queues.yaml``.

They are kept as JSON in an Airflow Variable, which servers and tasks read. The active jobs are limited by the slots of
the account's pool, which Airflow itself enforces; the Variable says to which number the slots were set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, ValidationError

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.accounts.accounts import Account, Count
from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.outputs.spec import Spec
from airflow_provider_media.core.submission.admission import most_runs
from airflow_provider_media.core.submission.views import LimitsView


class WaitingLimits(Spec):
    """Most waiting jobs of each priority; the limit of ``queues.yaml`` when absent."""

    normal: Count | None = None
    low: Count | None = None


class LimitsBody(Spec):
    """Limits of an account's queues; those of ``include/queues.yaml`` where a field is absent."""

    active: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Slots of the account's pool, for both priorities."""
    waiting: WaitingLimits = WaitingLimits()
    """Jobs that may wait in each queue; one more is refused."""


class LiveLimits(LimitsBody):
    """Limits that somebody has set."""

    changed_by: str
    changed_at: AwareDatetime

    @classmethod
    def of(cls, body: LimitsBody, *, user: str, at: datetime) -> Self:
        """Return the limits that a user sets now."""
        return cls(**body.model_dump(), changed_by=user, changed_at=at)

    def to_text(self) -> str:
        """Return the value of the Variable."""
        return json.dumps(self.model_dump(mode="json", exclude_none=True))


def limits_variable(account: str) -> str:
    """Return the key of the Variable that holds an account's live limits."""
    return f"media_limits{'' if account == DEFAULT_ACCOUNT else f'__{account}'}"


def parse_limits(text: str | None) -> LiveLimits | None:
    """Return the live limits in the value of a Variable; None when it is missing or not valid."""
    try:
        return LiveLimits.model_validate_json(text) if text else None
    except ValidationError:
        return None


def waiting_limits(live: LiveLimits | None) -> Mapping[Priority, int]:
    """Return the limits of waiting jobs that somebody has set, by priority."""
    chosen = {} if live is None else live.waiting.model_dump(exclude_none=True)
    return {priority: chosen[priority] for priority in PRIORITIES if priority in chosen}


def check_active(body: LimitsBody, account: Account) -> None:
    """Refuse more slots than the queues' DAGs can fill.

    :raises RequestInvalid: when the number is too large.
    """
    most = most_runs(account.limits.active)
    if body.active is not None and body.active > most:
        raise RequestInvalid(
            f"active is {body.active}; the queues of the account {account.name!r} fill at most {most} slots. For more,"
            " raise limits.active in include/queues.yaml, whose DAGs then have more runs.",
            field="active",
        )


def limits_view(account: Account, live: LiveLimits | None, slots: int | None) -> LimitsView:
    """Return the limits of an account's queues for people: those of the file, and those that somebody has set.

    :param slots: slots of the account's pool, which can be changed on Airflow's Pools page too; None for no limit.
    """
    file = account.limits
    changed = waiting_limits(live)
    active = {} if slots is None or slots == file.active else {"active": slots}
    return LimitsView(
        configured={"active": file.active} | {f"waiting_{each}": file.waiting.of(each) for each in PRIORITIES},
        changed=active | {f"waiting_{priority}": limit for priority, limit in changed.items()},
        changed_by=None if live is None else live.changed_by,
        changed_at=None if live is None else live.changed_at,
    )
