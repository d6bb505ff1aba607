"""Rules for Airflow's own buttons on runs of this package, as functions of the run's job or execution.

After an allowed action, the job, its files, its slot and its announcement agree. Any other action is refused, and the
refusal names the command that does what was wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.task_ids import CLOSE_TASK


class Button(StrEnum):
    """An action on a run, or on some of its tasks."""

    CLEAR = "clearing"
    SUCCEED = "marking it as success"
    FAIL = "marking it as failed"
    SKIP = "marking it as skipped"
    QUEUE = "marking it as queued"
    DELETE = "deleting"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualAction:
    """One button, pressed on one run."""

    button: Button
    tasks: frozenset[str] = frozenset()
    """Tasks that are changed; empty if the run itself is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobNow:
    """A job at the moment of the action."""

    job_id: str
    account: str
    state: JobState
    is_closed: bool
    """Whether the job's run in the queue has also ended, and with it the announcement of the job's end."""
    is_working: bool
    """Whether the job's run in its workflow's DAG has begun and not ended."""

    def command(self, name: str) -> str:
        """Return the shell command that applies a job command to the job."""
        account = "" if self.account == DEFAULT_ACCOUNT else f" --account {self.account}"
        return f"`airflow media {name} {self.job_id}{account}`"


def refuse_on_queue_run(action: ManualAction, job: JobNow) -> str | None:
    """Return why an action on a job's run in its queue is refused, or None if it is allowed.

    Clearing the run of a failed job is a retry. Deleting the run of an ended job removes the job.
    """
    if not job.state.ended:
        return (
            f"The job {job.job_id} is {job.state}, and its run in the queue says so. To end it,"
            f" {job.command('cancel')}."
        )
    if not job.is_closed:
        return f"The job {job.job_id} {job.state.said}, and that is being announced. Try again in a moment."
    if action.button is Button.DELETE and not action.tasks:
        return None
    if action.button is Button.CLEAR and action.tasks == {CLOSE_TASK}:
        return None  # retries an announcement that could not be started
    return _refuse_after_end(action, job)


def refuse_on_workflow_run(action: ManualAction, job: JobNow) -> str | None:
    """Return why an action on a job's run in its workflow's DAG is refused, or None if it is allowed.

    While the job runs, its tasks may be cleared, and failing its tasks or its run ends the job. After the end, clearing
    is a retry.
    """
    if job.state.ended:
        if action.button is Button.DELETE and not action.tasks:
            return f"This run has worked for the job {job.job_id}. Delete the job's run in its queue first."
        if not job.is_closed:
            return f"The job {job.job_id} {job.state.said}, and that is being announced. Try again in a moment."
        return _refuse_after_end(action, job)
    if not job.is_working:
        return (
            f"The job {job.job_id} is {job.state}, and this run waits for it. To end the job, {job.command('cancel')}."
        )
    if action.button is Button.CLEAR or action.button is Button.FAIL:
        return None
    return (
        f"The job {job.job_id} is {job.state}, and {action.button} would leave its work undone. To end the job,"
        f" {job.command('cancel')}; to have a task done again, clear it."
    )


def _refuse_after_end(action: ManualAction, job: JobNow) -> str | None:
    if job.state is JobState.SUCCEEDED:
        return (
            f"The job {job.job_id} has succeeded, and what it has published stays. To process its source again, submit"
            " it again; an upload, with `airflow media reprocess`."
        )
    if action.button is Button.CLEAR:
        return None
    return (
        f"The job {job.job_id} {job.state.said}, and {action.button} would leave its work undone. To try it again,"
        f" {job.command('retry')}."
    )


def refuse_on_manual_run(action: ManualAction) -> str | None:
    """Return why an action on a workflow's run without a job is refused, or None if it is allowed."""
    if action.button in {Button.SUCCEED, Button.SKIP}:
        return (
            f"The run has work to do, and {action.button} would leave it undone: nothing would be published. To have a"
            " task done, clear it."
        )
    return None


def refuse_on_orphan(action: ManualAction, job_id: str) -> str | None:
    """Return why an action on the workflow run of a job unknown to Airflow is refused, or None if it is allowed."""
    if action.button is Button.DELETE and not action.tasks:
        return None
    return (
        f"Airflow has no run of the job {job_id} in its queue any more. Submit its source again; this run can be"
        " deleted."
    )


def refuse_on_execution(
    action: ManualAction, *, name: str, machine: str, is_alive: bool, has_succeeded: bool
) -> str | None:
    """Return why an action on an execution of a state machine is refused, or None if it is allowed.

    While the execution runs, its tasks may be cleared, and failing it stops it. Clearing a failed execution starts it
    again.
    """
    if action.button is Button.DELETE and not action.tasks:
        return None
    if action.button is Button.CLEAR and not has_succeeded:
        return None
    if action.button is Button.FAIL and is_alive:
        return None
    if is_alive:
        stop = f"POST /media/v1/state-machines/{machine}/executions/{name}/stop"
        return (
            f"The execution {name} runs, and {action.button} would leave its states undone. To end it, {stop}, or mark"
            " it as failed."
        )
    ended = "succeeded" if has_succeeded else "failed"
    return (
        f"The execution {name} has {ended}, and {action.button} would leave its states undone. Start another execution"
        f" of {machine}."
    )


def refuse_on_task_run(action: ManualAction, *, execution: str) -> str | None:
    """Return why an action on a run that does one task of an execution is refused, or None if it is allowed."""
    if action.button in {Button.FAIL, Button.DELETE} and not action.tasks:
        return None
    return (
        f"This run does one task of the execution {execution}, which waits for it. Clear or stop that execution"
        " instead."
    )
