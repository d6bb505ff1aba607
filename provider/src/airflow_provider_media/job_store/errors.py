"""Refusals of job commands and of commands to executions."""

from __future__ import annotations

from airflow_provider_media.core.errors import SubmissionError


class JobUnknown(SubmissionError):
    """There is no such job."""

    code = "job_unknown"
    advice = "Check the job's id and the account; jobs leave with their runs when Airflow's database is cleaned."


class SourceBusy(SubmissionError):
    """The video is being processed."""

    code = "source_busy"
    retryable = True
    advice = "Wait for the job that the message names, or cancel it, then submit again."


class JobEnded(SubmissionError):
    """The job has ended."""

    code = "job_ended"
    advice = "Submit a new job; a job that has succeeded, or ended before it is cancelled, stays as it is."


class JobNotEnded(SubmissionError):
    """The job has not ended."""

    code = "job_not_ended"
    advice = "Wait until the job has ended, or cancel it first."


class JobBegun(SubmissionError):
    """The job has begun."""

    code = "job_begun"
    advice = "Leave the job as it is, or cancel it and submit it again with the other priority."


class ManualActionRefused(SubmissionError):
    """The action would let a job, its files and its announcement disagree."""

    code = "manual_action_refused"
    advice = "Do what the message says instead, usually cancel or retry by the REST API or the command line."


class JobStarting(SubmissionError):
    """The job is taking its slot; repeat the request in a moment."""

    code = "job_starting"
    retryable = True
    advice = "Send the same request again in a second."


class ExecutionNotFailed(SubmissionError):
    """Only a failed execution can be redriven."""

    code = "execution_not_failed"
    advice = "Start a new execution, or redrive one that has failed."


class TaskEnded(SubmissionError):
    """The task no longer waits: it was answered, it timed out, or its run has ended."""

    code = "task_ended"
    advice = "Drop the answer; look at the execution's history for the task's end."


class ExecutionUnknown(SubmissionError):
    """The state machine has no such execution."""

    code = "execution_unknown"
    advice = "Check the execution's id and the state machine's name."


class NothingPublished(SubmissionError):
    """The run has published nothing yet."""

    code = "nothing_published"
    advice = "Wait until the run has published, then ask again."


class FileUnknown(SubmissionError):
    """The job has published no such file."""

    code = "file_unknown"
    advice = "Take the path from the job's manifest, relative to the job's output location."


class ExecutionExists(SubmissionError):
    """An execution of this name exists with another input."""

    code = "execution_exists"
    advice = "Choose another name, or send the first input unchanged."
