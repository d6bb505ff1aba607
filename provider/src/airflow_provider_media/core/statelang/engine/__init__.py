"""The replayable engine: journal entries in, effects out.

``steps`` walks a machine. The other modules register what each type of state does on the way; importing the package
imports them.
"""

from airflow_provider_media.core.statelang.engine import map_work, parallel_work, plain_work, task_work

__all__ = ["map_work", "parallel_work", "plain_work", "task_work"]
