"""Locations of inputs and outputs: buckets of Tencent or AWS, and URLs."""

from __future__ import annotations

from airflow_provider_media.core.workflows.mps.part import Part

_INPUTS = {
    "COS": ("CosInputInfo", "Bucket", "Object"),
    "AWS-S3": ("S3InputInfo", "S3Bucket", "S3Object"),
    "URL": ("UrlInputInfo", "", "Url"),
}
_OUTPUTS = {"COS": ("CosOutputStorage", "Bucket"), "AWS-S3": ("S3OutputStorage", "S3Bucket")}


def address_of(info: Part) -> str:
    """Return the URI of an input.

    :raises ConfigurationError: when the request names none.
    """
    name, bucket, key = info.one_of("Type", _INPUTS)
    found = info.part(name)
    return f"s3://{found.needed(bucket)}/{str(found.needed(key)).lstrip('/')}" if bucket else str(found.needed(key))


def bucket_of(storage: Part) -> str | None:
    """Return the bucket of the outputs; ``None`` for the source's bucket.

    :raises ConfigurationError: when the storage is of another type.
    """
    name, bucket = storage.one_of("Type", _OUTPUTS)
    return None if storage.get(name) is None else storage.part(name).get(bucket)
