"""``airflow media queues``: show, make, pause and resume queues."""

from __future__ import annotations

import argparse
import json

from airflow_provider_media.cli.command_output import say
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES, priority_of
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.views import AccountView


def run(args: argparse.Namespace) -> int:
    """Run the requested action.

    :raises SubmissionError: when the account or priority does not exist, or Airflow does not know its queues yet.
    """
    from airflow_provider_media.hooks.catalogue import queues

    if args.action == "sync":
        _sync(list(queues().accounts.values()), reset=args.reset, as_json=args.json)
        return 0
    account = queues().account(args.account)
    if args.action != "show":
        _pause(account, args.priority, paused=args.action == "pause")
    _show(account, as_json=args.json)
    return 0


def _sync(accounts: list[Account], *, reset: bool, as_json: bool) -> None:
    from airflow.utils.session import create_session

    from airflow_provider_media.job_store.pools import make_pools

    with create_session(scoped=False) as session:
        done = make_pools(accounts, session, reset=reset)
    say(json.dumps(done, indent=2) if as_json else "\n".join(f"{pool} {what}" for pool, what in done.items()))


def _pause(account: Account, priority: str | None, *, paused: bool) -> None:
    from airflow_provider_media.job_store.queue_commands import set_paused

    set_paused(account, [priority_of(priority)] if priority else PRIORITIES, paused=paused)


def _show(account: Account, *, as_json: bool) -> None:
    from airflow_provider_media.job_store.job_queries import describe_queues

    view = describe_queues(account)
    say(json.dumps(to_json(view), indent=2) if as_json else describe(view))


def describe(view: AccountView) -> str:
    """Return the queues of an account as lines for people."""
    slots = "any number of slots" if view.slots is None else f"{view.slots} slots"
    lines = [f"{view.account}: {view.active} active, {slots}"]
    for priority, queue in view.queues.items():
        oldest = f", the oldest since {queue.oldest:%Y-%m-%d %H:%M:%S}" if queue.oldest else ""
        held = f" ({queue.held} on hold: their workflows are paused)" if queue.held else ""
        paused = ", paused" if queue.paused else ""
        lines.append(
            f"  {priority:<6}  {queue.active} active, {queue.waiting} of {queue.waiting_limit}"
            f" waiting{held}{oldest}{paused}"
        )
    lines += [f"  {notice.code}: {notice.message}" for notice in view.warnings]
    return "\n".join(lines)
