"""``airflow media submit``: submit a job to its queue."""

from __future__ import annotations

import argparse
import getpass
import json
import sys

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.request import parse_request
from airflow_provider_media.core.submission.submit import submit


def run(args: argparse.Namespace) -> int:
    """Submit the job and print only its id, so that scripts can read it; hints for people go to standard error.

    :raises SubmissionError: when the submission is refused.
    """
    from airflow_provider_media.hooks.catalogue import find_workflow, queues
    from airflow_provider_media.job_store.sql_store import SqlStore

    account = queues().account(args.account)
    store = SqlStore(door="cli", user=getpass.getuser())
    receipt = submit(parse_request(body(args), account), account=account, store=store, workflows=find_workflow)
    say(json.dumps(to_json(receipt), indent=2) if args.json else receipt.id)
    if not args.json:
        before = "" if receipt.created else ", submitted before"
        if receipt.warning:
            print(receipt.warning, file=sys.stderr)
        if receipt.hold:
            print(f"{receipt.hold.code}: {receipt.hold.message}", file=sys.stderr)
        print(f"{receipt.state}{before}: follow it with `airflow media status {receipt.id} --follow`", file=sys.stderr)
    return 0


def body(args: argparse.Namespace) -> dict[str, object]:
    """Return the request that the command line describes."""
    names = {
        "source": "source",
        "workflow": "workflow",
        "priority": "priority",
        "output": "output",
        "key": "idempotency_key",
        "video": "video",
    }
    given = {field: getattr(args, name) for name, field in names.items() if getattr(args, name) is not None}
    return {**given, "notify": [{"url": url} for url in args.notify or ()]}
