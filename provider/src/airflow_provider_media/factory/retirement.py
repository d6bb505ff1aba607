"""DAGs outlive their files: what sound files hold is recorded, and a file that goes or breaks leaves its DAG until the last run has ended.

Airflow schedules no run of a DAG that its file makes no more. So the DAG processor makes the DAG of a missing file for as long as it has
unfinished runs, or unfinished jobs of the queues are going to start some.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from airflow_provider_media.core.workflows.dag_record import EMPTY, DagSource, digest_of, follow, without
from airflow_provider_media.hooks import dag_records

log = logging.getLogger(__name__)

Unfinished = Callable[[Collection[str]], Collection[str]]
"""Those of some workflows or state machines whose runs have not all ended."""


def keep_unfinished(
    key: str, digests: Mapping[str, str], content_of: Callable[[str], dict[str, Any]], unfinished: Unfinished
) -> Mapping[str, DagSource]:
    """Bring the record up to date with the files, and answer with the retired sources whose DAGs are still needed, by name.

    Without a supervisor there is nothing to ask: a command that reads DAG files sees those of sound files alone.

    :param key: of the Variable that holds the record.
    :param digests: of the sound files' contents, by name.
    :param content_of: gives the content of a sound file by its name.
    """
    if not dag_records.is_available():
        return {}
    try:
        stored = dag_records.read_record(key)
        if stored.digest == digest_of(digests):
            return {}
        record = follow(stored.record, digests, content_of, datetime.now(UTC))
        names = record.retired.keys()
        record = without(record, frozenset(names) - frozenset(unfinished(names) if names else ()))
        if record.digest != stored.digest:
            dag_records.write_record(key, record)
    except Exception:
        # Sound files must become DAGs whatever happens here, and Airflow keeps a DAG for a while that one parse has missed.
        log.exception("Cannot read or write the Variable %s: DAGs whose files are gone are left out.", key)
        return {}
    return record.retired


def find_retired(key: str, name: str) -> DagSource | None:
    """The source of one DAG as its file was when it was last sound, for a task of it; None where nothing is known."""
    try:
        record = dag_records.read_record(key).record if dag_records.is_available() else EMPTY
    except Exception:
        log.exception("Cannot read the Variable %s.", key)
        return None
    return record.sources.get(name)
