"""Arrivals: which objects in a watched place are uploads that a job has to be started for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from airflow_provider_media.core.serde import digest
from airflow_provider_media.core.storage.base import ObjectInfo

WORK_FOLDER = "/.media/"
"""What jobs keep below their output locations is never an upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A place where uploads start the runs of one DAG."""

    workflow: str
    dag_id: str
    location: str
    """URI of a bucket and prefix."""
    suffixes: tuple[str, ...]
    """Endings of the keys, compared without case."""
    connection: str
    """Id of the Airflow connection that lists the place."""
    priority: str = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An upload that a run has to be started for."""

    workflow: str
    dag_id: str
    run_id: str
    """Made of what arrived, so that the same upload never starts two runs."""
    source: str
    """URI of the object."""
    version: str
    size: int
    """Bytes."""
    connection: str
    """Id of the Airflow connection that reads it."""


def arrivals(watch: Watch, found: Iterable[ObjectInfo], *, since: float) -> Iterator[Arrival]:
    """The uploads among the objects of a watched place.

    :param since: seconds since the epoch; objects last changed before are no news.
    """
    suffixes = tuple(suffix.lower() for suffix in watch.suffixes)
    for info in found:
        if info.uri.lower().endswith(suffixes) and WORK_FOLDER not in info.uri and info.modified >= since:
            yield Arrival(
                workflow=watch.workflow,
                dag_id=watch.dag_id,
                run_id=_run_id(watch, info),
                source=info.uri,
                version=info.version,
                size=info.size,
                connection=watch.connection,
            )


def _run_id(watch: Watch, info: ObjectInfo) -> str:
    return f"{watch.priority}__{digest([watch.workflow, info.uri, info.version])[:24]}"


def settled(earlier: Collection[Arrival], now: Iterable[Arrival]) -> list[Arrival]:
    """The arrivals that are whole: of one version and size over two looks.

    :param earlier: what the look before has found.
    """
    return [arrival for arrival in now if arrival in earlier]
