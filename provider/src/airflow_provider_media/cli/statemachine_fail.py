"""``airflow media statemachine fail``: send a failure to a waiting task."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.command_output import say


def run(args: argparse.Namespace) -> int:
    """Fail the task.

    :raises SubmissionError: when the token is not valid, or its task no longer waits.
    """
    from airflow_provider_media.job_store.task_tokens import answer

    answer(args.token, {"error": args.error, "cause": args.cause})
    say("The task has failed.")
    return 0
