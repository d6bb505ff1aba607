"""``airflow media statemachine succeed``: tell a waiting task that it was done."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.cli.json_argument import given_json


def run(args: argparse.Namespace) -> int:
    """Give the task its result.

    :raises SubmissionError: when this is no token, or its task waits no more.
    """
    from airflow_provider_media.job_store.task_tokens import answer

    answer(args.token, {"output": given_json(args.output, "--output")})
    say("The task has its result.")
    return 0
