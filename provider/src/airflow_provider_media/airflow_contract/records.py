"""Records that tasks push as XComs, and their JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from airflow_provider_media.airflow_contract.xcom import JOB_OUTCOME, JOB_STATE
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.serde import from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOutcome:
    """How a job has ended: what its slot task leaves."""

    state: JobState
    errors: tuple[Mapping[str, Any], ...] = ()
    """``code``, ``message`` and mostly ``task`` of each failure; empty after a success or a cancel."""
    ended_at: datetime | None = None
    redrive: int | None = None
    """Number of earlier retries of the job; it identifies the end in announcements, however often the job is closed."""

    @staticmethod
    def now(state: JobState, *errors: Mapping[str, Any], redrive: int | None = None) -> JobOutcome:
        """Return the outcome of a job that ends now."""
        return JobOutcome(state=state, errors=errors, ended_at=datetime.now(UTC), redrive=redrive)

    def xcoms(self) -> dict[str, Any]:
        """Return the XComs of the slot task, by key."""
        return {JOB_OUTCOME: self.to_json(), JOB_STATE: self.state.value}

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON."""
        return {
            "state": self.state.value,
            "errors": [dict(error) for error in self.errors],
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "redrive": self.redrive,
        }

    @staticmethod
    def pulled(value: Any) -> JobOutcome | None:
        """Return the outcome in a pulled XCom; None without one."""
        record = read_record(value)
        return from_json(JobOutcome, record) if record else None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRecord:
    """A wait of a task that has deferred."""

    since: str
    """Start of the wait, in ISO form."""
    about: Any = None
    """What the task waits for: of a run its ``dag_id`` and ``run_id``, of a service's job its id."""

    def to_text(self) -> str:
        """Return the record as text: a value that others have written must never be read as anything but JSON."""
        return json.dumps(asdict(self))

    @staticmethod
    def pulled(value: Any) -> WaitRecord:
        """Return the wait in a pulled XCom."""
        return WaitRecord(**read_record(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityOffer:
    """The offer of a task to the workers of an activity. Others can read the offer, so it holds no task token."""

    attempt: int
    """Number of the state's attempt, starting at 1."""
    input: Any

    def to_text(self) -> str:
        """Return the record as text, for the same reason as a wait."""
        return json.dumps(asdict(self))

    @staticmethod
    def pulled(value: Any) -> ActivityOffer:
        """Return the offer in a pulled XCom."""
        return ActivityOffer(**read_record(value))


def read_record(value: Any) -> Any:
    """Return a pulled record as an object. In Airflow 3.3 a record that no task has pushed reaches tasks as text."""
    return json.loads(value) if isinstance(value, str) else value
