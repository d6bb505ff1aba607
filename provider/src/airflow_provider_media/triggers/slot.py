"""JobSlotTrigger: holds a job's slot until its run has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from airflow.triggers.base import BaseTrigger, TaskSkippedEvent, TaskSuccessEvent, TriggerEvent

from airflow_provider_media.core.ingest.names import SLOT_TASK
from airflow_provider_media.core.ingest.states import JobState
from airflow_provider_media.hooks import runs
from airflow_provider_media.triggers.ends import ENDS

ERROR = "error"
"""XCom key for the error that a task failed with."""
CANCELLED = "cancelled"
"""XCom key of the slot task of a cancelled job."""
FAILED = ("failed", "upstream_failed")
PUBLISH = "publish"
"""Task of a workflow's run that returns the manifest in short form."""
UNPUBLISHED = {
    "task": PUBLISH,
    "code": "nothing_published",
    "message": "The run has succeeded without publishing anything: somebody has marked a task as successful. Retry the job.",
}
"""Error of a job whose run has succeeded without a manifest."""
MAX_ERRORS = 20
"""Most errors of an outcome; the first errors say what was wrong."""


class JobSlotTrigger(BaseTrigger):
    """Wait for the end of a job's run, and end the waiting task with the job's outcome.

    :param dag_id: the workflow's DAG.
    :param run_id: run of the job in that DAG and in the DAG of its queue.
    :param queue_dag_id: DAG of the job's queue.
    :param poll_seconds: seconds between two looks at all jobs of this triggerer.
    :param redrive: number of earlier retries of the job.
    """

    def __init__(self, dag_id: str, run_id: str, queue_dag_id: str, poll_seconds: float, redrive: int = 0) -> None:
        super().__init__()
        self.dag_id = dag_id
        self.run_id = run_id
        self.queue_dag_id = queue_dag_id
        self.poll_seconds = poll_seconds
        self.redrive = redrive

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        names = ("dag_id", "run_id", "queue_dag_id", "poll_seconds", "redrive")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event that ends the task: as a success when the job succeeded, else as skipped."""
        await ENDS.wait(self.dag_id, self.run_id, self.poll_seconds)
        outcome = await asyncio.to_thread(self.outcome)
        event = TaskSuccessEvent if outcome["state"] == JobState.SUCCEEDED else TaskSkippedEvent
        yield event(xcoms=left_at_end(**outcome, redrive=self.redrive))

    def outcome(self) -> dict[str, Any]:
        """Return the outcome of the job: ``state`` and ``errors``, which are empty after a success or a cancel."""
        states = runs.task_states(self.dag_id, self.run_id)
        if runs.count_runs(self.dag_id, ["success"], [self.run_id]):
            if PUBLISH in states and runs.pull(self.dag_id, self.run_id, PUBLISH, "return_value") is None:
                return {"state": JobState.FAILED.value, "errors": [UNPUBLISHED]}
            return {"state": JobState.SUCCEEDED.value, "errors": []}
        errors = [error for name in states if (error := self.error(name, states))]
        if runs.pull(self.queue_dag_id, self.run_id, SLOT_TASK, CANCELLED) is not None:
            return {"state": JobState.CANCELLED.value, "errors": []}
        return {"state": state_of(states).value, "errors": errors[:MAX_ERRORS]}

    def error(self, name: str, states: Mapping[str, str | None]) -> dict[str, Any] | None:
        """Return the error of a failed task; None for any other task."""
        if states[name] != "failed":
            return None
        task, _, index = name.rpartition("_")
        mapped = task and index.isdigit()
        left = runs.pull(self.dag_id, self.run_id, task if mapped else name, ERROR, int(index) if mapped else -1)
        return {"task": name, **(left or {"code": "task_failed", "message": f"The task {name} has failed; its log says why."})}


def left_at_end(state: str, errors: Sequence[Mapping[str, Any]] = (), *, redrive: int = 0) -> dict[str, Any]:
    """Return the XComs of the slot task after the end of the job.

    :param state: state of the job.
    :param redrive: number of earlier retries of the job; it identifies the end in announcements, however often the job
        is closed.
    """
    outcome = {"state": state, "errors": list(errors), "ended_at": datetime.now(UTC).isoformat(), "redrive": redrive}
    # Lists of jobs filter by the plain state.
    return {"outcome": outcome, "state": state}


def state_of(states: Mapping[str, str | None]) -> JobState:
    """Return the state of a job from the task states of its failed run.

    A run over its time limit has skipped its unfinished tasks, and has no failed task.
    """
    return JobState.FAILED if not states or any(state in FAILED for state in states.values()) else JobState.TIMED_OUT
