"""Options of places in S3: encryption, ownership, storage class, tags, headers, checksums, region and endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass as checked

from airflow_provider_media.core.jobs.places import WORK
from airflow_provider_media.hooks.location_options import LocationOptions, read_locations

Header = Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[\x20-\x7e]+$")]
Rules = Mapping[Annotated[str, Field(min_length=1)], Header]
"""Values by patterns of keys, such as ``*.m3u8``; of several patterns that match, the last one counts."""
TagText = Annotated[str, Field(max_length=256, pattern=r"^[\w .:/=+@-]*$")]
ENCRYPTIONS = {"s3": "AES256", "kms": "aws:kms", "kms-dsse": "aws:kms:dsse"}
"""Values of ``x-amz-server-side-encryption``: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html."""
TAGS = 10
"""Most tags of one object: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html."""


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Restore:
    """Restore of objects from an archive: https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html."""

    days: Annotated[int, Field(ge=1, le=365)] = 2
    """Days for which the copy that a job reads is kept."""
    tier: Literal["Standard", "Bulk", "Expedited"] = "Standard"
    """Tier of the restore, which decides its speed and price."""

    def request(self, head: Mapping[str, Any]) -> dict[str, Any]:
        """Return the ``RestoreRequest`` of an object.

        :param head: the answer to HeadObject.
        """
        # An object that is restored within Intelligent-Tiering stays there, and S3 refuses a number of days for it.
        days = {} if "ArchiveStatus" in head else {"Days": self.days}
        return {**days, "GlacierJobParameters": {"Tier": self.tier}}


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class S3Options:
    """Options of one place; what is absent is left to the bucket."""

    encryption: Literal["s3", "kms", "kms-dsse"] | None = None
    """``s3`` for keys of S3 (SSE-S3), ``kms`` for a key of KMS, ``kms-dsse`` for two layers of encryption with it."""
    kms_key: Header | None = None
    """ARN, id or alias of the KMS key; the account's default key for S3 when absent."""
    acl: (
        Literal[
            "private",
            "public-read",
            "authenticated-read",
            "aws-exec-read",
            "bucket-owner-read",
            "bucket-owner-full-control",
        ]
        | None
    ) = None
    restore: Restore | None = None
    """Restore of archived sources; when absent, an archived source ends its job."""
    requester_pays: bool = False
    """Whether this account pays for requests, rather than the owner of the bucket."""
    storage_class: Header | None = None
    """Storage class of published files. Records of jobs keep the bucket's class, because they are read again soon."""
    tags: Annotated[Mapping[TagText, TagText], Field(max_length=TAGS)] = field(default_factory=dict)
    cache_control: Rules = field(default_factory=dict)
    """Cache-Control by patterns of keys."""
    content_type: Rules = field(default_factory=dict)
    """Content-Type by patterns of keys, where it differs from the usual one."""
    checksum: Literal["sha256", "crc32", "none"] = "sha256"
    """Checksum by which S3 verifies uploads; ``none`` for servers that know no checksums."""
    region: Header | None = None
    endpoint_url: Header | None = None

    @model_validator(mode="after")
    def _key_has_encryption(self) -> S3Options:
        if self.kms_key is not None and not (self.encryption or "").startswith("kms"):
            raise ValueError("kms_key is that of `encryption: kms`: add that, or take the key out")
        return self

    def reading(self) -> dict[str, Any]:
        """Return the parameters of every request."""
        return {"RequestPayer": "requester"} if self.requester_pays else {}

    def is_encrypted(self, answer: Mapping[str, Any]) -> bool:
        """Return whether the server's answer shows that an object is encrypted as requested."""
        return self.encryption is None or answer.get("ServerSideEncryption") == ENCRYPTIONS[self.encryption]

    def writing(self, key: str, media_type: str) -> dict[str, Any]:
        """Return the parameters of a request that makes an object, except its checksum."""
        parameters: dict[str, Any] = {**self.reading(), "ContentType": _last(self.content_type, key) or media_type}
        if self.encryption:
            parameters["ServerSideEncryption"] = ENCRYPTIONS[self.encryption]
        optional = {
            "SSEKMSKeyId": self.kms_key,
            "ACL": self.acl,
            "StorageClass": self.storage_class if f"/{WORK}" not in f"/{key}" else None,
            "Tagging": urlencode(self.tags),
            "CacheControl": _last(self.cache_control, key),
        }
        return parameters | {name: value for name, value in optional.items() if value}


def read_places(extra: Mapping[str, Any]) -> LocationOptions[S3Options]:
    """Return the options of places in S3 that the extra of a connection holds.

    :raises ConfigurationError: when a field is wrong; the message names the field and what is allowed.
    """
    return read_locations(extra, "s3", S3Options)


def _last(rules: Mapping[str, str], key: str) -> str | None:
    found = [
        value
        for pattern, value in rules.items()
        if fnmatchcase(key, pattern) or fnmatchcase(key.rpartition("/")[2], pattern)
    ]
    return found[-1] if found else None
