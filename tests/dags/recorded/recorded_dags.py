"""An Airflow DAG for each recorded machine that the tests run."""

import os

import recorded_machines as recorded
from airflow.sdk import get_parsing_context

wanted = get_parsing_context().dag_id
for front, name in recorded.chosen(int(os.environ.get("STATELANG_COUNT", recorded.UNDER_THE_SCHEDULER))):
    if wanted in (None, recorded.dag_id(front, name)):
        globals()[recorded.dag_id(front, name)] = recorded.dag_of(front, name)
