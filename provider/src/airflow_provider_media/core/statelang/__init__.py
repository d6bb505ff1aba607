"""State machines in Amazon's States Language and Tencent's dialect of it, as one pure engine."""

from airflow_provider_media.core.statelang.engine.run import Execution
from airflow_provider_media.core.statelang.errors import TaskFailed
from airflow_provider_media.core.statelang.interpreter import execute

__all__ = ["Execution", "TaskFailed", "execute"]
