"""``airflow media statemachine heartbeat``: tell a waiting task that somebody works on it."""

from __future__ import annotations

import argparse


def run(args: argparse.Namespace) -> int:
    """Begin the time until the next heartbeat anew.

    :raises SubmissionError: when this is no token, or its task waits no more.
    """
    from airflow_provider_media.ledger.answers import heartbeat

    heartbeat(args.token)
    print("The task waits on.")
    return 0
