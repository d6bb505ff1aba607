"""``airflow media statemachine heartbeat``: tell a waiting task that somebody works on it."""

from __future__ import annotations

import argparse

from airflow_provider_media.cli.saying import say


def run(args: argparse.Namespace) -> int:
    """Begin the time until the next heartbeat anew.

    :raises SubmissionError: when this is no token, or its task waits no more.
    """
    from airflow_provider_media.ledger.answers import heartbeat

    heartbeat(args.token)
    say("The task waits on.")
    return 0
