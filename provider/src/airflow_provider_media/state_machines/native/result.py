"""End of a run: its output, or its error and cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_media.airflow_contract.xcom import ERROR, TRANSITION
from airflow_provider_media.core.statelang import StateError
from airflow_provider_media.core.statelang.errors import TASK_FAILED
from airflow_provider_media.links import ExecutionLink
from airflow_provider_media.state_machines.native import passing
from airflow_provider_media.state_machines.native.state import error_text

if TYPE_CHECKING:
    from airflow.sdk import Context


class MachineResultOperator(BaseOperator):
    """Return the machine's output, or fail with its error and cause.

    :param ends: ids of the tasks that can end the machine.
    :param all_tasks: ids of the tasks of all its states.
    """

    template_fields: Sequence[str] = ()
    operator_extra_links = (ExecutionLink(),)

    def __init__(self, *, ends: tuple[str, ...], all_tasks: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ends = ends
        self.all_tasks = all_tasks
        # The result of this task is the result of the DAG run.
        self.returns_dag_result = True

    def execute(self, context: Context) -> Any:
        """Return the output of the machine."""
        return machine_result(context, self.ends, self.all_tasks)


def machine_result(context: Context, ends: tuple[str, ...], all_tasks: tuple[str, ...]) -> Any:
    """Return the output of the machine.

    :raises AirflowFailException: with the error and the cause of the machine.
    """
    for task in ends:
        left = passing.pulled(context, task, TRANSITION)
        if left and left["next"] is None:
            return left["parcel"]["value"]
    errors = list(passing.errors_left(context, all_tasks, (None,)))
    unknown = {"Error": TASK_FAILED, "Cause": "A task ended without an answer; its log may tell why."}
    error = errors[0] if errors else unknown
    context["ti"].xcom_push(key=ERROR, value={"Error": error["Error"], "Cause": error["Cause"]})
    raise AirflowFailException(error_text(StateError(error["Error"], error["Cause"])))
