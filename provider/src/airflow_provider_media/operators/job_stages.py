"""Stages of a job as tasks in the DAG of a workflow: probe, plan, encode, package and publish.

The first task of a short job does the work of all later ones, which Airflow then skips without starting them.

The tasks exchange little by XCom. The first task returns the job and the facts of its source. The second returns the
names of the units. The others return records of their results. The plan and the results lie beside the outputs.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from airflow.sdk import SkipMixin

from airflow_provider_media.assets import job_succeeded, workflow_assets
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution import stages
from airflow_provider_media.core.execution.slice_joining import join
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.submission.errors import WorkflowUnknown
from airflow_provider_media.core.submission.names import job_id_of_run, priority_of_run
from airflow_provider_media.core.submission.submit import check_places
from airflow_provider_media.core.submission.workflow_run_conf import WorkflowRunConf, check_manual_conf
from airflow_provider_media.core.task_ids import ENCODE, PACKAGE, PROBE
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.catalogue import queues
from airflow_provider_media.hooks.media import output_connection, source_connection
from airflow_provider_media.hooks.signing import is_signed, seal
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.media_operator import MediaOperator, summary
from airflow_provider_media.operators.one_task import (
    PUBLICATION_LINKS,
    finish_if_short,
    leave_publication,
    log_plan,
)
from airflow_provider_media.operators.signed_confs import manual_submission, parsed
from airflow_provider_media.operators.stage_records import (
    answer_of,
    encoded_records,
    package_results,
    record,
    seconds_of,
    unit_of,
    unit_results,
)

if TYPE_CHECKING:
    from airflow.sdk import Context


class JobOperator(MediaOperator):
    """Base of the tasks of a job; the job's workflow names the connections."""

    template_fields: Sequence[str] = ()

    def job(self, context: Context) -> Job:
        """Return the job that the run's first task has fixed."""
        with airflow_failures():
            return from_json(Job, answer_of(PROBE, context)["job"])

    def job_engine(self, job: Job) -> Engine:
        """Return the engine with the connections of the job's workflow."""
        self.source_conn_id = source_connection(job.workflow.workflow)
        self.output_conn_id = output_connection(job.workflow.workflow)
        return self.engine(job.output, job=job.id)

    def publishing_engine(self, job: Job, context: Context) -> Engine:
        """Return the engine that commits the job only while its run goes on."""
        run = context["dag_run"]
        return replace(self.job_engine(job), is_wanted=lambda: runs.find_state(run.dag_id, run.run_id) == "running")


class ProbeJobOperator(JobOperator, SkipMixin):
    """Fix the job and probe its source. If the job is short, do all of its work and skip all later tasks.

    :param workflow: the workflow as its file defines it now; a submitted run carries its own frozen workflow.
    :param retired_at: when the file was found to be missing or invalid.
    """

    inherits_from_skipmixin = True

    def __init__(self, *, workflow: FrozenWorkflow, retired_at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.workflow = workflow
        self.retired_at = retired_at

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the job, the facts of its source, and the seconds that the task took."""
        run = context["dag_run"]
        began = time.monotonic()
        with airflow_failures():
            if is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id):
                submitted = submitted_job(run.conf, run_id=run.run_id)
            else:
                if self.retired_at is not None:
                    check_not_retired(self.workflow.workflow.name, self.retired_at, run.run_after)
                self.log.info("The run was not submitted: it takes the workflow as it is now, %s.", self.workflow.hash)
                submitted = manual_job(run.conf or {}, run_id=run.run_id, workflow=self.workflow)
            engine = self.job_engine(submitted)
            job = stages.settled(submitted, engine)
            media = stages.probe_for_plan(job, engine)
        answer = {"job": to_json(job), "media": to_json(media), "seconds": round(time.monotonic() - began, 3)}
        with airflow_failures():
            manifest = finish_if_short(job, media, self.publishing_engine(job, context), context, answer)
        if manifest is not None:
            # The assets belong to the publish task; only a task that publishes may update them.
            self.outlets = workflow_assets(job.workflow.workflow.name)
            job_succeeded(context, manifest)
            leave_publication(self, manifest, context)
            self.skip(context["ti"], self.get_flat_relatives(upstream=False))
        return answer


class PlanJobOperator(JobOperator):
    """Plan the units of the job, and store the plan beside the outputs."""

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Return one record per unit; the encode task is mapped over the records."""
        job = self.job(context)
        media = from_json(MediaInfo, answer_of(PROBE, context)["media"])
        with airflow_failures():
            # The first task has chosen to leave the work to several tasks.
            plan = stages.make_plan(job, media, replace(self.job_engine(job), one_task_seconds=0.0))
        log_plan(plan)
        return [{"index": index, "name": unit.name} for index, unit in enumerate(plan.encodes)]


class EncodeUnitOperator(JobOperator):
    """Encode, verify and store all artifacts of one unit.

    :param unit: the record of the unit, from the plan task.
    """

    def __init__(self, *, unit: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit = unit

    def execute(self, context: Context) -> dict[str, Any]:
        """Return a record of the result."""
        job = self.job(context)
        with airflow_failures():
            engine = self.job_engine(job)
            unit = unit_of(stages.load_plan(job, engine), self.unit)
            return record(stages.encode(job, unit, engine), name=unit.name)


class PackageJobOperator(JobOperator):
    """Join every video of the job that was encoded in slices, and package every ladder.

    A job without either needs only a moment.
    """

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Return one record per joined video, then one per package."""
        job = self.job(context)
        with airflow_failures():
            engine = self.job_engine(job)
            plan = stages.load_plan(job, engine)
            encoded = list(unit_results(plan.encodes, encoded_records(context, len(plan.encodes)), job, engine))
            joined = [join(job, unit, encoded, engine) for unit in plan.joins]
            made = [*encoded, *chain.from_iterable(joined)]
            packaged = [stages.package(job, package, made, engine) for package in plan.packages]
            return [*map(record, joined), *(record([each]) for each in packaged)]


class PublishJobOperator(JobOperator):
    """Copy all files to their final keys and commit the manifest."""

    operator_extra_links = PUBLICATION_LINKS

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the manifest in short form as JSON."""
        job = self.job(context)
        with airflow_failures():
            engine = self.publishing_engine(job, context)
            plan = stages.load_plan(job, engine)
            encoded = encoded_records(context, len(plan.encodes))
            packaged, probed = answer_of(PACKAGE, context), answer_of(PROBE, context)["seconds"]
            timings = {PROBE: probed, ENCODE: seconds_of(encoded), PACKAGE: seconds_of(packaged)}
            made = [
                *unit_results(plan.encodes, encoded, job, engine),
                *unit_results(plan.joins, packaged[: len(plan.joins)], job, engine),
                *package_results(plan, packaged[len(plan.joins) :], job, engine),
            ]
            manifest = stages.publish(job, plan, made, engine, timings=timings)
        job_succeeded(context, manifest)
        return summary(manifest)


def submitted_job(conf: Mapping[str, Any], *, run_id: str) -> Job:
    """Return the job of a run whose conf has a valid signature, if its account still permits the job.

    :raises LocationForbidden: when the account may no longer use the source or the output location.
    """
    work = parsed(WorkflowRunConf, conf)
    workflow = work.frozen()
    check_places(work.source, work.output, workflow=workflow, account=queues().account(work.account))
    return Job(
        id=submitted_job_id(run_id, workflow.workflow.name),
        source=work.source,
        workflow=workflow,
        output=work.output,
        source_version=work.source_version,
    )


def manual_job(conf: Mapping[str, Any], *, run_id: str, workflow: FrozenWorkflow) -> Job:
    """Return the job of a manual run; the conf passes the same checks as a REST request.

    :param conf: ``source`` and optionally ``output``.
    :param workflow: the workflow as its file defines it now.
    :raises ConfUntrusted: when the conf names anything else.
    :raises ConfigurationError: when the source is missing.
    :raises SubmissionError: when the account of manual runs does not permit the job.
    """
    check_manual_conf(conf)
    source = conf.get("source")
    if not isinstance(source, str) or not source:
        raise ConfigurationError(
            "the run has no source: start it with a conf such as {'source': 's3://bucket/clip.mp4'}", field="source"
        )
    asked = manual_submission(conf, workflow)
    job = manual_job_id(run_id, workflow.workflow.name)
    return Job(id=job, source=seal(asked.source, job=job), workflow=workflow, output=asked.output)


def check_not_retired(workflow: str, retired_at: datetime, triggered_at: datetime) -> None:
    """Refuse a manual run of a workflow whose file is missing or invalid.

    :param triggered_at: when somebody started the run; a run that started before ``retired_at`` goes on.
    :raises WorkflowUnknown: when the run started after ``retired_at``.
    """
    if triggered_at > retired_at:
        raise WorkflowUnknown(
            f"The file of the workflow {workflow!r} is gone or broken since {retired_at:%Y-%m-%d %H:%M} UTC; its DAG"
            " only ends what was submitted before. Put a sound file back, or trigger another workflow."
        )


def submitted_job_id(run_id: str, workflow: str) -> str:
    """Return the id of a submitted job.

    The run of such a job is named ``<priority>__<job id>``. The job of a state machine's run gets its id from the run's
    id.
    """
    return fit_for_storage(job_id_of_run(run_id)) if priority_of_run(run_id) else manual_job_id(run_id, workflow)


def manual_job_id(run_id: str, workflow: str) -> str:
    """Return the id of the job of a manual run.

    A run id is unique only within its DAG, so the id contains the workflow's name too. The id never equals that of a
    submitted job, whatever run id a user chooses.
    """
    return fit_for_storage(f"{workflow}-{run_id}")


def fit_for_storage(name: str) -> str:
    """Return a name with only those characters that every storage accepts."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)
