"""Waits for child runs, jobs of the ingest queues, and MediaConvert jobs that a task has started."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from airflow.sdk.configuration import conf

from airflow_provider_media.airflow_contract.run_ids import STOP, derived_run_id
from airflow_provider_media.airflow_contract.run_states import UNFINISHED
from airflow_provider_media.core.dag_ids import STATE_STOP
from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.statelang import StateError, TaskFailed
from airflow_provider_media.core.statelang.errors import TASK_FAILED, TIMEOUT
from airflow_provider_media.hooks import runs
from airflow_provider_media.state_machines.resources import media_workflow, start_execution
from airflow_provider_media.state_machines.waits.wait import WaitRequest, has_run_out, lateness, pull_wait, push_wait

log = logging.getLogger(__name__)

Run = Mapping[str, Any]
"""``dag_id`` and ``run_id`` of a started run, and further data that its result needs."""
CONVERT_SECONDS = 10.0
"""Seconds between two polls of a MediaConvert job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWait:
    """A wait for the end of a run that the task starts. A run over its time limit is ended.

    :param start: starts the run, or continues the run with the same key; called with arguments and key.
    :param result: returns the result of the run.
    """

    start: Callable[[Any, str], Run]
    result: Callable[[Run], Any]

    def begin(self, asked: WaitRequest) -> NoReturn:
        """Start the run, and defer."""
        run = dict(self.start(asked.request.arguments, asked.key))
        _defer_until_run_ends(asked, run, push_wait(run))

    def end(self, asked: WaitRequest, event: Mapping[str, Any]) -> Any:
        """Return the result of the run.

        :raises TaskFailed: when the run failed.
        :raises StateError: when the run took too long.
        """
        wait = pull_wait()
        run, since = wait.about, wait.since
        if lateness(event) and has_run_out(since, asked.request.timeout_seconds):
            _stop(run)
            raise StateError(TIMEOUT, None)
        if runs.count_runs(run["dag_id"], UNFINISHED, [run["run_id"]]):
            log.warning("The run %s of %s has not ended; the task waits on.", run["run_id"], run["dag_id"])
            _defer_until_run_ends(asked, run, since)
        return self.result(run)


def _defer_until_run_ends(asked: WaitRequest, run: Run, since: str) -> NoReturn:
    from airflow_provider_media.triggers.child_run import RunEndTrigger

    asked.sleep(
        RunEndTrigger(dict(run), since, asked.request.timeout_seconds, conf.getfloat("media", "slot_poll_seconds"))
    )


def _stop(run: Run) -> None:
    """Request the end of a run. The state has failed even when this request fails."""
    named = {name: run[name] for name in ("dag_id", "run_id")}
    try:
        runs.start_run(STATE_STOP, derived_run_id(STOP, named), conf=named, reset=True)
    except Exception:
        log.exception("Nobody could be asked to end %s of %s, for which time was up.", run["run_id"], run["dag_id"])


class MediaConvertWait:
    """A wait for the end of a MediaConvert job. A job over its time limit is cancelled."""

    def begin(self, asked: WaitRequest) -> NoReturn:
        """Create the job, and defer."""
        request, invocation = asked.request, asked.invocation
        # The worker may die between this call and the deferral. The service creates no second job for the same token.
        arguments = {"ClientRequestToken": digest([asked.key]), **request.arguments}
        made = asked.call(request.resource.removesuffix(".sync"), arguments, request.context, invocation)
        about = {"job": made["Job"]["Id"], "connection": invocation.connection}
        _defer_until_job_ends(asked, about, push_wait(about))

    def end(self, asked: WaitRequest, event: Mapping[str, Any]) -> Any:
        """Return the job as the service describes it."""
        from airflow_provider_media.triggers.child_run import MediaConvertTrigger

        wait = pull_wait()
        job = {"Id": wait.about["job"]}
        if lateness(event) and has_run_out(wait.since, asked.request.timeout_seconds):
            asked.call("arn:aws:states:::aws-sdk:mediaconvert:cancelJob", job, asked.request.context, asked.invocation)
            raise StateError(TIMEOUT, None)
        described = asked.call(
            "arn:aws:states:::aws-sdk:mediaconvert:getJob", job, asked.request.context, asked.invocation
        )
        status = described["Job"]["Status"]
        if status not in MediaConvertTrigger.ENDED:
            log.warning("The job %s of MediaConvert is %s; the task waits on.", job["Id"], status)
            _defer_until_job_ends(asked, wait.about, wait.since)
        if status != "COMPLETE":
            raise TaskFailed(TASK_FAILED, json.dumps(described["Job"]))
        return described


def _defer_until_job_ends(asked: WaitRequest, about: Mapping[str, Any], since: str) -> NoReturn:
    from airflow_provider_media.triggers.child_run import MediaConvertTrigger

    asked.sleep(MediaConvertTrigger(dict(about), since, asked.request.timeout_seconds, CONVERT_SECONDS))


def execution(form: str) -> RunWait:
    """Return the wait for an execution of one of our state machines.

    :param form: ``.sync``, whose output is text, or ``.sync:2``.
    """
    return RunWait(start=start_execution.started, result=partial(start_execution.ended, as_text=form == ".sync"))


WORKFLOW = RunWait(start=media_workflow.started, result=media_workflow.ended)
JOB = RunWait(start=media_workflow.submitted, result=media_workflow.job_ended)
