"""Executions that survive the process that drives them: a journal in a store, and a driver that never does a thing twice."""

from airflow_provider_media.core.statelang.durable.driver import ChildRunner, Driver, Waiting
from airflow_provider_media.core.statelang.durable.journal import Journal, Store
from airflow_provider_media.core.statelang.durable.journal_progress import JournalProgress, progress_of

__all__ = ["ChildRunner", "Driver", "Journal", "JournalProgress", "Store", "Waiting", "progress_of"]
