"""Weights of the tasks of jobs: the priority of a job, not of its workflow, decides which task goes first; then the later stage.

Among tasks of one weight Airflow takes that of the older job. Were all stages of one weight, the first job would end with the last one:
each stage would be done for all jobs before the next one of any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.task.priority_strategy import PriorityWeightStrategy

from airflow_provider_media.core.ingest.admission import WEIGHTS
from airflow_provider_media.core.ingest.names import priority_of_run

if TYPE_CHECKING:
    from airflow.models import TaskInstance


STAGES = ("probe", "plan", "encode", "package", "publish")
"""Ids of a job's tasks, in their order."""


def stage_of(task_id: str) -> int:
    """What a task weighs more than the first one of its job; far less than lies between two priorities."""
    return STAGES.index(task_id) if task_id in STAGES else 0


class JobPriority(PriorityWeightStrategy):
    """The weight of a job's priority, which its run's id begins with, and of the stage; any other run has that of the task."""

    def get_weight(self, ti: TaskInstance) -> int:
        """The weight; Airflow asks when it makes a task's instance, and knows no more of the run than its id."""
        priority = priority_of_run(ti.run_id or "")
        return WEIGHTS[priority] + stage_of(ti.task.task_id) if priority else ti.task.priority_weight


def weight_rule() -> str:
    """The rule for tasks of jobs; without the plugin Airflow would refuse it, and the tasks' own weights hold."""
    from airflow.plugins_manager import get_priority_weight_strategy_plugins

    # Its name and not an instance, which Airflow 3.3 cannot store with mapped tasks.
    name = f"{JobPriority.__module__}.{JobPriority.__qualname__}"
    return name if name in get_priority_weight_strategy_plugins() else "absolute"
