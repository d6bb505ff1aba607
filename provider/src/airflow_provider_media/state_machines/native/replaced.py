"""End of runs in the DAG of a replaced machine, while runs of the earlier definition are still unfinished."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_provider_media.state_machines.native.execution import MachineExecutionOperator
from airflow_provider_media.state_machines.native.result import machine_result

if TYPE_CHECKING:
    from airflow.sdk import Context


class ReplacedResultOperator(MachineExecutionOperator):
    """Finish a run in the DAG of a replaced machine.

    In a run of the earlier definition, whose states are tasks, return the machine's output. Drive a run of the present
    definition to its end.

    :param replaced_at: runs that started at or after this time have the present definition.
    :param ends: ids of the tasks that can end the earlier definition.
    :param all_tasks: ids of the tasks of all its states.
    """

    def __init__(
        self, *, replaced_at: datetime, ends: tuple[str, ...], all_tasks: tuple[str, ...], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.replaced_at = replaced_at
        self.ends = ends
        self.all_tasks = all_tasks

    def execute(self, context: Context) -> Any:
        """Return the output of the run."""
        if context["dag_run"].run_after < self.replaced_at:
            return machine_result(context, self.ends, self.all_tasks)
        return super().execute(context)
