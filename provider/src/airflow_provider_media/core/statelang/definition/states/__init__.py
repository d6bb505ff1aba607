"""The eight state types, one module each."""

from airflow_provider_media.core.statelang.definition.states.choice import ChoiceState
from airflow_provider_media.core.statelang.definition.states.fail import FailState
from airflow_provider_media.core.statelang.definition.states.map import MapState
from airflow_provider_media.core.statelang.definition.states.parallel import ParallelState
from airflow_provider_media.core.statelang.definition.states.pass_ import PassState
from airflow_provider_media.core.statelang.definition.states.state import Machine, State
from airflow_provider_media.core.statelang.definition.states.succeed import SucceedState
from airflow_provider_media.core.statelang.definition.states.task import TaskState
from airflow_provider_media.core.statelang.definition.states.wait import WaitState

__all__ = [
    "ChoiceState",
    "FailState",
    "Machine",
    "MapState",
    "ParallelState",
    "PassState",
    "State",
    "SucceedState",
    "TaskState",
    "WaitState",
]
