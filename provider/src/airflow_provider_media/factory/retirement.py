"""DAGs outlive their files: a DAG stays until its last run has ended, although its file is missing or invalid.

Airflow schedules no run of a DAG that its DAG file no longer makes. So the content of valid files is recorded. From the
record, the DAG processor makes the DAG of a missing file. The DAG stays while it has unfinished runs, or while
unfinished jobs of the queues will start some.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.workflows.dag_record import EMPTY, DagSource, SoundFiles, digest_of, follow, release
from airflow_provider_media.hooks import dag_records

log = logging.getLogger(__name__)

VERSION_OF_BUNDLE = re.compile(r"/(tracking_repo|versions/[^/]+)/")
"""The part of a path in a Git bundle that differs between versions."""
Unfinished = Callable[[Collection[str]], Collection[str]]
"""Returns those of the named workflows or state machines that have unfinished runs."""


def record_key(key: str, folder: Path | None) -> str:
    """Return the key of the Variable that holds the record of a DAG file.

    :param key: key for the DAG file that reads the configured folder.
    :param folder: another folder that the DAG file reads. The versions of a Git bundle have separate folders and share
        one record.
    """
    return key if folder is None else f"{key}_{digest(VERSION_OF_BUNDLE.sub('/', str(folder.absolute())))[:8]}"


def held_sources(key: str, files: SoundFiles, unfinished: Unfinished) -> Mapping[str, DagSource]:
    """Update the record from the files, and return, by name, the sources that unfinished runs need.

    Without a supervisor there is no record: a command that reads DAG files sees only the DAGs of valid files.

    :param key: key of the Variable that holds the record.
    """
    if not dag_records.is_available():
        return {}
    try:
        stored = dag_records.read_record(key)
        if stored.digest == digest_of(files.digests):
            return {}
        now = datetime.now(UTC)
        record = follow(stored.record, files, now)
        held = record.held.keys()
        record = release(record, unfinished(held) if held else (), now)
        if record.digest != stored.digest:
            dag_records.write_record(key, record)
    except Exception:
        # Valid files must become DAGs whatever happens here. Airflow keeps a DAG for a while after one parse has missed
        # it.
        log.exception("Cannot read or write the Variable %s: DAGs whose files are gone are left out.", key)
        return {}
    return record.held


def find_source(key: str, name: str) -> DagSource | None:
    """Return the source of a task's DAG as the DAG processor last made it; None if unknown."""
    try:
        record = dag_records.read_record(key).record if dag_records.is_available() else EMPTY
    except Exception:
        log.exception("Cannot read the Variable %s.", key)
        return None
    return record.sources.get(name)
