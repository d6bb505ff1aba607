"""``airflow media statemachine fail``: tell a waiting task that it failed."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.command_output import say


def run(args: argparse.Namespace) -> int:
    """Let the task fail.

    :raises SubmissionError: when this is no token, or its task waits no more.
    """
    from airflow_provider_media.job_store.task_tokens import answer

    answer(args.token, {"error": args.error, "cause": args.cause})
    say("The task has failed.")
    return 0
