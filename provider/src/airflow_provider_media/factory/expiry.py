"""The DAG that deletes expired uploads."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG

from airflow_provider_media.core.accounts.accounts import UPLOAD_HOURS, Account
from airflow_provider_media.core.dag_ids import EXPIRY
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.factory.schedules import EPOCH
from airflow_provider_media.operators.expiry import UploadExpiryOperator


def expiry_dag(accounts: list[Account]) -> DAG:
    """Return the DAG with one task for each account with an upload location."""
    with DAG(
        dag_id=EXPIRY,
        dag_display_name="Media uploads: deletes what is a day old",
        description=f"Deletes what the API let people upload more than {UPLOAD_HOURS} hours ago",
        schedule="@hourly",
        start_date=EPOCH,
        max_active_runs=1,
        **PLUMBING,
        default_args={"retries": 3, "retry_delay": timedelta(minutes=1)},
    ) as dag:
        for account in accounts:
            if account.uploads:
                UploadExpiryOperator(task_id=account.name, account=account.name)
    return dag
