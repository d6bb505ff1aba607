"""Submits jobs in the order of standard input, one JSON object a line, and prints their receipts."""

import json
import sys

from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.request import parse_request
from airflow_provider_media.core.submission.submit import submit
from airflow_provider_media.hooks.catalogue import find_workflow, queues
from airflow_provider_media.job_store.sql_store import SqlStore

for line in sys.stdin:
    body = json.loads(line)
    account = queues().account(body.pop("account", "default"))
    receipt = submit(parse_request(body, account), account=account, store=SqlStore(), workflows=find_workflow)
    print("receipt", json.dumps(to_json(receipt)), flush=True)
