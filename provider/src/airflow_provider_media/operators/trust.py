"""Which confs of runs tasks trust: those that a submission door has signed for this very run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from airflow_provider_media.core.errors import ConfUntrusted
from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.names import queue_of_dag
from airflow_provider_media.core.job.submission import Submission
from airflow_provider_media.hooks.signing import is_signed

if TYPE_CHECKING:
    from airflow.sdk import Context


def queue_account(context: Context) -> Account:
    """The account whose queue a run is in, as it is configured now; the run's conf has no say in it.

    :raises AccountUnknown: when ``queues.yaml`` does not have it any more.
    """
    from airflow_provider_media.hooks.catalogue import queues

    return queues().account(queue_of_dag(context["dag_run"].dag_id)[0])


def trusted_submission(context: Context) -> Submission:
    """The job of a run in its queue.

    :raises ConfUntrusted: when no submission door has signed the conf for this run, or it names another job.
    """
    run = context["dag_run"]
    if not is_signed(run.conf, dag_id=run.dag_id, run_id=run.run_id):
        raise ConfUntrusted(
            "This run is no job: its conf has no valid signature. Submit the job by REST, `airflow media submit` or IngestSubmitOperator,"
            " or trigger the DAG of its workflow by hand. Submit a job again that was submitted before an upgrade, or under a key that is"
            " not among [media] submission_keys any more."
        )
    try:
        job = Submission.from_json(run.conf)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfUntrusted(f"Another version of this package has submitted the job: {where}: {first['msg']}. Submit it again.") from None
    if (job.account, job.priority, job.run_id) != (*queue_of_dag(run.dag_id), run.run_id):
        raise ConfUntrusted(f"The conf is that of the job {job.run_id} of the account {job.account!r}, and not of this run.")
    return job
