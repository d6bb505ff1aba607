"""Workflow: the schema of ``include/workflows/*.yaml``."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from airflow_provider_media.core.announce.target import QueueUrl, TopicArn
from airflow_provider_media.core.ingest.accounts import DEFAULT_ACCOUNT
from airflow_provider_media.core.ingest.priorities import Priority
from airflow_provider_media.core.specs import (
    AnimatedImageSpec,
    LadderSpec,
    OutputSpec,
    ProbeReportSpec,
    SampleSnapshotSpec,
    SnapshotSpec,
    SpriteSpec,
    TranscodeSpec,
    Watermark,
)
from airflow_provider_media.core.specs.spec import Name, PathTemplate, Spec

AnyOutput = Annotated[
    TranscodeSpec | LadderSpec | SnapshotSpec | SampleSnapshotSpec | AnimatedImageSpec | SpriteSpec | ProbeReportSpec,
    Field(discriminator="kind"),
]
OUTPUT_KINDS: dict[str, type[OutputSpec]] = {
    "transcode": TranscodeSpec,
    "ladder": LadderSpec,
    "snapshots": SnapshotSpec,
    "sampled_snapshots": SampleSnapshotSpec,
    "animated_image": AnimatedImageSpec,
    "sprites": SpriteSpec,
    "probe_report": ProbeReportSpec,
}
"""The schema of each kind of output."""
Integrity = Literal["strict", "tolerant"]


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


class Notification(Spec):
    """A target that is notified when a job ends."""

    url: str | None = None
    sqs: QueueUrl | None = None
    """URL of a queue."""
    sns: TopicArn | None = None
    """ARN of a topic."""
    mode: Literal["finish", "change"] = "finish"
    """``finish`` notifies only of the end, ``change`` also of the start."""
    body: Literal["standard", "brightcove"] = "standard"
    """``brightcove`` uses the form of Brightcove's Dynamic Ingest."""
    connection: str | None = None
    """Airflow connection with the signing secret or the AWS account."""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if sum(target is not None for target in (self.url, self.sqs, self.sns)) != 1:
            raise ValueError("a notification goes to one target: give exactly one of url, sqs and sns")
        return self


class Workflow(Spec):
    """One workflow as its author writes it."""

    name: Name
    description: str = ""
    trigger: Trigger | None = None
    output: OutputLocation = OutputLocation()
    outputs: Annotated[dict[Name, AnyOutput], Field(min_length=1, max_length=50)]
    """Wanted outputs by name."""
    watermarks: tuple[Watermark, ...] = ()
    """Watermarks of every output that does not name its own."""
    priority: Priority = "normal"
    integrity: Integrity = "strict"
    """``strict`` fails on a damaged or truncated source; ``tolerant`` uses the rest and notes it in the manifest."""
    notifications: tuple[Notification, ...] = ()
    schedule: str | None = None
    """Cron expression for processing the uploads in the trigger's listing."""
    timezone: str | None = None
    """IANA time zone of the schedule, such as ``Europe/Berlin``; Airflow's own (``[core] default_timezone``) when absent."""
    pool: str | None = None
    """Airflow pool that its tasks share; the one of the configuration (``[media] pool``) when absent."""
    tags: tuple[str, ...] = ()


class FrozenWorkflow(Spec):
    """A workflow with every preset resolved, as a job carries it: later edits of files never change it."""

    workflow: Workflow
    hash: str
    """SHA-256 of the resolved workflow."""
    api_version: Literal[1] = 1

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form for a run's conf."""
        return self.model_dump(mode="json", exclude_defaults=False)
