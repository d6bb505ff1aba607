"""Uploads in bucket notifications of S3, MinIO, Ceph and EventBridge, also when wrapped by SNS."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import unquote_plus

from pydantic import AliasChoices, BaseModel, Field, ValidationError

from airflow_provider_media.core.accounts.errors import RequestInvalid
from airflow_provider_media.core.media.uri import Uri

B = TypeVar("B", bound=BaseModel)
Fact = Annotated[str, Field(max_length=1024, pattern=r"^[^\x00]*$")]
"""Text without NUL, because databases store no NUL."""
CREATED = ("ObjectCreated:", "s3:ObjectCreated:")
"""Prefixes of the names of upload events: the first at AWS and Ceph, the second at MinIO."""
PLAIN_KEYS = "ceph:s3"
"""Source of events with unencoded keys (Ceph's ``rgw_pubsub.cc``); all others encode keys like a URL's query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One version of an object that was uploaded to a bucket."""

    bucket: str
    key: str
    """Decoded key of the object."""
    version: str
    """Tells uploads to one key apart, even of equal bytes: version id, or else ETag with sequencer or time."""
    etag: str | None = None

    @property
    def uri(self) -> str:
        """URI of the object."""
        return str(Uri(scheme="s3", authority=self.bucket, key=self.key))


class _EventBucket(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00/]*$")]


class _EventObject(BaseModel):
    key: Annotated[str, Field(min_length=1, max_length=4096)]
    etag: Fact | None = Field(default=None, validation_alias=AliasChoices("eTag", "etag"))
    version: Fact | None = Field(default=None, validation_alias=AliasChoices("versionId", "version-id"))
    sequencer: Fact | None = None

    def upload(self, bucket: str, key: str, at: str) -> Upload:
        if "\0" in key:
            raise RequestInvalid("The key of an object holds a NUL character, which no key of S3 does.", field="key")
        etag = self.etag.strip('"') if self.etag else None
        # In a bucket without versions, MinIO and Ceph send "null" or an empty version id.
        versioned = self.version if self.version not in {None, "", "null"} else None
        if not (versioned or etag or self.sequencer):
            # All uploads to the key would be one job for ever.
            raise RequestInvalid(
                "An upload has neither a version id nor an ETag, so nothing tells it from the next one to its key.",
                field="eTag",
            )
        return Upload(bucket=bucket, key=key, version=versioned or f"{etag or ''}-{self.sequencer or at}", etag=etag)


class _EventPlace(BaseModel):
    bucket: _EventBucket
    object: _EventObject


class _Record(BaseModel):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html."""

    event: str = Field(alias="eventName")
    source: str = Field(default="", alias="eventSource")
    at: Fact = Field(default="", alias="eventTime")
    s3: _EventPlace

    def upload(self) -> Upload:
        key = self.s3.object.key
        return self.s3.object.upload(
            self.s3.bucket.name, key if self.source == PLAIN_KEYS else unquote_plus(key), self.at
        )


class _Records(BaseModel):
    records: list[_Record] = Field(alias="Records", max_length=100)


class _Event(BaseModel):
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html: keys are not encoded."""

    source: Literal["aws.s3"]
    kind: str = Field(alias="detail-type")
    at: Fact = Field(default="", alias="time")
    detail: _EventPlace


def uploads(body: Mapping[str, Any]) -> Iterator[Upload]:
    """Yield the uploads of a bucket notification; none for S3's test event and for any other event.

    :raises RequestInvalid: when the notification has no known form.
    """
    if body.get("Type") == "Notification":
        yield from uploads(_unwrapped(body))
    elif "Records" in body:
        notice = _validated(_Records, body)
        yield from (record.upload() for record in notice.records if record.event.startswith(CREATED))
    elif "detail" in body:
        event = _validated(_Event, body)
        if event.kind == "Object Created":
            yield event.detail.object.upload(event.detail.bucket.name, event.detail.object.key, event.at)
    elif body.get("Event") != "s3:TestEvent":
        raise RequestInvalid(
            "The body is no notification of a bucket: it has neither Records (S3, MinIO, Ceph) nor detail"
            " (EventBridge).",
            field="",
        )


def _unwrapped(body: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        inner = json.loads(str(body.get("Message")))
    except (ValueError, RecursionError):
        inner = None
    if not isinstance(inner, dict) or inner.get("Type") == "Notification":
        raise RequestInvalid(
            "The Message of the SNS notification holds no notification of a bucket in JSON.", field="Message"
        )
    return inner


def _validated(model: type[B], body: Mapping[str, Any]) -> B:
    try:
        return model.model_validate(dict(body))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise RequestInvalid(f"{field}: {first['msg']}", field=field) from None
