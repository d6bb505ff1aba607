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
    """Keys begin with this, compared without case (``listing`` looks below it as it is written); empty means the whole bucket."""
    suffixes: tuple[str, ...] = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".mxf", ".ts", ".mpg", ".m4v", ".flv", ".wmv")
    """Endings of the keys, compared without case."""
    connection: str = "aws_default"
    """Airflow connection that reads the bucket, and the queue."""
    events: Literal["listing", "push", "sqs"] = "listing"
    """How it hears of uploads: ``listing`` looks into the bucket, ``push`` is told over the API, ``sqs`` reads ``queue``."""
    queue: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    """URL of the SQS queue that the bucket's notifications go to."""
    account: Name = DEFAULT_ACCOUNT
    """Account whose ingest queues take the jobs."""
    same_content: Literal["process", "skip"] = "process"
    """Whether bytes that have come to a key before are processed when they come again; told by their ETag."""


class OutputLocation(Spec):
    """Where outputs go."""

    location: Annotated[str, AfterValidator(lambda uri: uri if uri.endswith("/") else f"{uri}/")] | None = None
    """URI of a bucket and prefix, such as ``s3://bucket/prefix/``; the source's own bucket and folder when absent."""
    path: PathTemplate = "{input_dir}{input_name}_{output}_{number}.{format}"
    """Template of keys below the location for outputs without one of their own; ``_{number}`` is left out where there is one file."""
    connection: str = "aws_default"
    """Airflow connection that writes there."""


class Notification(Spec):
    """Somebody who is told when a job ends."""

    url: str | None = None
    sqs: QueueUrl | None = None
    """URL of a queue."""
    sns: TopicArn | None = None
    """ARN of a topic."""
    mode: Literal["finish", "change"] = "finish"
    """``finish`` tells of ends alone, ``change`` of starts as well."""
    body: Literal["standard", "brightcove"] = "standard"
    """``brightcove`` tells in the form of Brightcove's Dynamic Ingest."""
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
    """``strict`` fails a damaged or truncated source; ``tolerant`` goes on with what can be read and says so in the manifest."""
    notifications: tuple[Notification, ...] = ()
    schedule: str | None = None
    """Cron expression by which the workflow processes what its trigger's listing holds."""
    timezone: str | None = None
    """IANA time zone of the schedule, such as ``Europe/Berlin``; Airflow's own (``[core] default_timezone``) when absent."""
    pool: str | None = None
    """Airflow pool that its tasks share; the one of the configuration (``[media] pool``) when absent."""
    tags: tuple[str, ...] = ()


class FrozenWorkflow(Spec):
    """A workflow with every preset resolved, as a job carries it: later edits of files never touch it."""

    workflow: Workflow
    hash: str
    """SHA-256 of the resolved workflow."""
    api_version: Literal[1] = 1

    def to_json(self) -> dict[str, Any]:
        """The form that a run's conf carries."""
        return self.model_dump(mode="json", exclude_defaults=False)
