"""MediaArrivalSensor: waits for uploads."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseSensorOperator
from airflow.sdk.configuration import conf

from airflow_provider_media.assets import uploads_asset
from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.dag_ids import workflow_dag_id
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.uploads.listing import WatchedLocation
from airflow_provider_media.hooks import runs

if TYPE_CHECKING:
    from airflow.sdk import Context

__all__ = ["MediaArrivalSensor"]

REFRESH_SECONDS = 600.0
"""Seconds after which a sensor without arrivals ends.

The next run of the DAG then watches the workflows of that time.
"""
PAUSED_SECONDS = 60.0
"""The same while a workflow is paused: the longest time until an unpaused workflow is watched again."""
LOOKS_OF_TEST = 3
"""Number of looks under ``airflow dags test``."""
SINCE, UNTIL = "kept_since", "kept_until"
"""Keys in the asset state store of a paused workflow, in seconds since the epoch.

Uploads since the first time are new until the second.
"""


class MediaArrivalSensor(BaseSensorOperator):
    """Wait, without a worker, for uploads that have no job yet, and return them.

    The sensor returns an upload again until its job exists. So no upload is lost, and a repeated one does no harm.
    Uploads to a paused workflow stay in the bucket until the workflow is unpaused, or become waiting jobs, depending on
    the account.

    :param workflows: names of workflows whose trigger finds uploads by listing (templated).
    :param give_up_seconds: seconds after which the sensor ends without arrivals.
    :param follows: whether the sensor watches all workflows with such a trigger, including those added after its DAG
        was parsed. It then ends without arrivals as soon as the list of these workflows changes.
    """

    template_fields: Sequence[str] = ("workflows",)

    def __init__(
        self,
        *,
        workflows: Sequence[str],
        give_up_seconds: float = REFRESH_SECONDS,
        follows: bool = False,
        **kwargs: Any,
    ) -> None:
        # A task can keep state beyond its run only with assets among its inlets.
        super().__init__(**{"inlets": [uploads_asset(name) for name in workflows], **kwargs})
        self.workflows = workflows
        self.give_up_seconds = give_up_seconds
        self.follows = follows

    def execute(self, context: Context) -> NoReturn:
        """Defer to the triggerer."""
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
        """Return the seconds after which the sensor ends without arrivals.

        A test command ends after as many looks as it takes to recognise complete uploads.
        """
        if runs.is_test():
            return LOOKS_OF_TEST * float(conf.getfloat("media", "arrival_poll_seconds"))
        return self.give_up_seconds if all_enabled else min(self.give_up_seconds, PAUSED_SECONDS)

    def watches(self, context: Context, names: Iterable[str]) -> Iterator[WatchedLocation]:
        """Yield the locations to watch: those of workflows that accept jobs."""
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
                yield WatchedLocation(
                    workflow=name, priority=known[name].workflow.priority, trigger=trigger, account=account, since=since
                )

    def kept(self, name: str, context: Context) -> Any:
        """Return the asset state store of a workflow's uploads.

        A workflow newer than the DAG's last parse has an empty one.
        """
        return context["asset_state_store"][uploads_asset(name)] if name in self.workflows else _Nothing()

    def arrived(self, context: Context, event: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the arrivals as JSON, without those of workflows that were paused meanwhile."""
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
            self.log.info(
                "s3://%s/%s %s %s", arrival["upload"]["bucket"], arrival["upload"]["key"], news, arrival["workflow"]
            )
        return [arrival for arrival in event if arrival["workflow"] not in left]


class _Nothing:
    """An asset state store that keeps nothing."""

    def get(self, _key: str, default: float) -> float:
        return default

    def set(self, _key: str, _value: float) -> None: ...


def is_left_alone(workflow: str, account: Account) -> bool:
    """Return whether the uploads of a workflow stay in the bucket for now.

    That is so while the workflow is paused and its account lets no job of it wait.
    """
    return account.paused_workflows == "refuse" and runs.is_paused(workflow_dag_id(workflow))


def kept_since(kept: Any, *, is_left: bool) -> float:
    """Return the time since which uploads count as new, in seconds since the epoch.

    No upload is lost, however long the workflow was paused.

    :param kept: asset state store of the workflow's uploads.
    :param is_left: whether the uploads stay in the bucket now.
    """
    now, lookback = time.time(), float(conf.getfloat("media", "arrival_lookback_hours")) * 3600
    since = now - lookback
    if now < float(kept.get(UNTIL, 0.0)):
        since = min(since, float(kept.get(SINCE, since)))
    if is_left:
        kept.set(SINCE, since)
        # Submitting all their jobs takes a while; the uploads count as new for that time after the workflow is
        # unpaused.
        kept.set(UNTIL, now + 2 * lookback)
    return since
