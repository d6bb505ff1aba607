"""XComs: every key that a task pushes, and the records under the keys."""

from __future__ import annotations

RETURN_VALUE = "return_value"
"""Airflow's key of what a task returns."""

JOB_STATE, JOB_OUTCOME = "state", "outcome"
"""Slot task: the state in which its job has ended, and the job's outcome. Lists of jobs filter by the plain state."""
SLOT_STARTED = "started_at"
"""Slot task: when the job got its slot."""
JOB_CANCELLED = "cancelled"
"""Slot task of a cancelled job; its trigger then knows that the job has not failed."""
OF_A_TRY = (JOB_OUTCOME, JOB_STATE, SLOT_STARTED, JOB_CANCELLED)
"""Slot task: the keys that belong to one try of its job."""

PROGRESS = "progress"
"""Task of a job: its latest progress."""
ERROR = "error"
"""Failed task: ``code`` and ``message`` in a job; ``Error`` and ``Cause`` in a state machine."""

TRANSITION = "transition"
"""Task of a state: the next state, and the parcel for it."""
STATE_INPUT = "input"
"""Task of a state: the raw input of the state."""
DEFINITION = "definition"
"""First task of a state machine's run: the definition that the run keeps."""
GROUP_PARCEL, GROUP_INPUTS = "entered", "inside"
"""Opening task of a group: the parcel that it received, and the parcels of its branches or iterations."""
ENTERED_AT, WAITS_UNTIL = "entered_at", "waits_until"
"""Task of a Wait state: when the run came to it, and until when it waits."""
STOPPED = "stopped"
"""Last task of a state machine's run: the error and cause of a stop request."""

ANSWER = "answer"
"""Waiting task: the answer of the callback. Child run: ``output``, or ``Error`` and ``Cause``, for its execution."""
HEARTBEAT, TAKEN = "heartbeat", "taken"
"""Waiting task: the time of the last heartbeat, and when a worker took the activity's task."""
AWAITED = "waits_for"
"""Waiting task: the digest of its task token."""
WAIT_BEGUN = "waiting"
"""Waiting task: when the wait began, and what it is for."""
ORPHANED = "orphaned"
"""Task of an execution: the names of child runs for which it no longer waits. Also the key of a trigger's event."""
NOTHING = "null"
"""JSON value of an answer, a heartbeat or a taking that has not come yet."""


def offer_key(activity: str) -> str:
    """Return the key under which a waiting task offers itself to the workers of an activity."""
    return f"activity:{activity}"
