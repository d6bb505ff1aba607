"""DAGs outlive their files: what sound files hold is recorded, and a file that goes or breaks leaves its DAG until the last run has ended.

Airflow schedules no run of a DAG that its file makes no more. So the DAG processor makes the DAG of a missing file for as long as it has
unfinished runs, or unfinished jobs of the queues are going to start some.
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
"""The part of a path in a Git bundle that tells versions apart."""
Unfinished = Callable[[Collection[str]], Collection[str]]
"""Gives those of some workflows or state machines whose runs have not all ended."""


def record_key(key: str, folder: Path | None) -> str:
    """The Variable that holds the record of a DAG file.

    :param key: that of the DAG file which reads the configured folder.
    :param folder: which the DAG file reads instead; versions of a Git bundle have folders of their own, and share the record.
    """
    return key if folder is None else f"{key}_{digest(VERSION_OF_BUNDLE.sub('/', str(folder.absolute())))[:8]}"


def held_sources(key: str, files: SoundFiles, unfinished: Unfinished) -> Mapping[str, DagSource]:
    """Bring the record up to date with the files, and answer with the sources that unfinished runs need, by name.

    Without a supervisor there is nothing to ask: a command that reads DAG files sees those of sound files alone.

    :param key: of the Variable that holds the record.
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
        # Sound files must become DAGs whatever happens here, and Airflow keeps a DAG for a while that one parse has missed.
        log.exception("Cannot read or write the Variable %s: DAGs whose files are gone are left out.", key)
        return {}
    return record.held


def find_source(key: str, name: str) -> DagSource | None:
    """The source of one DAG as the DAG processor has last made it, for a task of it; None where nothing is known."""
    try:
        record = dag_records.read_record(key).record if dag_records.is_available() else EMPTY
    except Exception:
        log.exception("Cannot read the Variable %s.", key)
        return None
    return record.sources.get(name)
