"""One DAG per workflow: all have the same shape, and the content comes from the job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from airflow.sdk import DAG, Param, TriggerRule
from airflow.sdk.configuration import conf
from airflow.sdk.definitions.param import ParamsDict

from airflow_provider_media.assets import workflow_assets
from airflow_provider_media.core.dag_ids import scheduled_dag_id, workflow_dag_id
from airflow_provider_media.core.media.schemes import SCHEMES, object_examples
from airflow_provider_media.core.submission.admission import WEIGHTS
from airflow_provider_media.core.task_ids import ENCODE, PACKAGE, PLAN, PROBE, PUBLISH
from airflow_provider_media.core.workflows.model import FrozenWorkflow, Workflow
from airflow_provider_media.operators.job_stages import (
    EncodeUnitOperator,
    PackageJobOperator,
    PlanJobOperator,
    ProbeJobOperator,
    PublishJobOperator,
)
from airflow_provider_media.weights import stage_of, weight_rule

RUNS = 100_000
"""Most concurrent runs: admission decides how many jobs are active."""
PAUSING = (
    "While this DAG is paused, the workflow takes no slot: jobs are refused or wait, as `paused_workflows` of their"
    " account says, and go on in their order once it is unpaused."
)
HEAVY = (PROBE, ENCODE, PACKAGE)
"""Tasks that run media tools."""
RETIRED_TAG = "retired"
"""Tag of DAGs whose file is missing or invalid."""
RETIRED = (
    "Retired: the workflow's file is gone or broken. This DAG ends the jobs that were submitted before, and goes with"
    " the last one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowDagOptions:
    """Configuration common to all workflows' DAGs. Reading it takes a fifth of the time of building a DAG."""

    job_seconds: float
    pool: str
    queue: str
    """Celery queue of the tasks that run media tools; Airflow's default queue when empty."""
    retries: int


def read_options() -> WorkflowDagOptions:
    """Return the options as they are configured now."""
    return WorkflowDagOptions(
        job_seconds=conf.getfloat("media", "job_seconds"),
        pool=conf.get("media", "pool"),
        queue=conf.get("media", "queue"),
        retries=conf.getint("media", "retries"),
    )


def workflow_dag(
    frozen: FrozenWorkflow, options: WorkflowDagOptions | None = None, *, retired_at: datetime | None = None
) -> DAG:
    """Return the DAG of a workflow: probe, plan, encode each unit, package, publish.

    :param options: the configured ones when absent.
    :param retired_at: when the file was found to be missing or invalid. The DAG then ends submitted jobs and refuses
        manual runs.
    """
    workflow = frozen.workflow
    options = options or read_options()
    with DAG(
        dag_id=workflow_dag_id(workflow.name),
        description=RETIRED if retired_at else _description(workflow),
        doc_md=RETIRED if retired_at else documentation(workflow),
        schedule=None,
        catchup=False,
        max_active_runs=RUNS,
        # A DAG file names its own DAGs. Airflow would also add each DAG that was only begun when an error ended it.
        auto_register=False,
        dagrun_timeout=timedelta(seconds=options.job_seconds),
        tags=["media", "workflow", *([RETIRED_TAG] if retired_at else []), *workflow.tags],
        default_args=_task_defaults(workflow, options),
    ) as dag:
        task = partial(_task, workflow, options)
        probe = ProbeJobOperator(**task(PROBE), workflow=frozen, retired_at=retired_at)
        plan = PlanJobOperator(**task(PLAN))
        encode = EncodeUnitOperator.partial(**task(ENCODE), map_index_template="{{ task.unit['name'] }}").expand(
            unit=plan.output
        )
        # Without units (a workflow with only a probe report) encode is skipped, and the later tasks run.
        package = PackageJobOperator(**task(PACKAGE), trigger_rule=TriggerRule.NONE_FAILED)
        publish = PublishJobOperator(**task(PUBLISH), outlets=workflow_assets(workflow.name))
        probe >> plan >> encode >> package >> publish
        # Airflow skips again what the first task of a short job has skipped, but only tasks that follow it directly or
        # skip themselves after a skipped one. The package task does not.
        probe >> package
    # If the DAG had its params earlier, each task would copy them, which took longer than the rest of the DAG. A task's
    # run gets the params of its DAG anyway.
    dag.params = ParamsDict(_params(workflow))
    return dag


def _task(workflow: Workflow, options: WorkflowDagOptions, task_id: str) -> dict[str, Any]:
    queue = {"queue": options.queue} if options.queue and task_id in HEAVY else {}
    return {"task_id": task_id, "priority_weight": WEIGHTS[workflow.priority] + stage_of(task_id), **queue}


def _task_defaults(workflow: Workflow, options: WorkflowDagOptions) -> dict[str, Any]:
    return {
        "pool": workflow.pool or options.pool,
        # The default rule sums the weights of downstream tasks, so the shape of the graph would outrank the priority.
        "weight_rule": weight_rule(),
        "retries": options.retries,
        "retry_delay": timedelta(seconds=10),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=5),
    }


def _params(workflow: Workflow) -> dict[str, Param]:
    """Return the form of a manual run."""
    location = workflow.output.location
    where = f"{location} when empty" if location else "the source's bucket when empty"
    return {
        "source": Param(
            type="string", minLength=1, title="Source", description=f"URI of the source: {object_examples(SCHEMES)}"
        ),
        "output": Param(
            None, type=["null", "string"], title="Output location", description=f"URI below which outputs go; {where}"
        ),
    }


def _description(workflow: Workflow) -> str:
    return " ".join(filter(None, (workflow.description, _starts(workflow).replace("`", ""))))


def documentation(workflow: Workflow) -> str:
    """Return the documentation of a workflow in Airflow's UI, in Markdown."""
    rows = [
        f"| `{name}` | {spec.kind.replace('_', ' ')} | {'yes' if spec.required else 'no'} |"
        f" `{spec.path or workflow.output.path}` |"
        for name, spec in workflow.outputs.items()
    ]
    starts = _starts(workflow)
    lines = [workflow.description, starts, "| output | kind | required | key |\n|---|---|---|---|\n" + "\n".join(rows)]
    return "\n\n".join([*(line for line in lines if line), PAUSING])


def _starts(workflow: Workflow) -> str:
    trigger = workflow.trigger
    if trigger is None:
        return "Submissions start it: REST, `airflow media submit`, operators, or a run by hand."
    uploads = f"Uploads to `s3://{trigger.bucket}/{trigger.prefix}` ({', '.join(trigger.suffixes)}) start it"
    if workflow.schedule is None:
        return f"{uploads}."
    zone = f"`{workflow.timezone}`" if workflow.timezone else "Airflow's time zone"
    return (
        f"{uploads}, by the schedule `{workflow.schedule}` in {zone}: the DAG `{scheduled_dag_id(workflow.name)}` shows"
        " its next run."
    )
