"""Request a job that notifies one target, announce its end, and run the task that delivers it.

Reads the ``notify`` of the request and the connections of the account from its arguments, and prints the receipt.
"""

import json
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.announcements.event import JobReport
from airflow_provider_media.core.announcements.outbox import announcement
from airflow_provider_media.core.dag_ids import ANNOUNCE
from airflow_provider_media.core.job_states import JobState
from airflow_provider_media.core.submission.request import parse_request
from airflow_provider_media.hooks.signing import sign
from airflow_provider_media.operators.announce import DeliverOperator, TargetsOperator

notification, *connections = json.loads(sys.argv[1])
account = Account(workflow="vod", connections=frozenset(connections))
request = parse_request({"source": "s3://in/a.mp4", "notify": [notification]}, account)
report = JobReport(
    job_id="9f2c", account="default", workflow="vod", priority="normal", state=JobState.SUCCEEDED, source=request.source
)
one = announcement(report, request.notify, time=datetime(2026, 11, 22, tzinfo=UTC))
conf = sign(one.to_json(), dag_id=ANNOUNCE, run_id=one.run_id)
context = {"dag_run": SimpleNamespace(conf=conf, dag_id=ANNOUNCE, run_id=one.run_id)}
(target,) = TargetsOperator(task_id="targets").execute(context)
print(json.dumps(DeliverOperator(task_id="deliver", target=target).execute(context)))
