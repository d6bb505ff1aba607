"""MediaArrivalSensor: waits for uploads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk import BaseSensorOperator
from airflow.sdk.configuration import conf

if TYPE_CHECKING:
    from airflow.sdk import Context

REFRESH_SECONDS = 600.0
"""Seconds after which a sensor that has found nothing ends, so that its DAG's next run watches what workflows name by then."""


class MediaArrivalSensor(BaseSensorOperator):
    """Wait, without a worker, for uploads that no run was started for yet, and answer with them.

    Each upload is answered with until a run exists under its run id; answering twice is therefore harmless, and forgetting impossible.

    :param watches: what to watch: ``workflow``, ``dag_id``, ``location``, ``suffixes``, ``connection`` and ``priority`` of each.
    :param give_up_seconds: seconds after which it ends with nothing.
    """

    template_fields: Sequence[str] = ("watches",)

    def __init__(self, *, watches: Sequence[Mapping[str, Any]], give_up_seconds: float = REFRESH_SECONDS, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.watches = watches
        self.give_up_seconds = give_up_seconds

    def execute(self, context: Context) -> NoReturn:
        """Wait in the triggerer."""
        from airflow_provider_media.triggers.arrival import MediaArrivalTrigger

        trigger = MediaArrivalTrigger(
            watches=[dict(watch) for watch in self.watches],
            poll_seconds=conf.getfloat("media", "arrival_poll_seconds"),
            lookback_seconds=conf.getfloat("media", "arrival_lookback_hours") * 3600,
            give_up_seconds=self.give_up_seconds,
        )
        self.defer(trigger=trigger, method_name=self.arrived.__name__)

    def arrived(self, context: Context, event: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Answer with the arrivals as JSON."""
        for arrival in event:
            self.log.info("%s starts %s as %s", arrival["source"], arrival["dag_id"], arrival["run_id"])
        return event
