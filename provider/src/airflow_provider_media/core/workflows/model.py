"""Workflow: the schema of ``include/workflows/*.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import AfterValidator, Field

from airflow_provider_media.core.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.accounts.priorities import Priority
from airflow_provider_media.core.announcements.notification import Notification
from airflow_provider_media.core.outputs import (
    OutputSpec,
    Watermark,
)
from airflow_provider_media.core.outputs.spec import Name, PathTemplate, Spec
from airflow_provider_media.core.planning.output_kinds import output_kinds

OUTPUT_SPECS: dict[str, type[OutputSpec]] = {name: kind.spec for name, kind in output_kinds().items()}
"""The schema of each kind of output."""
if TYPE_CHECKING:
    AnyOutput = OutputSpec
else:
    # The union is made at run time, of the rows of a table.
    AnyOutput = Annotated[Union[tuple(OUTPUT_SPECS.values())], Field(discriminator="kind")]  # noqa: UP007
Integrity = Literal["strict", "tolerant"]
Slicing = Literal["auto", "off"] | Annotated[int, Field(ge=2, le=86_400)]


class Trigger(Spec):
    """The uploads that start a job."""

    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    """3 to 63 lower case letters, digits, dots and hyphens."""
    prefix: str = ""
    """Beginning of the keys, compared without case (``listing`` lists it with case); empty means the whole bucket."""
    suffixes: tuple[str, ...] = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".mxf", ".ts", ".mpg", ".m4v", ".flv", ".wmv")
    """Endings of the keys, compared without case."""
    connection: str = "aws_default"
    """Airflow connection that reads the bucket and the queue."""
    events: Literal["listing", "push", "sqs"] = "listing"
    """Source of upload events: ``listing`` lists the bucket, ``push`` is the API, ``sqs`` reads ``queue``."""
    queue: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """URL of the SQS queue that gets the bucket's notifications."""
    account: Name = DEFAULT_ACCOUNT
    """Account whose ingest queues take the jobs."""
    same_content: Literal["process", "skip"] = "process"
    """Whether the same bytes uploaded to the same key again are processed again; compared by their ETag."""


class OutputLocation(Spec):
    """Where outputs go."""

    location: Annotated[str, AfterValidator(lambda uri: uri if uri.endswith("/") else f"{uri}/")] | None = None
    """URI of a bucket and prefix, such as ``s3://bucket/prefix/``; the source's own bucket and folder when absent."""
    path: PathTemplate = "{input_dir}{input_name}_{output}_{number}.{format}"
    """Template of keys below the location, if the output has none; ``_{number}`` is dropped for a single file."""
    connection: str = "aws_default"
    """Airflow connection that writes there."""


class Workflow(Spec):
    """One workflow as its author writes it."""

    name: Name
    description: str = ""
    """What the workflow is for, for people."""
    trigger: Trigger | None = None
    """The uploads that start a job; only submissions do when absent."""
    output: OutputLocation = OutputLocation()
    """Where outputs go, and how their keys are made."""
    outputs: Annotated[dict[Name, AnyOutput], Field(min_length=1, max_length=50)]
    """Wanted outputs by name."""
    watermarks: tuple[Watermark, ...] = ()
    """Watermarks of every output that does not name its own."""
    priority: Priority = "normal"
    """Queue of the jobs of its uploads."""
    integrity: Integrity = "strict"
    """``strict`` fails on a damaged or truncated source; ``tolerant`` uses the rest and notes it in the manifest."""
    reuse: bool = True
    """Whether finished work of earlier jobs on the same source is used again; ``false`` makes everything anew."""
    slicing: Slicing = "auto"
    """Slices of videos for several workers: ``auto`` where they pay, ``off``, or the seconds of each slice."""
    notifications: tuple[Notification, ...] = ()
    """Targets that get announcements of every job."""
    schedule: str | None = None
    """Cron expression for processing the uploads in the trigger's listing."""
    timezone: str | None = None
    """IANA time zone of the schedule, such as ``Europe/Berlin``; Airflow's own (``[core] default_timezone``) when
    absent.
    """
    pool: str | None = None
    """Airflow pool that its tasks share; the one of the configuration (``[media] pool``) when absent."""
    tags: tuple[str, ...] = ()
    """Tags of its DAG in Airflow."""


class FrozenWorkflow(Spec):
    """A workflow with every preset resolved, as a job carries it: later edits of files never change it."""

    workflow: Workflow
    hash: str
    """SHA-256 of the resolved workflow."""
    api_version: Literal[1] = 1

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form for a run's conf."""
        return self.model_dump(mode="json", exclude_defaults=False)
