"""``airflow media statemachine succeed``: tell a waiting task that it was done."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.giving import given_json
from airflow_provider_media.cli.saying import say


def run(args: argparse.Namespace) -> int:
    """Give the task its result.

    :raises SubmissionError: when this is no token, or its task waits no more.
    """
    from airflow_provider_media.ledger.answers import answer

    answer(args.token, {"output": given_json(args.output, "--output")})
    say("The task has its result.")
    return 0
