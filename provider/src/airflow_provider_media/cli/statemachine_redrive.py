"""``airflow media statemachine redrive``: continue a failed execution from the state that failed."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.command_output import say


def run(args: argparse.Namespace) -> int:
    """Put the execution back into Airflow's queue.

    :raises SubmissionError: when the execution does not exist or has not failed.
    """
    from airflow_provider_media.job_store.execution_redrive import redrive

    redrive(args.machine, args.execution)
    say(f"{args.execution} goes on from the state that failed.")
    return 0
