"""The stage that plans a job: its units, what of them is finished, and what a search for quality has found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.execution.finished_work import find_finished
from airflow_provider_media.core.execution.key_checks import refuse_long_keys, refuse_own_source
from airflow_provider_media.core.execution.plannable import plannable
from airflow_provider_media.core.execution.shared_work import SharedResult, adopt_for_plan, find_elsewhere
from airflow_provider_media.core.jobs.model import Engine, Job
from airflow_provider_media.core.jobs.places import RECORD_BYTES, plan_uri
from airflow_provider_media.core.media.info import MediaInfo
from airflow_provider_media.core.planning.one_task import with_choice_of_tasks
from airflow_provider_media.core.planning.plan import artifact_keys
from airflow_provider_media.core.planning.plan import make_plan as plan_units
from airflow_provider_media.core.plans import PLAN_VERSION, Plan
from airflow_provider_media.core.serde import from_json, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlan:
    """A plan, and the finished work that it takes from other output locations."""

    plan: Plan
    elsewhere: Mapping[str, SharedResult] = field(default_factory=dict)
    """Results by content key."""


def make_plan(job: Job, media: MediaInfo, engine: Engine) -> Plan:
    """Make the plan, and store the plan among the job's records.

    :raises SourceError: when the source allows no output.
    :raises WorkflowInvalid: when two outputs would have one key.
    """
    made = plan_job(job, media, engine)
    store_plan(job, made, engine)
    return made.plan


def store_plan(job: Job, made: JobPlan, engine: Engine) -> None:
    """Store a plan among the job's records, after what it takes from other output locations."""
    adopt_for_plan(made.plan, made.elsewhere, job, engine)
    content = json.dumps(to_json(made.plan)).encode()
    engine.storages(job.output).write(plan_uri(job.output, job.id), content, media_type="application/json")


def plan_of(job: Job, media: MediaInfo, engine: Engine, *, may_encode: bool = True) -> Plan:
    """Return the plan of a job without storing it; the parameters are those of ``plan_job``."""
    return plan_job(job, media, engine, may_encode=may_encode).plan


def plan_job(job: Job, media: MediaInfo, engine: Engine, *, may_encode: bool = True) -> JobPlan:
    """Plan a job.

    :param may_encode: whether samples may be encoded where an output has a target of quality.
    """
    made = plannable(job, media, engine, may_encode=may_encode)
    workflow, facts, steering = made.workflow, made.facts, made.steering
    keys = artifact_keys(workflow, media, **facts) if workflow.reuse else frozenset()
    finished = find_finished(keys, job, engine).keys()
    plan = plan_units(workflow, media, job_id=job.id, finished=finished, **facts)
    is_finished = all(unit.is_finished for unit in plan.units)
    found = {} if is_finished else find_elsewhere(keys - finished, job, engine)
    if found:
        plan = plan_units(workflow, media, job_id=job.id, finished=finished | found.keys(), **facts)
    plan = replace(plan, notes=(*plan.notes, *steering.notes), choices=(*plan.choices, *steering.choices))
    refuse_own_source(job, plan)
    refuse_long_keys(job, plan)
    return JobPlan(plan=with_choice_of_tasks(plan, engine.one_task_seconds), elsewhere=found)


def load_plan(job: Job, engine: Engine) -> Plan:
    """Return the plan that ``make_plan`` stored.

    :raises ConfigurationError: when another version of this package has stored it.
    """
    data = json.loads(engine.storages(job.output).read(plan_uri(job.output, job.id), limit=RECORD_BYTES))
    if data.get("version") != PLAN_VERSION:
        raise ConfigurationError(
            f"The plan of job {job.id} was made by another version of this package. Clear the job's task `plan` and the"
            " tasks after it; finished work of this version is found again."
        )
    return from_json(Plan, data)
