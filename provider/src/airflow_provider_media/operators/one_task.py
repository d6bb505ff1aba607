"""Short jobs in one task: the first task does the work of all later tasks, and leaves what they would leave."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk.execution_time.xcom import XCom
from airflow.sdk.types import TaskInstanceKey

from airflow_provider_media.airflow_contract.xcom import RETURN_VALUE
from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.execution.run import finish
from airflow_provider_media.core.jobs.model import Engine, Job, Manifest
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.planning.steering import has_target
from airflow_provider_media.core.plans import Plan
from airflow_provider_media.core.task_ids import PLAN, PROBE, PUBLISH
from airflow_provider_media.links import ManifestLink, OutputsLink
from airflow_provider_media.operators.media_operator import summary

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator, BaseOperatorLink, Context

log = logging.getLogger(__name__)
PUBLICATION_LINKS: tuple[BaseOperatorLink, ...] = (OutputsLink(), ManifestLink())
"""Links of the publish task."""


def finish_if_short(
    job: Job, media: MediaInfo, engine: Engine, context: Context, probed: Mapping[str, Any]
) -> Manifest | None:
    """Do all the work of a short job, and return its manifest; None for any other job, whose later tasks do the work.

    :param probed: what the running first task returns. A task that skips others has to push it itself.
    """
    # The search for a crf is no little work.
    if not engine.one_task_seconds or has_target(job.workflow.workflow.outputs):
        return None
    began = time.monotonic()
    plan = stages.plan_of(job, media, engine)
    if not plan.is_in_one_task:
        return None
    log.info("Little work is estimated: this task goes on through all stages of the job.")
    context["ti"].xcom_push(key=RETURN_VALUE, value={**probed, "is_in_one_task": True})
    stages.store_plan(job, plan, engine)
    log_plan(plan)
    timings = {PROBE: probed["seconds"], PLAN: round(time.monotonic() - began, 3)}
    return finish(job, plan, engine, timings=timings)


def leave_publication(operator: BaseOperator, manifest: Manifest, context: Context) -> None:
    """Push the result and the links of the publish task, which does not run.

    Everybody reads a job's publication there, whichever task has made it.

    :param operator: operator of the running task.
    """
    task = context["ti"]
    key = TaskInstanceKey(dag_id=task.dag_id, task_id=PUBLISH, run_id=task.run_id)
    _push(key, RETURN_VALUE, summary(manifest))
    for link in PUBLICATION_LINKS:
        _push(key, link.xcom_key, link.get_link(operator, ti_key=key))


def _push(to: TaskInstanceKey, key: str, value: Any) -> None:
    XCom.set(key=key, value=value, dag_id=to.dag_id, task_id=to.task_id, run_id=to.run_id)


def log_plan(plan: Plan) -> None:
    """Log what people look for in a plan."""
    for left_out in plan.left_out:
        log.info("Left out: %s: %s", left_out.output, left_out.reason)
    for choice in plan.choices:
        log.info("Chosen: %s", choice)
    for note in plan.notes:
        log.info("Note: %s", note)
    for unit in plan.units:
        if unit.is_finished:
            log.info("Finished before: %s", unit.name)
