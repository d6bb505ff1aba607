"""TaskLedger: jobs from inside a task, which has no database and asks Airflow's API through its supervisor."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_provider_media.core.ingest.accounts import Account
from airflow_provider_media.core.ingest.admission import Decision, decide, place
from airflow_provider_media.core.ingest.names import ingest_dag_id, run_id
from airflow_provider_media.core.ingest.priorities import PRIORITIES
from airflow_provider_media.core.job.submission import Recorded, Submission
from airflow_provider_media.hooks import runs
from airflow_provider_media.hooks.queues import occupancy


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLedger:
    """Counts, then creates. Others may submit between the two, so a queue may come to hold a few jobs more than it should.

    Whether another job of the same subject runs is not asked: the API cannot tell.
    """

    def record(self, submission: Submission, account: Account) -> Recorded:
        """Admit a job, unless there is one of its id; Airflow has committed it when this returns.

        :raises QueueFull: when it can neither start nor wait.
        :raises QueueMissing: when Airflow does not know the queue's DAG yet.
        """
        earlier = self.find(submission)
        if earlier is not None:
            return earlier
        decision = decide(occupancy(account), account, submission.priority)
        created = runs.start_run(
            ingest_dag_id(account.name, submission.priority),
            submission.run_id,
            conf=submission.to_json(),
            logical_date=place(account, submission.priority, submission.submitted_at),
        )
        if not created:
            return self.find(submission) or _recorded(submission, created=False)
        return _recorded(submission, created=True, starts=decision is Decision.START)

    def find(self, submission: Submission) -> Recorded | None:
        """What is known of a job, in whichever queue it is."""
        for priority in PRIORITIES:
            conf = runs.find_conf(ingest_dag_id(submission.account, priority), run_id(priority, submission.job_id))
            if conf is not None:
                return Recorded.earlier(conf)
        return None


def _recorded(submission: Submission, *, created: bool, starts: bool = False) -> Recorded:
    return Recorded(
        request=submission.request,
        priority=submission.priority,
        submitted_at=submission.submitted_at,
        created=created,
        starts=starts,
    )
