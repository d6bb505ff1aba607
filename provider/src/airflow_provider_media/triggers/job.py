"""JobEndTrigger: waits for the end of a job without a worker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from airflow_provider_media.triggers.ends import ENDS

__all__ = ["JobEndTrigger"]


class JobEndTrigger(BaseTrigger):
    """Wait until a job's run in its queue has ended or no longer exists.

    :param dag_id: DAG of the job's queue.
    :param run_id: run of the job in that DAG.
    :param poll_seconds: seconds between two looks at all jobs of this triggerer.
    """

    def __init__(self, dag_id: str, run_id: str, poll_seconds: float) -> None:
        super().__init__()
        self.dag_id = dag_id
        self.run_id = run_id
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class path and the arguments, from which the triggerer restores this trigger."""
        names = ("dag_id", "run_id", "poll_seconds")
        return f"{type(self).__module__}.{type(self).__qualname__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event; the task reads the job's outcome itself."""
        await ENDS.wait(self.dag_id, self.run_id, self.poll_seconds)
        yield TriggerEvent(self.run_id)
