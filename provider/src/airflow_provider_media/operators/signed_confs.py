"""Trust in the confs of runs: a task trusts only a conf that was signed for its own run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.announcements.outbox import Announcement
from airflow_provider_media.core.dag_ids import queue_of_dag
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.core.submission.request import parse_request
from airflow_provider_media.core.submission.submit import Submission, frozen_job
from airflow_provider_media.core.submission.workflow_run_conf import MANUAL_FIELDS, manual_account
from airflow_provider_media.core.workflows.model import FrozenWorkflow
from airflow_provider_media.hooks.catalogue import queues
from airflow_provider_media.hooks.signing import is_signed

if TYPE_CHECKING:
    from airflow.sdk import Context


T = TypeVar("T")


def queue_account(context: Context) -> Account:
    """Return the account whose queue a run is in, as it is configured now. The run's conf cannot change the account.

    :raises AccountUnknown: when ``queues.yaml`` no longer has the account.
    """
    return queues().account(queue_of_dag(context["dag_run"].dag_id)[0])


def trusted_submission(context: Context) -> Submission:
    """Return the job of a run in its queue.

    :raises ConfUntrusted: when no submission has signed the conf for this run, or when the conf names another job.
    """
    run = context["dag_run"]
    if not is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id):
        raise ConfUntrusted(
            "This run is no job: its conf has no valid signature. Submit the job by REST, `airflow media submit` or"
            " IngestSubmitOperator, or trigger the DAG of its workflow by hand. Submit a job again that was submitted"
            " before an upgrade, or under a key that is not among [media] submission_keys any more."
        )
    job = parsed(Submission, run.conf)
    if (job.account, job.priority, job.run_id) != (*queue_of_dag(run.dag_id), run.run_id):
        raise ConfUntrusted(
            f"The conf is that of the job {job.run_id} of the account {job.account!r}, and not of this run."
        )
    return job


def trusted_announcement(context: Context) -> Announcement:
    """Return the announcement of a run. An unsigned announcement could sign and send with any connection.

    :raises ConfUntrusted: when no job has signed the conf for this run.
    """
    run = context["dag_run"]
    if not is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id):
        raise ConfUntrusted(
            "This run announces nothing: its conf has no valid signature. Jobs start the runs of this DAG; name targets"
            " in `notify` of a job or in `notifications` of its workflow."
        )
    return parsed(Announcement, run.conf)


def trusted_task_conf(context: Context) -> Mapping[str, Any]:
    """Return the conf of a run that does one task of an execution. An unsigned conf could use any connection.

    :raises ConfUntrusted: when no execution has signed the conf for this run.
    """
    run = context["dag_run"]
    if not is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id):
        raise ConfUntrusted(
            "This run does nothing: its conf has no valid signature. Executions of state machines start the runs of"
            " this DAG."
        )
    conf: Mapping[str, Any] = run.conf
    return conf


def parsed(cls: type[T], conf: Mapping[str, Any]) -> T:
    """Return the object that a signed conf holds.

    :raises ConfUntrusted: when another version of this package, with other confs, has signed it.
    """
    try:
        return from_json(cls, dict(conf))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfUntrusted(
            f"Another version of this package has made the run: {where}: {first['msg']}. Submit the job again."
        ) from None


def manual_submission(conf: Mapping[str, Any], workflow: FrozenWorkflow) -> Submission:
    """Return the submission of a run that bypasses the queues; the conf passes the same checks as a REST request.

    :param conf: ``source`` and optionally ``output`` and ``priority``.
    :raises SubmissionError: when the account of such runs does not permit the job.
    """
    account = queues().account(manual_account(workflow.workflow))
    asked = {name: conf[name] for name in MANUAL_FIELDS if conf.get(name) not in (None, "")}
    request = parse_request({**asked, "workflow": workflow.workflow.name}, account)
    return frozen_job(request, account, workflow, datetime.now(UTC))
