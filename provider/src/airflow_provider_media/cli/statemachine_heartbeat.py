"""``airflow media statemachine heartbeat``: send a heartbeat to a waiting task."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.command_output import say


def run(args: argparse.Namespace) -> int:
    """Restart the time until the next heartbeat.

    :raises SubmissionError: when the token is not valid, or its task no longer waits.
    """
    from airflow_provider_media.job_store.task_tokens import heartbeat

    heartbeat(args.token)
    say("The task waits on.")
    return 0
