"""The DAGs of the ingest queues: two for each account; their runs are the account's jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from airflow.sdk import DAG, TriggerRule, get_parsing_context
from airflow.sdk.configuration import conf

from airflow_provider_media.core.accounts.accounts import Account
from airflow_provider_media.core.accounts.priorities import PRIORITIES, Priority
from airflow_provider_media.core.dag_ids import EXPIRY, ingest_dag_id
from airflow_provider_media.core.submission.admission import most_runs, weight
from airflow_provider_media.core.submission.names import pool_name
from airflow_provider_media.core.task_ids import CLOSE_TASK, SLOT_TASK
from airflow_provider_media.factory.plumbing import PLUMBING
from airflow_provider_media.hooks.catalogue import queues
from airflow_provider_media.operators.slot import JobCloseOperator, JobSlotOperator

SLOT_RETRIES = 36
"""Attempts to start a job's run, five seconds apart.

Airflow's DAG processor may need half a minute to restore the DAG of the workflow.
"""
CLOSE_WEIGHT = 2000
"""Above the weight of any encode: closing a job takes only a moment, and somebody waits for it."""


def ingest_dags() -> dict[str, DAG]:
    """Return, by id, the DAGs of all accounts in ``queues.yaml``, and the DAG that deletes expired uploads.

    :raises ConfigurationError: when the file is not valid.
    """
    accounts = list(queues().accounts.values())
    dags = list(chain.from_iterable(map(account_dags, accounts)))
    # Tasks of queues do not need the modules of the expiry DAG, and each task parses this file.
    if get_parsing_context().dag_id in (None, EXPIRY) and any(account.uploads for account in accounts):
        from airflow_provider_media.factory.expiry import expiry_dag

        dags.append(expiry_dag(accounts))
    return {dag.dag_id: dag for dag in dags}


def account_dags(account: Account) -> Iterator[DAG]:
    """Return the queues of one account."""
    return (queue_dag(account, priority) for priority in PRIORITIES)


def queue_dag(account: Account, priority: Priority) -> DAG:
    """Return the DAG of one queue, whose runs are jobs.

    Each run waits for a slot, holds the slot until the job ends, and is closed.
    """
    limits = account.limits
    runs = most_runs(limits.active)
    with DAG(
        dag_id=ingest_dag_id(account.name, priority),
        dag_display_name=f"Media queue of {account.name}: {priority} priority",
        description=f"Jobs of {priority} priority of the account {account.name}",
        doc_md=documentation(account, priority, runs),
        schedule=None,
        max_active_runs=runs,
        max_active_tasks=runs,
        **PLUMBING,
        # The default rule sums the weights of downstream tasks, so the shape of the graph would outrank the priority.
        default_args={"weight_rule": "absolute", "retries": 3, "retry_delay": timedelta(seconds=5)},
    ) as dag:
        slot = JobSlotOperator(
            task_id=SLOT_TASK,
            pool=pool_name(account.name),
            priority_weight=weight(account, priority),
            max_active_tis_per_dag=limits.active_per_priority.of(priority),
            retries=SLOT_RETRIES,
        )
        close = JobCloseOperator(
            task_id=CLOSE_TASK,
            pool=conf.get("media", "pool"),
            priority_weight=CLOSE_WEIGHT,
            trigger_rule=TriggerRule.ALL_DONE,
        )
        slot >> close
    return dag


def documentation(account: Account, priority: Priority, runs: int) -> str:
    """Return the documentation of a queue in Airflow's UI, in Markdown."""
    after = "is full" if priority == "normal" else "is full, or while normal jobs wait"
    return (
        f"Each run is a job of the account `{account.name}`: it waits while the pool `{pool_name(account.name)}`"
        f" {after}, and holds a slot of it until the run of the same id of its workflow has ended. Pausing this DAG"
        f" drains the queue. The number of slots is changed on the Pools page; for more than {runs}, change it in"
        " `include/queues.yaml` too."
    )
