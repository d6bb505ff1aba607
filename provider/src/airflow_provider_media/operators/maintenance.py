"""Operators of the maintenance: one lists the output locations, the other prunes the finished work below one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from airflow_provider_media.core.execution.cache_pruning import described, prune_location, summary
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.hooks import settings
from airflow_provider_media.hooks.media import MediaHook
from airflow_provider_media.operators.failures import airflow_failures

if TYPE_CHECKING:
    from airflow.sdk import Context

DRY_RUN = "dry_run"
"""Param of the DAG: whether nothing is deleted."""


class OutputLocationsOperator(BaseOperator):
    """List the output locations that workflows and accounts name, for the tasks that prune them."""

    ui_color = "#e6f4ea"

    def execute(self, context: Context) -> list[dict[str, str]]:
        """Return location and connection of each place; none where finished work has no limits."""
        with airflow_failures():
            if settings.cache_limits().is_unlimited:
                self.log.info("Nothing is pruned: [media] reuse_days and reuse_bytes are empty.")
                return []
            # Only this task needs the workflows' modules, and each task of the DAG imports this one.
            from airflow_provider_media.hooks.output_locations import output_locations

            places = sorted(output_locations().items())
        return [{"location": location, "connection": connection} for location, connection in places]


class CachePruneOperator(BaseOperator):
    """Delete the finished work below one output location that is over the limits of age and size.

    :param place: ``location`` and ``connection`` of the output location.
    """

    ui_color = "#e6f4ea"

    def __init__(self, *, place: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.place = place

    def execute(self, context: Context) -> dict[str, Any]:
        """Return entries, files and bytes that were freed and kept."""
        location, is_dry_run = self.place["location"], bool(context["params"][DRY_RUN])
        with airflow_failures():
            storage = MediaHook(self.place["connection"]).storage(location)
            pruned = prune_location(location, storage, settings.cache_limits(), now=time.time(), is_dry_run=is_dry_run)
        done = "Would be deleted" if is_dry_run else "Deleted"
        self.log.info("%s: %s; kept: %s.", done, described(pruned.freed), described(pruned.kept))
        return {
            "location": redact(location),
            DRY_RUN: is_dry_run,
            "freed": summary(pruned.freed),
            "kept": summary(pruned.kept),
        }
