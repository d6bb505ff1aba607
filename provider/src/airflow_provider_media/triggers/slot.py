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
"""XCom in which a task leaves the error that it failed with."""
CANCELLED = "cancelled"
"""XCom of the slot task of a job that somebody has cancelled."""
FAILED = ("failed", "upstream_failed")
PUBLISH = "publish"
"""Task of a workflow's run that answers with what was published."""
UNPUBLISHED = {
    "task": PUBLISH,
    "code": "nothing_published",
    "message": "The run has succeeded without publishing anything: somebody has marked a task as successful. Retry the job.",
}
"""Error of a job whose run has succeeded without a manifest."""
MAX_ERRORS = 20
"""Errors of an outcome; the first ones say what was wrong."""


class JobSlotTrigger(BaseTrigger):
    """Wait for the end of a job's run, and end the task that waits for it with what came of it.

    :param dag_id: the workflow's DAG.
    :param run_id: the job's run there, and in the DAG of its queue.
    :param queue_dag_id: DAG of the job's queue.
    :param poll_seconds: seconds between two looks, at all jobs of this triggerer together.
    :param redrive: how often the job had been tried again before.
    """

    def __init__(self, dag_id: str, run_id: str, queue_dag_id: str, poll_seconds: float, redrive: int = 0) -> None:
        super().__init__()
        self.dag_id = dag_id
        self.run_id = run_id
        self.queue_dag_id = queue_dag_id
        self.poll_seconds = poll_seconds
        self.redrive = redrive

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """How the triggerer makes this trigger again."""
        names = ("dag_id", "run_id", "queue_dag_id", "poll_seconds", "redrive")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event, which ends the task: success where the job succeeded, else skipped."""
        await ENDS.wait(self.dag_id, self.run_id, self.poll_seconds)
        outcome = await asyncio.to_thread(self.outcome)
        event = TaskSuccessEvent if outcome["state"] == JobState.SUCCEEDED else TaskSkippedEvent
        yield event(xcoms=left_at_end(**outcome, redrive=self.redrive))

    def outcome(self) -> dict[str, Any]:
        """How the job has ended: ``state``, and ``errors`` where it did not succeed."""
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
        """The error of a task that has failed."""
        if states[name] != "failed":
            return None
        task, _, index = name.rpartition("_")
        mapped = task and index.isdigit()
        left = runs.pull(self.dag_id, self.run_id, task if mapped else name, ERROR, int(index) if mapped else -1)
        return {"task": name, **(left or {"code": "task_failed", "message": f"The task {name} has failed; its log says why."})}


def left_at_end(state: str, errors: Sequence[Mapping[str, Any]] = (), *, redrive: int = 0) -> dict[str, Any]:
    """What the task that holds a job's slot leaves as its XComs, now that the job has ended.

    :param state: the job's.
    :param redrive: how often the job had been tried again before; the end is announced under it, however often it is closed.
    """
    outcome = {"state": state, "errors": list(errors), "ended_at": datetime.now(UTC).isoformat(), "redrive": redrive}
    # The bare state is what lists of jobs are filtered by.
    return {"outcome": outcome, "state": state}


def state_of(states: Mapping[str, str | None]) -> JobState:
    """The state of a job by those of the tasks of its run, which has failed.

    A run that is over its time has its unfinished tasks skipped, and no failed one.
    """
    return JobState.FAILED if not states or any(state in FAILED for state in states.values()) else JobState.TIMED_OUT
