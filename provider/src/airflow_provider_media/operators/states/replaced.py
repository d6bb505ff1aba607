"""The end of runs in the DAG of a machine whose content was replaced while runs that began with the earlier content had not ended."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_media.operators.states.execution import MachineExecutionOperator
from airflow_provider_media.operators.states.result import machine_result

if TYPE_CHECKING:
    from airflow.sdk import Context


class ReplacedResultOperator(MachineExecutionOperator):
    """Answer with the output of a run of the earlier content, whose states are tasks; drive a run of the present content to its end.

    :param replaced_at: runs that were started since have the present content.
    :param ends: ids of the tasks with which the earlier content can end.
    :param all_tasks: ids of the tasks of all its states.
    """

    def __init__(self, *, replaced_at: datetime, ends: tuple[str, ...], all_tasks: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.replaced_at = replaced_at
        self.ends = ends
        self.all_tasks = all_tasks

    def execute(self, context: Context) -> Any:
        """Answer with the output."""
        if context["dag_run"].run_after < self.replaced_at:
            return machine_result(context, self.ends, self.all_tasks)
        return super().execute(context)
