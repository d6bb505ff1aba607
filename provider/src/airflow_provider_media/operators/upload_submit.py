"""UploadSubmitOperator: turns uploads into jobs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, XComArg

from airflow_provider_media.core.errors import SubmissionError
from airflow_provider_media.core.serde import from_json
from airflow_provider_media.core.submission.errors import QueueFull
from airflow_provider_media.core.submission.submit import JobStore
from airflow_provider_media.core.uploads.listing import Arrival
from airflow_provider_media.core.uploads.upload_trigger import submit_upload
from airflow_provider_media.hooks import runs
from airflow_provider_media.job_store.task_api_store import TaskApiStore

if TYPE_CHECKING:
    from airflow.sdk import Context

__all__ = ["UploadSubmitOperator"]


class UploadSubmitOperator(BaseOperator):
    """Submit a job for each arrival that a ``MediaArrivalSensor`` has returned.

    An arrival whose queue is full stays unsubmitted. The sensor returns it again when the queue has room.

    :param arrivals: the arrivals as JSON (templated).
    """

    template_fields: Sequence[str] = ("arrivals",)
    ui_color = "#e6f4ea"

    def __init__(self, *, arrivals: Sequence[Mapping[str, Any]] | XComArg, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.arrivals: Any = arrivals  # Airflow puts the list here before it calls execute

    def execute(self, context: Context) -> dict[str, int]:
        """Return the number of jobs by outcome.

        The outcomes are ``created``, ``known`` (submitted before), ``full`` (queue full) and ``gone`` (no workflow). A
        refused arrival does not keep others from their jobs. It fails the task after all arrivals were tried.
        """
        if runs.is_test():
            return self.submit_all(from_json(Arrival, each) for each in self.arrivals)
        store = TaskApiStore()
        counts: Counter[str] = Counter()
        refused: SubmissionError | None = None
        for arrival in (from_json(Arrival, each) for each in self.arrivals):
            try:
                counts[self.submit(arrival, store)] += 1
            except SubmissionError as error:
                self.log.warning("%s: %s is refused: %s", error.code, arrival.upload.uri, error.message)
                refused = refused or error
        if refused:
            # Airflow's retries are wanted even where they do not help: without their delay the upload would arrive
            # again at once.
            raise refused
        return dict(counts)

    def submit_all(self, arrivals: Iterable[Arrival]) -> dict[str, int]:
        """Log the jobs that a normal run would submit, and return their number as ``tested``.

        ``airflow dags test`` must not submit jobs, because jobs publish.
        """
        lines = [f"{arrival.upload.uri} would be a job of {arrival.workflow}" for arrival in arrivals]
        self.log.info("A test submits no job. %s", "; ".join(lines) or "No upload has come.")
        return {"tested": len(lines)}

    def submit(self, arrival: Arrival, store: JobStore) -> str:
        """Submit one job, and return its outcome."""
        from airflow_provider_media.hooks.catalogue import all_workflows, queues

        workflow = all_workflows().get(arrival.workflow)
        if workflow is None or workflow.workflow.trigger is None:
            return "gone"
        account = queues().account(workflow.workflow.trigger.account)
        try:
            arrived = submit_upload(arrival.upload, workflow, account=account, store=store)
        except QueueFull as error:
            self.log.warning("%s: %s waits: %s", error.code, arrival.upload.uri, error.message)
            return "full"
        self.log.info("%s is the job %s of %s", arrived.source, arrived.job, arrived.workflow)
        return "created" if arrived.created else "known"
