"""Executions that survive the process that drives them: a journal in a store, and a driver that never does a thing twice."""

from airflow_provider_media.core.statelang.durable.driver import Apart, Driver, Waiting
from airflow_provider_media.core.statelang.durable.journal import Journal, Store
from airflow_provider_media.core.statelang.durable.journal_progress import Progress, progress_of

__all__ = ["Apart", "Driver", "Journal", "Progress", "Store", "Waiting", "progress_of"]
