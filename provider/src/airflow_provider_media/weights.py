"""Weights of the tasks of jobs: the priority of the job, not of its workflow, comes first, then the later stage.

Among tasks of one weight, Airflow takes the task of the older job. If all stages had one weight, the first job would
end with the last one: each stage would run for all jobs before the next stage of any job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.task.priority_strategy import PriorityWeightStrategy

from airflow_provider_media.core.submission.admission import WEIGHTS
from airflow_provider_media.core.submission.names import priority_of_run
from airflow_provider_media.core.task_ids import STAGES

if TYPE_CHECKING:
    from airflow.models import TaskInstance


def stage_of(task_id: str) -> int:
    """Return the weight of a task above the first task of its job.

    It is far less than the distance between two priorities.
    """
    return STAGES.index(task_id) if task_id in STAGES else 0


class JobPriority(PriorityWeightStrategy):
    """The weight of a job's priority plus that of the task's stage.

    The run id begins with the priority. A task of any other run keeps its own weight.
    """

    def get_weight(self, ti: TaskInstance) -> int:
        """Return the weight. Airflow calls this when it creates a task instance, and knows only the id of the run."""
        assert ti.task is not None  # Airflow creates the instance from its task
        priority = priority_of_run(ti.run_id or "")
        return WEIGHTS[priority] + stage_of(ti.task.task_id) if priority else ti.task.priority_weight


def weight_rule() -> str:
    """Return the weight rule for tasks of jobs.

    Without the plugin Airflow would refuse that rule, so the tasks' own weights apply.
    """
    from airflow.plugins_manager import get_priority_weight_strategy_plugins

    # The rule's name, not an instance: Airflow 3.3 cannot store an instance with mapped tasks.
    name = f"{JobPriority.__module__}.{JobPriority.__qualname__}"
    return name if name in get_priority_weight_strategy_plugins() else "absolute"
