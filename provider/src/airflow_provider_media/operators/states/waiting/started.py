"""Waits for the end of what a task starts: executions, workflows, jobs of the ingest queues, and jobs of MediaConvert."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from airflow.sdk.configuration import conf

from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.statelang import StateError, TaskFailed
from airflow_provider_media.core.statelang.errors import TASK_FAILED
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.machines import STOPPING_DAG
from airflow_provider_media.operators.states import machines, workflows
from airflow_provider_media.operators.states.waiting.wait import Asked, check_time, remember, remembered

log = logging.getLogger(__name__)

Run = Mapping[str, Any]
"""``dag_id`` and ``run_id`` of a run that was started, and what else is needed to tell its result."""
CONVERT_SECONDS = 10.0
"""Between two looks at a job of MediaConvert."""
UNENDED = ("queued", "running")
"""States of a run that has not ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWait:
    """Waits for the end of a run that the task starts; one that takes too long is ended.

    :param start: starts it, or takes up the one of the same key; called with arguments and key.
    :param result: what has come of it.
    """

    start: Callable[[Any, str], Run]
    result: Callable[[Run], Any]

    def begin(self, asked: Asked) -> NoReturn:
        """Start the run, and sleep."""
        run = dict(self.start(asked.order.arguments, asked.key))
        _sleep(asked, run, remember(run))

    def end(self, asked: Asked, event: Mapping[str, Any]) -> Any:
        """The run's result.

        :raises TaskFailed: where it failed.
        :raises StateError: where it took too long.
        """
        told = remembered()
        run = told["about"]
        try:
            check_time(event)
        except StateError:
            _stop(run)
            raise
        if runs.count_runs(run["dag_id"], UNENDED, [run["run_id"]]):
            # SQLite gives the id of a deleted trigger to the next one, which then gets the event of the other.
            log.warning("The run %s of %s has not ended; whatever woke this task did not mean it.", run["run_id"], run["dag_id"])
            _sleep(asked, run, told["since"])
        return self.result(run)


def _sleep(asked: Asked, run: Run, since: str) -> NoReturn:
    from airflow_provider_media.triggers.started import RunEndTrigger

    asked.sleep(RunEndTrigger(dict(run), since, asked.order.timeout_seconds, conf.getfloat("media", "slot_poll_seconds")))


def _stop(run: Run) -> None:
    """Have a run ended; that its state has failed stands whatever becomes of this."""
    named = {name: run[name] for name in ("dag_id", "run_id")}
    try:
        runs.start_run(STOPPING_DAG, f"stop.{digest([named])[:32]}", conf=named, reset=True)
    except Exception:
        log.exception("Nobody could be asked to end %s of %s, for which time was up.", run["run_id"], run["dag_id"])


class MediaConvertWait:
    """Waits for the end of a job of MediaConvert; one that takes too long is cancelled."""

    def begin(self, asked: Asked) -> NoReturn:
        """Create the job, and sleep."""
        from airflow_provider_media.triggers.started import MediaConvertTrigger

        order, work = asked.order, asked.work
        # The service makes no second job for the same token: a worker may die between this and its sleep.
        arguments = {"ClientRequestToken": digest([asked.key]), **order.arguments}
        made = asked.call(order.resource.removesuffix(".sync"), arguments, order.context, work)
        about = {"job": made["Job"]["Id"], "connection": work.connection}
        asked.sleep(MediaConvertTrigger(about, remember(about), order.timeout_seconds, CONVERT_SECONDS))

    def end(self, asked: Asked, event: Mapping[str, Any]) -> Any:
        """The job as the service describes it."""
        job = {"Id": remembered()["about"]["job"]}
        try:
            check_time(event)
        except StateError:
            asked.call("arn:aws:states:::aws-sdk:mediaconvert:cancelJob", job, asked.order.context, asked.work)
            raise
        told = asked.call("arn:aws:states:::aws-sdk:mediaconvert:getJob", job, asked.order.context, asked.work)
        if told["Job"]["Status"] != "COMPLETE":
            raise TaskFailed(TASK_FAILED, json.dumps(told["Job"]))
        return told


def execution(form: str) -> RunWait:
    """Waits for an execution of a state machine of ours.

    :param form: ``.sync``, whose output is text, or ``.sync:2``.
    """
    return RunWait(start=machines.started, result=partial(machines.ended, as_text=form == ".sync"))


WORKFLOW = RunWait(start=workflows.started, result=workflows.ended)
JOB = RunWait(start=workflows.submitted, result=workflows.job_ended)
