"""Connections: each location is written, read and cleaned up with the connection that jobs use there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from airflow_provider_media.core.errors import MediaError
from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.doctor.check_result import CheckResult, error, ok
from airflow_provider_media.hooks.catalogue import all_workflows, queues
from airflow_provider_media.hooks.media import MediaHook, output_connection, source_connection

CONTENT = b"written by `airflow media doctor`; it may be deleted\n"
NAME = ".airflow-media-doctor-{}.tmp"
"""Name of the test object, which no upload trigger takes for a video."""


@dataclass(frozen=True, slots=True, order=True)
class UsedLocation:
    """A location that jobs use, and the connection that opens it."""

    uri: str
    connection: str
    is_written: bool


def locations() -> list[UsedLocation]:
    """Return the locations of all workflows and accounts."""
    found: set[UsedLocation] = set()
    workflows = [frozen.workflow for frozen in all_workflows().values()]
    for workflow in workflows:
        if workflow.output.location:
            found.add(UsedLocation(workflow.output.location, output_connection(workflow), is_written=True))
        if workflow.trigger:
            found.add(
                UsedLocation(
                    f"s3://{workflow.trigger.bucket}/{workflow.trigger.prefix}",
                    source_connection(workflow),
                    is_written=False,
                )
            )
    for account in queues().accounts.values():
        if account.uploads:
            found.add(UsedLocation(account.uploads.location, account.uploads.connection, is_written=True))
    return sorted(found)


def connections() -> Iterator[CheckResult]:
    """Check that each location works in the way that jobs use it."""
    try:
        places = locations()
    except MediaError as wrong:
        yield error("connections", wrong.message, "Correct the file first.")
        return
    yield from map(try_location, places)


def try_location(place: UsedLocation) -> CheckResult:
    """Write, read and delete an object in a writable location; list a location that is only read."""
    check = f"connection {place.connection}"
    try:
        done = _round_trip(place) if place.is_written else _listed(place)
    except MediaError as wrong:
        advice = (
            f"Make or correct the connection {place.connection}, the rights of its user, or the location"
            f" {redact(place.uri)}."
        )
        return error(check, f"{redact(place.uri)}: {wrong.message}", advice)
    return ok(check, f"{redact(place.uri)}: {done}")


def _round_trip(place: UsedLocation) -> str:
    uri = place.uri.rstrip("/") + "/" + NAME.format(uuid.uuid4().hex)
    storage = MediaHook(place.connection, output=place.uri).storage(uri)
    storage.write(uri, CONTENT, media_type="text/plain")
    try:
        if storage.read(uri) != CONTENT:
            raise MediaError("What was read back is not what was written.")
    finally:
        storage.delete(uri)
    return "written, read and deleted"


def _listed(place: UsedLocation) -> str:
    storage = MediaHook(place.connection).storage(place.uri)
    return f"listed, {'with' if list(islice(storage.list(place.uri), 1)) else 'without'} objects"
