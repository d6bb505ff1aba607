"""``airflow media statemachine succeed``: send a result to a waiting task."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.json_argument import given_json


def run(args: argparse.Namespace) -> int:
    """Give the task its result.

    :raises SubmissionError: when the token is not valid, or its task no longer waits.
    """
    from airflow_provider_media.job_store.task_tokens import answer

    answer(args.token, {"output": given_json(args.output, "--output")})
    say("The task has its result.")
    return 0
