"""JobSlotTrigger: holds a job's slot until its run has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from airflow.triggers.base import BaseTrigger, TaskSkippedEvent, TaskSuccessEvent, TriggerEvent

from airflow_provider_media.airflow_contract.records import JobOutcome
from airflow_provider_media.airflow_contract.run_states import FAILED, FAILED_TASKS, SUCCESS
from airflow_provider_media.airflow_contract.xcom import ERROR, JOB_CANCELLED, RETURN_VALUE
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.task_ids import PUBLISH, SLOT_TASK
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.runs import task_of
from airflow_provider_media.triggers.ends import ENDS

UNPUBLISHED = {
    "task": PUBLISH,
    "code": "nothing_published",
    "message": (
        "The run has succeeded without publishing anything: somebody has marked a task as successful. Retry the job."
    ),
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
        event = TaskSuccessEvent if outcome.state is JobState.SUCCEEDED else TaskSkippedEvent
        yield event(xcoms=outcome.xcoms())

    def outcome(self) -> JobOutcome:
        """Return the outcome of the job, which has just ended."""
        states = runs.task_states(self.dag_id, self.run_id)
        if runs.count_runs(self.dag_id, [SUCCESS], [self.run_id]):
            if PUBLISH in states and runs.pull(self.dag_id, self.run_id, PUBLISH, RETURN_VALUE) is None:
                return JobOutcome.now(JobState.FAILED, UNPUBLISHED, redrive=self.redrive)
            return JobOutcome.now(JobState.SUCCEEDED, redrive=self.redrive)
        errors = [error for name in states if (error := self.error(name, states))]
        if runs.pull(self.queue_dag_id, self.run_id, SLOT_TASK, JOB_CANCELLED) is not None:
            return JobOutcome.now(JobState.CANCELLED, redrive=self.redrive)
        return JobOutcome.now(state_of(states), *errors[:MAX_ERRORS], redrive=self.redrive)

    def error(self, name: str, states: Mapping[str, str | None]) -> dict[str, Any] | None:
        """Return the error of a failed task; None for any other task."""
        if states[name] != FAILED:
            return None
        task_id, map_index = task_of(name)
        left = runs.pull(self.dag_id, self.run_id, task_id, ERROR, map_index)
        return {
            "task": name,
            **(left or {"code": "task_failed", "message": f"The task {name} has failed; its log says why."}),
        }


def state_of(states: Mapping[str, str | None]) -> JobState:
    """Return the state of a job from the task states of its failed run.

    A run over its time limit has skipped its unfinished tasks, and has no failed task.
    """
    return (
        JobState.FAILED if not states or any(state in FAILED_TASKS for state in states.values()) else JobState.TIMED_OUT
    )
