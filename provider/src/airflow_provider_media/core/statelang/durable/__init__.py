"""Durable executions, which survive their process: a journal in a store, and a driver that performs no task twice."""

from airflow_provider_media.core.statelang.durable.driver import ChildRunner, Driver, Waiting
from airflow_provider_media.core.statelang.durable.journal import Journal, Store
from airflow_provider_media.core.statelang.durable.journal_progress import JournalProgress, progress_of

__all__ = ["ChildRunner", "Driver", "Journal", "JournalProgress", "Store", "Waiting", "progress_of"]
