"""The stages of a job as tasks: probe, plan, encode, package and publish, in the DAG of a workflow.

Between them goes little: the job and its source's facts from the first task, names of units from the second, and records of what
was made from the others. The plan and the results lie beside the outputs.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_media.assets import job_succeeded
from airflow_provider_media.core.errors import ConfigurationError, ProcessingError, WorkflowUnknown
from airflow_provider_media.core.ingest.names import job_id_of_run, priority_of_run
from airflow_provider_media.core.job import stages
from airflow_provider_media.core.job.model import Engine, Job, StageResult
from airflow_provider_media.core.job.submission import check_places
from airflow_provider_media.core.job.unit_cache import load_result
from airflow_provider_media.core.job.workflow_run_conf import WorkflowRunConf, check_manual_conf
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.serde import from_json, to_json
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.catalogue import queues
from airflow_provider_media.hooks.media import output_connection, source_connection
from airflow_provider_media.hooks.signing import is_signed, seal
from airflow_provider_media.links import ManifestLink, OutputsLink
from airflow_provider_media.operators.media_operator import MediaOperator, airflow_failures, summary
from airflow_provider_media.operators.signed_confs import manual_submission, parsed

if TYPE_CHECKING:
    from airflow.sdk import Context

PROBE, PLAN, ENCODE, PACKAGE, PUBLISH = "probe", "plan", "encode", "package", "publish"
"""Task ids in the DAG of a workflow."""


class JobOperator(MediaOperator):
    """Base of the tasks of a job; connections are those that the job's workflow names."""

    template_fields: Sequence[str] = ()

    def job(self, context: Context) -> Job:
        """The job that the run's first task has settled."""
        with airflow_failures():
            return from_json(Job, answer_of(PROBE, context)["job"])

    def job_engine(self, job: Job) -> Engine:
        """The engine with the connections of the job's workflow."""
        self.source_conn_id = source_connection(job.workflow.workflow)
        self.output_conn_id = output_connection(job.workflow.workflow)
        return self.engine(job.output, job=job.id)


class ProbeJobOperator(JobOperator):
    """Settle the job and find out what its source is.

    :param workflow: the workflow as the DAG's file holds it now; a submitted run carries its own.
    :param retired_at: when that file was found to be gone or broken.
    """

    def __init__(self, *, workflow: FrozenWorkflow, retired_at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.workflow = workflow
        self.retired_at = retired_at

    def execute(self, context: Context) -> dict[str, Any]:
        """Answer with the job, the facts of its source, and the seconds it took."""
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
        return {"job": to_json(job), "media": to_json(media), "seconds": round(time.monotonic() - began, 3)}


class PlanJobOperator(JobOperator):
    """Decide which units the job has, and keep the plan among its records."""

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Answer with one record per unit, for tasks to be mapped over."""
        job = self.job(context)
        media = from_json(MediaInfo, answer_of(PROBE, context)["media"])
        with airflow_failures():
            plan = stages.make_plan(job, media, self.job_engine(job))
        for left_out in plan.left_out:
            self.log.info("Left out: %s: %s", left_out.output, left_out.reason)
        for note in plan.notes:
            self.log.info("Note: %s", note)
        return [{"index": index, "name": unit.name} for index, unit in enumerate(plan.units)]


class EncodeUnitOperator(JobOperator):
    """Make, verify and keep all that one unit makes.

    :param unit: the unit's record from the plan's task.
    """

    def __init__(self, *, unit: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unit = unit

    def execute(self, context: Context) -> dict[str, Any]:
        """Answer with a record of what was made."""
        job = self.job(context)
        with airflow_failures():
            engine = self.job_engine(job)
            unit = stages.load_plan(job, engine).units[self.unit["index"]]
            return record(stages.encode(job, unit, engine))


class PackageJobOperator(JobOperator):
    """Package every ladder of the job; done within a moment where it has none."""

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Answer with one record per package."""
        job = self.job(context)
        with airflow_failures():
            engine = self.job_engine(job)
            plan = stages.load_plan(job, engine)
            encoded = results(encoded_records(context, len(plan.units)), job, engine)
            return [record(stages.package(job, package, encoded, engine)) for package in plan.packages]


class PublishJobOperator(JobOperator):
    """Copy everything to its final keys and commit the manifest."""

    operator_extra_links = (OutputsLink(), ManifestLink())

    def execute(self, context: Context) -> dict[str, Any]:
        """Answer with the manifest in small JSON."""
        job = self.job(context)
        run = context["dag_run"]
        with airflow_failures():
            engine = replace(self.job_engine(job), is_wanted=lambda: runs.find_state(run.dag_id, run.run_id) == "running")
            plan = stages.load_plan(job, engine)
            encoded = encoded_records(context, len(plan.units))
            packaged, probed = answer_of(PACKAGE, context), answer_of(PROBE, context)["seconds"]
            timings = {PROBE: probed, ENCODE: _seconds(encoded), PACKAGE: _seconds(packaged)}
            manifest = stages.publish(job, plan, results([*encoded, *packaged], job, engine), engine, timings=timings)
        job_succeeded(context, manifest)
        return summary(manifest)


def submitted_job(conf: Mapping[str, Any], *, run_id: str) -> Job:
    """The job of a run whose conf has a valid signature, if its account may still have it done.

    :raises LocationForbidden: when the account may not use the source or the output location any more.
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
    """The job of a manual run; what its conf names is checked as REST checks a request.

    :param conf: ``source`` and optionally ``output``.
    :param workflow: the workflow as its file is now.
    :raises ConfUntrusted: when the conf names anything else.
    :raises ConfigurationError: when the source is missing.
    :raises SubmissionError: when the account of such runs may not have it done.
    """
    check_manual_conf(conf)
    source = conf.get("source")
    if not isinstance(source, str) or not source:
        raise ConfigurationError("the run has no source: start it with a conf such as {'source': 's3://bucket/clip.mp4'}", field="source")
    asked = manual_submission(conf, workflow)
    job = manual_job_id(run_id, workflow.workflow.name)
    return Job(id=job, source=seal(asked.source, job=job), workflow=workflow, output=asked.output)


def check_not_retired(workflow: str, retired_at: datetime, triggered_at: datetime) -> None:
    """Refuse a manual run of a workflow that has no sound file any more.

    :param triggered_at: when somebody started the run; those that were started before go on.
    :raises WorkflowUnknown: when it was started since.
    """
    if triggered_at > retired_at:
        raise WorkflowUnknown(
            f"The file of the workflow {workflow!r} is gone or broken since {retired_at:%Y-%m-%d %H:%M} UTC; its DAG only ends what was"
            " submitted before. Put a sound file back, or trigger another workflow."
        )


def submitted_job_id(run_id: str, workflow: str) -> str:
    """The id of a submitted job, whose run is named ``<priority>__<job id>``; that of a state machine's run is made of its own."""
    return fit_for_storage(job_id_of_run(run_id)) if priority_of_run(run_id) else manual_job_id(run_id, workflow)


def manual_job_id(run_id: str, workflow: str) -> str:
    """The id of the job of a manual run: a run's id is unique within its DAG alone, so the workflow's name is added.

    It is never that of a submitted job, whatever somebody calls his run.
    """
    return fit_for_storage(f"{workflow}-{run_id}")


def fit_for_storage(name: str) -> str:
    """A name in characters that every storage takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)


def record(result: StageResult) -> dict[str, Any]:
    """What a task answers with for a unit or a package; the result itself lies beside the outputs."""
    return {
        "key": result.key,
        "name": result.name,
        "files": len(result.made),
        "bytes": sum(made.size for made in result.made),
        "seconds": result.seconds,
        "reused": result.reused,
        "error": result.error,
    }


def answer_of(task_id: str, context: Context) -> Any:
    """What a task of the run has answered with.

    :raises ProcessingError: when it has not done its work, because somebody has marked it or has cleared it alone.
    """
    answer = context["ti"].xcom_pull(task_ids=task_id, map_indexes=-1)
    if answer is None:
        raise ProcessingError(f"the task {task_id} has done none of its work; clear it, and what follows it")
    return answer


def encoded_records(context: Context, units: int) -> list[dict[str, Any]]:
    """Records of the run's units."""
    # One index after the other: a pull of all of them cannot tell one unit's record from a list of records.
    pulled = list(context["ti"].xcom_pull(task_ids=ENCODE, map_indexes=range(units)))
    missing = [str(index) for index, each in enumerate(pulled) if not each]
    if missing:
        raise ProcessingError(f"the tasks {ENCODE} [{', '.join(missing)}] have done none of their work; clear them, and what follows")
    return pulled


def results(records: Iterable[Mapping[str, Any]], job: Job, engine: Engine) -> list[StageResult]:
    """The results behind the records."""
    return [
        StageResult(key=each["key"], name=each["name"], error=each["error"]) if each["error"] else load_result(each["key"], job, engine)
        for each in records
    ]


def _seconds(records: Iterable[Mapping[str, Any]]) -> float:
    return round(math.fsum(each["seconds"] for each in records), 3)
