"""Storage in S3 and in servers that speak its protocol; works with and without Airflow around it."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.errors import SourceArchived
from airflow_provider_media.core.media.uri import Uri, parse
from airflow_provider_media.core.storage.errors import StorageError, UploadFailed, changed
from airflow_provider_media.core.storage.https import DEFAULT_LIMITS, FetchLimits
from airflow_provider_media.core.storage.protocol import Check, ObjectInfo, Progress
from airflow_provider_media.hooks.location_options import LocationOptions
from airflow_provider_media.hooks.s3_client import MIB, TransferSizes, retry_conflicts
from airflow_provider_media.hooks.s3_download import download as download_watched
from airflow_provider_media.hooks.s3_errors import archived, is_archived, restoring, translate_errors
from airflow_provider_media.hooks.s3_options import S3Options

if TYPE_CHECKING:
    from boto3.s3.transfer import TransferConfig

WRITE_MARK = "write-mark"
SHA256 = "sha256"
MADE_BY = {"made-by": "airflow-provider-media"}
"""Metadata of every uploaded file and of its copies, by which outputs among uploads are told from sources."""


class S3Storage:
    """Objects of S3 through a boto3 client.

    The version of an object is its ETag: listings have no version ids, and both have to agree.

    :param client: a boto3 S3 client, such as that of Airflow's ``S3Hook`` or of ``client_from_environment``.
    :param limits: time and rate of a download.
    :param places: options of the places that the client serves.
    """

    def __init__(
        self,
        client: Any,
        *,
        sizes: TransferSizes | None = None,
        limits: FetchLimits = DEFAULT_LIMITS,
        places: LocationOptions[S3Options] | None = None,
    ) -> None:
        self._client = client
        self._places = places or LocationOptions(of_all=S3Options())
        self._sizes = sizes or TransferSizes()
        self._limits = limits

    def head(self, uri: str) -> ObjectInfo:
        """Return the facts of one object."""
        return _info(uri, self._head(uri))

    def _head(self, uri: str) -> dict[str, Any]:
        with translate_errors(uri):
            answer: dict[str, Any] = self._client.head_object(**_place(uri), **self._reading(uri))
            return answer

    def list(self, uri: str) -> Iterator[ObjectInfo]:
        """Yield the objects whose URI begins with this one, in key order."""
        prefix = parse(uri)
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=prefix.authority, Prefix=prefix.key, **self._reading(uri)
        )
        with translate_errors(uri):
            for page in pages:
                for entry in page.get("Contents", ()):
                    found = Uri(scheme="s3", authority=prefix.authority, key=entry["Key"])
                    yield _info(str(found), entry, size=entry["Size"])

    def read(self, uri: str, *, limit: int = 64 * MIB) -> bytes:
        """Return the content of a small object."""
        with translate_errors(uri):
            answer = self._client.get_object(**_place(uri), **self._reading(uri))
            with answer["Body"] as body:
                if answer["ContentLength"] > limit:
                    raise StorageError(f"{uri} has {answer['ContentLength']} bytes; at most {limit} are read at once.")
                return bytes(body.read())

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        """Return a part of an object, if the object has this version."""
        part = {"Range": f"bytes={start}-{start + length - 1}", "IfMatch": f'"{version}"'}
        with translate_errors(uri):
            answer = self._client.get_object(**_place(uri), **part, **self._reading(uri))
            with answer["Body"] as body:
                if _info(uri, answer).version != version:  # of a server that passes over the condition
                    raise changed(uri)
                return bytes(body.read(length))

    def download(
        self, uri: str, path: Path, *, progress: Progress | None = None, check: Check | None = None
    ) -> ObjectInfo:
        """Download one object; a large one arrives in several parts at once.

        :raises SourceArchived: when the object has to be restored first; a SourceRestoring while it is being restored.
        :raises StorageError: when the object changes meanwhile, or does not arrive completely, in time and fast enough.
        """
        head = self._head(uri)
        info = _info(uri, head)
        if check:
            check(info)
        if is_archived(head):
            raise self._archived_error(uri, head)
        part = path.with_name(f"{path.name}.part")
        try:
            with translate_errors(uri):
                arrived = download_watched(
                    self._client,
                    _place(uri),
                    part,
                    info=info,
                    config=self._config(),
                    limits=self._limits,
                    progress=progress,
                    parameters=self._reading(uri),
                )
            if self.head(uri).version != info.version:
                raise changed(uri)
            if not arrived == part.stat().st_size == info.size:
                raise StorageError(f"{uri} has {info.size} bytes, of which {arrived} arrived; try again.")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return info

    def _archived_error(self, uri: str, head: Mapping[str, Any]) -> SourceArchived:
        """Return the error of an archived object; request its restore first when the options of its place want that."""
        restore = self._places.of(uri).restore
        if restore is None:
            return archived(uri)
        if "Restore" not in head:
            with translate_errors(uri):
                self._client.restore_object(**_place(uri), RestoreRequest=restore.request(head), **self._reading(uri))
        return restoring(uri)

    def _config(self) -> TransferConfig:
        return self._sizes.config(self._sizes.multipart)

    def upload(
        self, path: Path, uri: str, *, sha256: str, media_type: str, metadata: Mapping[str, str] | None = None
    ) -> ObjectInfo:
        """Upload a file with a checksum that S3 verifies.

        A large file goes in parts, each with its own checksum. On failure, all parts are removed.
        """
        place, size = _place(uri), path.stat().st_size
        # For a multipart upload, S3 only knows a SHA-256 of the parts' checksums. The whole file's SHA-256 is therefore
        # kept in the metadata.
        extra = {
            **self._writing(uri, media_type),
            "Metadata": {**(metadata or {}), **MADE_BY, SHA256: sha256},
            **self._checksum(uri, None if size >= self._sizes.multipart else sha256),
        }
        try:
            with translate_errors(uri, failure=UploadFailed):
                self._client.upload_file(
                    str(path), place["Bucket"], place["Key"], ExtraArgs=extra, Config=self._config()
                )
        except UploadFailed:
            # The answer may have been lost after the object was stored.
            if self._metadata(uri).get(SHA256) != sha256:
                raise
        info = self._stored(uri, self._head(uri))
        if info.size != size:
            raise UploadFailed(f"{uri} has {info.size} bytes instead of {size} after its upload; try again.")
        return info

    def write(self, uri: str, content: bytes, *, media_type: str, if_absent: bool = False) -> ObjectInfo:
        """Store a small object.

        A conditional write carries a mark. When the answer was lost and a retry finds an object, the mark shows whether
        it is this one.
        """
        mark = uuid.uuid4().hex
        condition = {"IfNoneMatch": "*", "Metadata": {WRITE_MARK: mark}} if if_absent else {}
        try:
            with translate_errors(uri):
                answer = retry_conflicts(
                    lambda: self._client.put_object(
                        **_place(uri),
                        Body=content,
                        **self._writing(uri, media_type),
                        **self._checksum(uri),
                        **condition,
                    )
                )
        except StorageError:
            if if_absent and self._metadata(uri).get(WRITE_MARK) == mark:
                return self.head(uri)
            raise
        return self._stored(uri, answer, size=len(content))

    def copy(self, source: str, target: str, *, media_type: str) -> ObjectInfo:
        """Copy an object on the server's side; over 5 GiB in parts."""
        head = self._head(source)
        written = self._writing(target, media_type)
        extra = {
            **written,
            "Metadata": head.get("Metadata", {}),
            "MetadataDirective": "REPLACE",  # without it, S3 keeps the content type of the source
            **({"TaggingDirective": "REPLACE"} if "Tagging" in written else {}),
            "CopySourceIfMatch": head["ETag"],
        }
        place, origin = _place(target), _place(source)
        with translate_errors(source, target=target):
            if head["ContentLength"] <= self._sizes.copy:
                answer = self._client.copy_object(**place, CopySource=origin, **extra)
                return self._stored(target, answer | answer["CopyObjectResult"], size=head["ContentLength"])
            config = self._sizes.config(self._sizes.copy)
            self._client.copy(origin, place["Bucket"], place["Key"], ExtraArgs=extra, Config=config)
        return self._stored(target, self._head(target))

    def delete(self, uri: str) -> None:
        """Delete one object."""
        with translate_errors(uri):
            self._client.delete_object(**_place(uri), **self._reading(uri))

    def upload_url(self, uri: str, *, seconds: int) -> str:
        """Return a URL that takes one object by HTTP PUT from anybody who knows it, for so many seconds."""
        with translate_errors(uri):
            url: str = self._client.generate_presigned_url("put_object", Params=_place(uri), ExpiresIn=seconds)
            return url

    def download_url(self, uri: str, *, seconds: int) -> str:
        """Return a URL that gives one object to anybody who knows it, for so many seconds."""
        with translate_errors(uri):
            url: str = self._client.generate_presigned_url(
                "get_object", Params={**_place(uri), **self._reading(uri)}, ExpiresIn=seconds
            )
            return url

    def made_here(self, uri: str) -> bool:
        """Return whether an object is the output of a job rather than somebody's upload."""
        return MADE_BY.items() <= self._metadata(uri).items()

    def _reading(self, uri: str) -> dict[str, Any]:
        return self._places.of(uri).reading()

    def _writing(self, uri: str, media_type: str) -> dict[str, Any]:
        return self._places.of(uri).writing(parse(uri).key, media_type)

    def _stored(self, uri: str, answer: Mapping[str, Any], *, size: int | None = None) -> ObjectInfo:
        """Return the facts of an object that was just stored.

        :raises ConfigurationError: when the server has ignored the requested encryption.
        """
        options = self._places.of(uri)
        if not options.is_encrypted(answer):
            found = answer.get("ServerSideEncryption", "none")
            raise ConfigurationError(
                f"{uri} was stored with the encryption {found} although `encryption: {options.encryption}` was asked"
                " for: the server does not know it. Delete the object, and take the option out or use another server"
            )
        return _info(uri, answer, size=size)

    def _checksum(self, uri: str, sha256: str | None = None) -> dict[str, str]:
        """Return the parameters by which S3 verifies an upload.

        :param sha256: SHA-256 of the whole object, when it goes in one request.
        """
        kind = self._places.of(uri).checksum
        if kind == "none":
            return {}
        return (
            {"ChecksumSHA256": _base64(sha256)} if kind == "sha256" and sha256 else {"ChecksumAlgorithm": kind.upper()}
        )

    def _metadata(self, uri: str) -> Mapping[str, str]:
        """Return the metadata of an object; none when it cannot be read."""
        try:
            metadata: Mapping[str, str] = self._head(uri).get("Metadata", {})
            return metadata
        except StorageError:
            return {}


def _place(uri: str) -> dict[str, str]:
    parsed = parse(uri)
    if parsed.scheme != "s3":
        raise ConfigurationError(f"{uri!r} is not in S3; use s3://bucket/key.")
    return {"Bucket": parsed.authority, "Key": parsed.key}


def _info(uri: str, answer: Mapping[str, Any], *, size: int | None = None) -> ObjectInfo:
    modified = answer.get("LastModified")
    return ObjectInfo(
        uri=uri,
        size=answer["ContentLength"] if size is None else size,
        version=answer["ETag"].strip('"'),
        modified=modified.timestamp() if modified else 0.0,
    )


def _base64(hexadecimal: str) -> str:
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()
