"""An Airflow DAG for each recorded machine that the tests run."""

import os

import recorded_machines as recorded
from airflow.sdk import get_parsing_context

count = int(os.environ.get("STATELANG_COUNT", recorded.UNDER_THE_SCHEDULER))
wanted = get_parsing_context().dag_id
# A task needs its own DAG alone, and must not play all cases to find it.
for front, name in recorded.of_dag(wanted) if wanted else recorded.chosen(count):
    globals()[recorded.dag_id(front, name)] = recorded.dag_of(front, name)
