"""SqlStore: the job store in Airflow's database, for the API server and the commands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from airflow.utils.retries import run_with_db_retries
from sqlalchemy.exc import OperationalError

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.submission.submit import StoredJob, Submission
from airflow_provider_media.hooks.signing import signed_submission
from airflow_provider_media.job_store.admission_batch import AdmissionRequest, admit_batch
from airflow_provider_media.job_store.group_commit import GroupCommit
from airflow_provider_media.job_store.queue_occupancy import turn

RETRIES = 5
"""Attempts of a transaction that the database refuses; SQLite refuses when somebody else writes for too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlStore:
    """The job store that counts and creates jobs in one transaction at a time for each account.

    Any number of clients can therefore never overfill a queue.

    :param door: ``rest_api`` or ``cli``, which Airflow shows as the trigger of a run.
    :param user: name of the user whom Airflow shows as the one who made the run.
    """

    door: str = "rest_api"
    user: str | None = None

    def record(self, submission: Submission, account: Account) -> StoredJob:
        """Admit a job, or return the job that already has its id; the job is committed when this returns.

        :raises QueueFull: when the job can neither start nor wait.
        :raises WorkflowPaused: when its workflow is paused and the account does not let the job wait.
        :raises SourceBusy: when another job of the same subject has not ended.
        :raises QueueMissing: when Airflow does not know the queue's DAG yet.
        """
        request = AdmissionRequest(
            submission=submission, conf=signed_submission(submission), account=account, door=self.door, user=self.user
        )
        return _commits[account.name].submit(request)


def _commit(requests: Sequence[AdmissionRequest]) -> Sequence[StoredJob | BaseException]:
    """Decide submissions to one account, and commit the admitted jobs."""
    try:
        for attempt in run_with_db_retries(max_retries=RETRIES):
            with attempt, turn(requests[0].account.name) as session:
                answers = admit_batch(requests, session)
    except Exception as error:  # noqa: BLE001 - raised where each of them waits
        if len(requests) == 1 or isinstance(error, OperationalError):
            return [error] * len(requests)
        # The database may reject one submission. The other submissions must not fail because of it.
        return list(chain.from_iterable(_commit([request]) for request in requests))
    return answers


_commits: defaultdict[str, GroupCommit[AdmissionRequest, StoredJob]] = defaultdict(lambda: GroupCommit(_commit))
"""Group commits by account, through which the threads of this process submit."""
