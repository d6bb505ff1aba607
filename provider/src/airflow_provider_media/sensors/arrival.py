"""MediaArrivalSensor: waits for uploads."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseSensorOperator
from airflow.sdk.configuration import conf

from airflow_provider_media.assets import uploads_asset
from airflow_provider_media.core.ingest.names import workflow_dag_id
from airflow_provider_media.core.job.listing import Watch
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.hooks import runs

if TYPE_CHECKING:
    from airflow.sdk import Context

REFRESH_SECONDS = 600.0
"""Seconds after which a sensor that has found nothing ends, so that its DAG's next run watches what workflows name by then."""
PAUSED_SECONDS = 60.0
"""The same while a workflow is paused: so long it may take until one that is enabled again is watched."""
SINCE = "since"
"""Key of the watermark: seconds since the epoch, before which a workflow's uploads are no news."""


class MediaArrivalSensor(BaseSensorOperator):
    """Wait, without a worker, for uploads to workflows that no job was submitted for yet, and answer with them.

    Each upload is answered with until its job exists; answering twice is therefore harmless, and forgetting impossible. What is
    uploaded while a workflow's DAG is paused is passed over for good.

    :param workflows: names of workflows with a trigger that hears of uploads by listing.
    :param give_up_seconds: seconds after which it ends with nothing.
    """

    template_fields: Sequence[str] = ("workflows",)

    def __init__(self, *, workflows: Sequence[str], give_up_seconds: float = REFRESH_SECONDS, **kwargs: Any) -> None:
        # Airflow lets a task keep what outlasts its run with the assets that it looks at.
        super().__init__(**{"inlets": [uploads_asset(name) for name in workflows], **kwargs})
        self.workflows = workflows
        self.give_up_seconds = give_up_seconds

    def execute(self, context: Context) -> NoReturn:
        """Wait in the triggerer."""
        from airflow_provider_media.triggers.arrival import MediaArrivalTrigger

        watches = list(self.watches(context))
        all_enabled = len(watches) == len(self.workflows)
        trigger = MediaArrivalTrigger(
            watches=[to_json(watch) for watch in watches],
            poll_seconds=conf.getfloat("media", "arrival_poll_seconds"),
            give_up_seconds=self.give_up_seconds if all_enabled else min(self.give_up_seconds, PAUSED_SECONDS),
        )
        self.defer(trigger=trigger, method_name=self.arrived.__name__)

    def watches(self, context: Context) -> Iterator[Watch]:
        """What to look at: the workflows that are enabled, each from when it was seen paused last."""
        from airflow_provider_media.hooks.catalogue import all_workflows, queues

        known, now = all_workflows(), time.time()
        lookback = conf.getfloat("media", "arrival_lookback_hours") * 3600
        for name in self.workflows:
            watermark = context["asset_state_store"][uploads_asset(name)]
            if runs.is_paused(workflow_dag_id(name)):
                watermark.set(SINCE, now)
            elif name in known and (trigger := known[name].workflow.trigger) and trigger.account in queues().accounts:
                yield Watch(
                    workflow=name,
                    priority=known[name].workflow.priority,
                    trigger=trigger,
                    account=queues().account(trigger.account),
                    since=max(float(watermark.get(SINCE, 0.0)), now - lookback),
                )

    def arrived(self, context: Context, event: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer with the arrivals as JSON, without those of workflows that were paused meanwhile."""
        paused = {name for name in {arrival["workflow"] for arrival in event} if runs.is_paused(workflow_dag_id(name))}
        for name in paused:
            context["asset_state_store"][uploads_asset(name)].set(SINCE, time.time())
        for arrival in event:
            news = "is passed over by" if arrival["workflow"] in paused else "is new to"
            self.log.info("s3://%s/%s %s %s", arrival["upload"]["bucket"], arrival["upload"]["key"], news, arrival["workflow"])
        return [arrival for arrival in event if arrival["workflow"] not in paused]
