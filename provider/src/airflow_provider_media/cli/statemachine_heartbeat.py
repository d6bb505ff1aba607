"""``airflow media statemachine heartbeat``: tell a waiting task that somebody works on it."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.command_output import say


def run(args: argparse.Namespace) -> int:
    """Begin the time until the next heartbeat anew.

    :raises SubmissionError: when this is no token, or its task waits no more.
    """
    from airflow_provider_media.job_store.task_tokens import heartbeat

    heartbeat(args.token)
    say("The task waits on.")
    return 0
