"""MediaJobSensor: waits for the end of a submitted job."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.airflow_contract.run_states import ENDED
from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.submit import Submission
from airflow_provider_media.core.submission.views import JobView
from airflow_provider_media.hooks import runs
from airflow_provider_media.job_store.task_api_store import ended_job, find_job
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.reporting import report_failure

if TYPE_CHECKING:
    from airflow.sdk import Context

__all__ = ["MediaJobSensor"]


class MediaJobSensor(BaseSensorOperator):
    """Wait, without a worker, until a job has ended, and return its outcome.

    An unsuccessful job fails the task, with the job's own error code.

    :param job_id: id of the job, from its receipt (templated).
    :param account: account of the job (templated).
    """

    template_fields: Sequence[str] = ("job_id", "account")
    ui_color = "#fef7e0"

    def __init__(self, *, job_id: str, account: str = DEFAULT_ACCOUNT, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.job_id = job_id
        self.account = account

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the job's final view as JSON, as the REST API shows it."""
        with airflow_failures():
            dag_id, job = self.find()
        if runs.find_state(dag_id, job.run_id) not in ENDED:
            from airflow_provider_media.triggers.job import JobEndTrigger

            trigger = JobEndTrigger(
                dag_id=dag_id, run_id=job.run_id, poll_seconds=conf.getfloat("media", "slot_poll_seconds")
            )
            self.defer(trigger=trigger, method_name=self.ended.__name__, timeout=timedelta(seconds=self.timeout))
        return result(ended_job(dag_id, job))

    def find(self) -> tuple[str, Submission]:
        """Return the DAG of the job's queue, and the job."""
        from airflow_provider_media.hooks.catalogue import queues

        return find_job(queues().account(self.account), self.job_id)

    def ended(self, context: Context, event: Any) -> dict[str, Any]:
        """Check again after the trigger has seen the end.

        If the job was put back into its queue meanwhile, the sensor waits again.
        """
        return self.execute(context)


def result(view: JobView) -> dict[str, Any]:
    """Return the result of the task.

    :raises AirflowFailException: when the job did not succeed.
    """
    if view.state is JobState.SUCCEEDED:
        return dict(to_json(view))
    error = next(iter(view.errors), {"code": view.state.value, "message": ""})
    message = ": ".join(filter(None, (f"The job {view.id} {view.state.said}", error["message"])))
    report_failure(error["code"], message)
    raise AirflowFailException(f"{error['code']}: {message}")
