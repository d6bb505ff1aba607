"""``media:workflow`` and ``media:ingest``: a whole workflow, as a child run or through the ingest queues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow_provider_media.airflow_contract.run_ids import STATE, derived_run_id
from airflow_provider_media.airflow_contract.run_states import FAILED, SUCCESS
from airflow_provider_media.airflow_contract.xcom import ERROR, RETURN_VALUE
from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.dag_ids import ingest_dag_id
from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.serde import digest, to_json
from airflow_provider_media.core.statelang import TaskFailed
from airflow_provider_media.core.submission.admission import check_paused
from airflow_provider_media.core.submission.names import run_id as job_run_id
from airflow_provider_media.core.submission.request import Request, parse_request
from airflow_provider_media.core.submission.submit import JobReceipt, submit
from airflow_provider_media.core.submission.workflow_run_conf import WorkflowRunConf
from airflow_provider_media.core.task_ids import PUBLISH
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.runs import task_of
from airflow_provider_media.hooks.signing import seal, sign
from airflow_provider_media.operators.job_stages import submitted_job_id
from airflow_provider_media.operators.signed_confs import manual_submission

if TYPE_CHECKING:
    from airflow_provider_media.state_machines.resources.invocation_context import InvocationContext

WORKFLOW_FIELDS = frozenset({"workflow", "source", "output"})


def started(arguments: Any, key: str) -> dict[str, Any]:
    """Start a run of a workflow, or continue the run that was started before.

    :param arguments: ``workflow``, ``source`` and optionally ``output``.
    :param key: key that identifies a run that was started before.
    :raises MediaError: when the workflow does not exist or is paused, or when its account may not use the source or the
        output location.
    """
    from airflow_provider_media.hooks.catalogue import find_workflow, queues

    asked = dict(arguments) if isinstance(arguments, Mapping) else {}
    unknown = asked.keys() - WORKFLOW_FIELDS
    if unknown or not isinstance(asked.get("source"), str) or not isinstance(asked.get("workflow"), str):
        raise ConfigurationError(
            "media:workflow takes 'workflow' (its name), 'source' and 'output' (URIs); the first two are needed"
        )
    job = manual_submission({name: asked.get(name) for name in ("source", "output")}, find_workflow(asked["workflow"]))
    run = {"dag_id": job.dag_id, "run_id": derived_run_id(STATE, key, asked)}
    if runs.is_paused(job.dag_id) and runs.find_conf(job.dag_id, run["run_id"]) is None:
        check_paused(job.workflow.workflow.name, queues().account(job.account))
    hidden = seal(job.source, job=submitted_job_id(run["run_id"], job.workflow.workflow.name))
    runs.start_run(
        run["dag_id"], run["run_id"], conf=sign(WorkflowRunConf.of(replace(job, source=hidden)).to_json(), **run)
    )
    return run


def ended(run: Mapping[str, Any]) -> Any:
    """Return what a workflow's run has published: the manifest in short form as JSON.

    :raises TaskFailed: with the code of the run's first error.
    """
    dag_id, run_id = run["dag_id"], run["run_id"]
    if runs.count_runs(dag_id, [SUCCESS], [run_id]):
        return runs.pull(dag_id, run_id, PUBLISH, RETURN_VALUE)
    for name, state in runs.task_states(dag_id, run_id).items():
        if state == FAILED:
            task_id, map_index = task_of(name)
            left = runs.pull(dag_id, run_id, task_id, ERROR, map_index) or {}
            raise TaskFailed(
                left.get("code", "task_failed"), left.get("message", f"The task {name} of {run_id} has failed.")
            )
    raise TaskFailed("cancelled", f"The run {run_id} of {dag_id} was ended.")


def ingest(arguments: Any, invocation: InvocationContext) -> dict[str, Any]:
    """Submit a job to the ingest queues, and return its receipt.

    :param arguments: the fields of a REST request, and ``account``.
    :raises MediaError: when the submission is refused.
    """
    receipt: dict[str, Any] = to_json(_submitted(arguments, invocation.id)[0])
    return receipt


def submitted(arguments: Any, key: str) -> dict[str, Any]:
    """Submit a job, and return the run in its queue that the task waits for."""
    receipt, account = _submitted(arguments, key)
    dag_id = ingest_dag_id(account, receipt.priority)
    return {"dag_id": dag_id, "run_id": job_run_id(receipt.priority, receipt.id), "account": account, "job": receipt.id}


def _submitted(arguments: Any, key: str) -> tuple[JobReceipt, str]:
    from airflow_provider_media.hooks.catalogue import find_workflow, queues
    from airflow_provider_media.job_store.task_api_store import TaskApiStore

    asked = dict(arguments) if isinstance(arguments, Mapping) else {}
    account = queues().account(str(asked.pop("account", DEFAULT_ACCOUNT)))
    own = asked.pop("idempotency_key", None) or f"{key} {digest([asked])[:16]}"
    request: Request = parse_request(asked, account, idempotency_key=str(own))
    return submit(request, account=account, store=TaskApiStore(), workflows=find_workflow), account.name


def job_ended(run: Mapping[str, Any]) -> Any:
    """Return a job that has ended, as the REST API shows it.

    :raises TaskFailed: when the job did not succeed, with the code of its first error.
    """
    from airflow_provider_media.hooks.catalogue import queues
    from airflow_provider_media.job_store.task_api_store import ended_job, find_job

    view = ended_job(*find_job(queues().account(run["account"]), run["job"]))
    if view.state is JobState.SUCCEEDED:
        return to_json(view)
    error = next(iter(view.errors), {"code": view.state.value, "message": f"The job {view.id} has {view.state}."})
    raise TaskFailed(error["code"], error["message"])
