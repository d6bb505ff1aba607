"""MediaArrivalSensor: waits for uploads."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseSensorOperator
from airflow.sdk.configuration import conf

from airflow_provider_media.assets import uploads_asset
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.names import workflow_dag_id
from airflow_provider_media.core.job.listing import WatchedLocation
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.hooks import runs

if TYPE_CHECKING:
    from airflow.sdk import Context

REFRESH_SECONDS = 600.0
"""Seconds after which a sensor that has found nothing ends, so that its DAG's next run watches what workflows name by then."""
PAUSED_SECONDS = 60.0
"""The same while a workflow is paused: so long it may take until one that is enabled again is watched."""
LOOKS_OF_TEST = 3
"""How often a sensor looks that ``airflow dags test`` runs."""
SINCE, UNTIL = "kept_since", "kept_until"
"""Keys of what is kept of a paused workflow, in seconds since the epoch: its uploads are news since the one, until the other."""


class MediaArrivalSensor(BaseSensorOperator):
    """Wait, without a worker, for uploads to workflows that no job was submitted for yet, and answer with them.

    Each upload is answered with until its job exists; answering twice is therefore harmless, and forgetting impossible. What is
    uploaded while a workflow is paused stays in the bucket until it is unpaused, or becomes a job that waits, as its account says.

    :param workflows: names of workflows with a trigger that hears of uploads by listing.
    :param give_up_seconds: seconds after which it ends with nothing.
    :param follows: whether it looks for the uploads of all workflows that are to be watched, also of those that came after its DAG was
        read, and ends with nothing as soon as they are others.
    """

    template_fields: Sequence[str] = ("workflows",)

    def __init__(self, *, workflows: Sequence[str], give_up_seconds: float = REFRESH_SECONDS, follows: bool = False, **kwargs: Any) -> None:
        # Airflow lets a task keep what outlasts its run with the assets that it looks at.
        super().__init__(**{"inlets": [uploads_asset(name) for name in workflows], **kwargs})
        self.workflows = workflows
        self.give_up_seconds = give_up_seconds
        self.follows = follows

    def execute(self, context: Context) -> NoReturn:
        """Wait in the triggerer."""
        from airflow_provider_media.hooks.catalogue import watched_workflows
        from airflow_provider_media.triggers.arrival import MediaArrivalTrigger

        names = watched_workflows() if self.follows else list(self.workflows)
        watches = list(self.watches(context, names))
        all_enabled = len(watches) == len(names)
        trigger = MediaArrivalTrigger(
            watches=[to_json(watch) for watch in watches],
            poll_seconds=conf.getfloat("media", "arrival_poll_seconds"),
            give_up_seconds=self.seconds(all_enabled=all_enabled),
            watched=names if self.follows else None,
        )
        self.defer(trigger=trigger, method_name=self.arrived.__name__)

    def seconds(self, *, all_enabled: bool) -> float:
        """Seconds after which it ends with nothing; a test command gets an answer after the looks that tell what is whole."""
        if runs.is_test():
            return LOOKS_OF_TEST * conf.getfloat("media", "arrival_poll_seconds")
        return self.give_up_seconds if all_enabled else min(self.give_up_seconds, PAUSED_SECONDS)

    def watches(self, context: Context, names: Iterable[str]) -> Iterator[WatchedLocation]:
        """What to look at: the workflows that take jobs."""
        from airflow_provider_media.hooks.catalogue import all_workflows, queues

        known, accounts = all_workflows(), queues().accounts
        for name in names:
            trigger = known[name].workflow.trigger if name in known else None
            if trigger is None or trigger.account not in accounts:
                continue
            account, kept = accounts[trigger.account], self.kept(name, context)
            is_left = is_left_alone(name, account)
            since = kept_since(kept, is_left=is_left)
            if not is_left:
                yield WatchedLocation(workflow=name, priority=known[name].workflow.priority, trigger=trigger, account=account, since=since)

    def kept(self, name: str, context: Context) -> Any:
        """What Airflow keeps with a workflow's uploads; nothing yet where the DAG was read before the workflow came."""
        return context["asset_state_store"][uploads_asset(name)] if name in self.workflows else _Nothing()

    def arrived(self, context: Context, event: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer with the arrivals as JSON, without those of workflows that were paused meanwhile."""
        from airflow_provider_media.hooks.catalogue import all_workflows, queues

        known, accounts = all_workflows(), queues().accounts
        left = set()
        for name in {arrival["workflow"] for arrival in event}:
            trigger = known[name].workflow.trigger if name in known else None
            if trigger is not None and trigger.account in accounts and is_left_alone(name, accounts[trigger.account]):
                kept_since(self.kept(name, context), is_left=True)
                left.add(name)
        for arrival in event:
            news = "is left for later by the paused workflow" if arrival["workflow"] in left else "is new to"
            self.log.info("s3://%s/%s %s %s", arrival["upload"]["bucket"], arrival["upload"]["key"], news, arrival["workflow"])
        return [arrival for arrival in event if arrival["workflow"] not in left]


class _Nothing:
    """Keeps nothing."""

    def get(self, _key: str, default: float) -> float:
        return default

    def set(self, _key: str, _value: float) -> None: ...


def is_left_alone(workflow: str, account: Account) -> bool:
    """Whether the uploads of a workflow stay in the bucket for now: it is paused, and its account lets no job of it wait."""
    return account.paused_workflows == "refuse" and runs.is_paused(workflow_dag_id(workflow))


def kept_since(kept: Any, *, is_left: bool) -> float:
    """The time from which on uploads are news, in seconds since the epoch: however long a workflow was paused, nothing is forgotten.

    :param kept: what Airflow keeps with the workflow's uploads.
    :param is_left: whether they stay in the bucket now.
    """
    now, lookback = time.time(), conf.getfloat("media", "arrival_lookback_hours") * 3600
    since = now - lookback
    if now < float(kept.get(UNTIL, 0.0)):
        since = min(since, float(kept.get(SINCE, since)))
    if is_left:
        kept.set(SINCE, since)
        # Jobs of all of them take a while; so long they count as new after the workflow is unpaused.
        kept.set(UNTIL, now + 2 * lookback)
    return since
