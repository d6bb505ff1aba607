"""Item reader, item batcher, result writer and failure thresholds of a distributed Map."""

from airflow_provider_media.core.statelang.definition.items.batcher import Batcher
from airflow_provider_media.core.statelang.definition.items.reader import ItemReader
from airflow_provider_media.core.statelang.definition.items.tolerance import Tolerance
from airflow_provider_media.core.statelang.definition.items.writer import Writer

__all__ = ["Batcher", "ItemReader", "Tolerance", "Writer"]
