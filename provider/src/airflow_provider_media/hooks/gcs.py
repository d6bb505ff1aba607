"""Storage in Google Cloud Storage and in servers that speak its JSON API; works with and without Airflow around it."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.jobs.places import WORK
from airflow_provider_media.core.media.uri import Uri, parse
from airflow_provider_media.core.storage.errors import ObjectNotFound, StorageError, UploadFailed, changed
from airflow_provider_media.core.storage.https import DEFAULT_LIMITS, FetchLimits
from airflow_provider_media.core.storage.protocol import Check, ObjectInfo, Progress
from airflow_provider_media.hooks.gcs_download import TIMEOUT, download_part
from airflow_provider_media.hooks.gcs_download import download as download_watched
from airflow_provider_media.hooks.gcs_errors import translate_errors
from airflow_provider_media.hooks.location_options import LocationOptions

if TYPE_CHECKING:
    from requests import Session

MIB = 1024 * 1024
PART_BYTES = 16 * MIB
"""Bytes of a part of an upload that can be resumed; each part is in memory once."""
RETRY_SECONDS = 60.0
"""Seconds for which Google's client repeats a request that a server or the network has failed."""
GET, LIST, CREATE, DELETE = (f"storage.objects.{verb}" for verb in ("get", "list", "create", "delete"))
"""Permissions: https://cloud.google.com/storage/docs/access-control/iam-permissions."""
WRITE_MARK = "write-mark"
SHA256 = "sha256"
MADE_BY = {"made-by": "airflow-provider-media"}
"""Metadata of every uploaded file and of its copies, by which outputs among uploads are told from sources."""


@checked(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class GcsOptions:
    """Options of one place; what is absent is left to the bucket."""

    storage_class: str | None = None
    """Storage class of published files. Records of jobs keep the bucket's class, because they are read again soon."""
    kms_key: str | None = None
    """Resource name of the KMS key that encrypts what is written."""
    user_project: str | None = None
    """Project that pays for requests, rather than the owner of the bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GcsClient:
    """A client of Google's library, and a session with the same credentials for downloads."""

    client: Any
    session: Session


class GcsStorage:
    """Objects of Google Cloud Storage. The version of an object is its generation.

    :param access: client and session.
    :param limits: time and rate of a download.
    :param places: options of the places that the client serves.
    :param retry_seconds: seconds for which the client repeats a failed request.
    """

    def __init__(
        self,
        access: GcsClient,
        *,
        limits: FetchLimits = DEFAULT_LIMITS,
        places: LocationOptions[GcsOptions] | None = None,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        from google.cloud.storage.retry import DEFAULT_RETRY

        self._client, self._session, self._limits = access.client, access.session, limits
        self._places = places or LocationOptions(of_all=GcsOptions())
        self._patience = {"timeout": TIMEOUT, "retry": DEFAULT_RETRY.with_timeout(retry_seconds)}

    def head(self, uri: str) -> ObjectInfo:
        """Return the facts of one object."""
        return _info(uri, self._head(uri))

    def _head(self, uri: str) -> Any:
        with translate_errors(uri, needs=GET):
            blob = self._blob(uri)
            blob.reload(**self._patience)
            return blob

    def list(self, uri: str) -> Iterator[ObjectInfo]:
        """Yield the objects whose URI begins with this one, in key order."""
        place = parse(uri)
        with translate_errors(uri, needs=LIST):
            for blob in self._client.list_blobs(self._bucket(uri), prefix=place.key, **self._patience):
                yield _info(str(Uri(scheme=place.scheme, authority=place.authority, key=blob.name)), blob)

    def read(self, uri: str, *, limit: int = 64 * MIB) -> bytes:
        """Return the content of a small object."""
        blob = self._head(uri)
        if blob.size > limit:
            raise StorageError(f"{uri} has {blob.size} bytes; at most {limit} are read at once.")
        with translate_errors(uri, needs=GET):
            content: bytes = blob.download_as_bytes(
                raw_download=True, if_generation_match=blob.generation, **self._patience
            )
            return content

    def read_range(self, uri: str, start: int, length: int, *, version: str) -> bytes:
        """Return a part of an object, if the object has this version."""
        with translate_errors(uri, needs=GET):
            return download_part(
                self._session,
                self._content_url(uri),
                start,
                length,
                uri=uri,
                limits=self._limits,
                parameters=self._pinned(uri, version),
            )

    def download(
        self, uri: str, path: Path, *, progress: Progress | None = None, check: Check | None = None
    ) -> ObjectInfo:
        """Download one object.

        :raises StorageError: when the object changes meanwhile, or does not arrive completely, in time and fast enough.
        """
        blob = self._head(uri)
        info = _info(uri, blob)
        if check:
            check(info)
        part = path.with_name(f"{path.name}.part")
        try:
            with translate_errors(uri, needs=GET):
                download_watched(
                    self._session,
                    self._content_url(uri),
                    part,
                    info=info,
                    crc32c=blob.crc32c,
                    limits=self._limits,
                    progress=progress,
                    parameters=self._pinned(uri, info.version),
                )
            if self.head(uri).version != info.version:
                raise changed(uri)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return info

    def upload(
        self, path: Path, uri: str, *, sha256: str, media_type: str, metadata: Mapping[str, str] | None = None
    ) -> ObjectInfo:
        """Upload a file with a checksum (CRC32C) that the server verifies; a large file goes in parts."""
        found, crc32c = _digests(path)
        if found != sha256:
            raise UploadFailed(f"{path.name} is not what its checksum says; it was not stored at {uri}.")
        blob = self._new(uri, {**(metadata or {}), **MADE_BY, SHA256: sha256})
        blob.crc32c = crc32c
        try:
            with translate_errors(uri, needs=CREATE, failure=UploadFailed):
                blob.upload_from_filename(str(path), content_type=media_type, checksum="crc32c", **self._patience)
        except UploadFailed:
            # The answer may have been lost after the object was stored.
            if self._metadata(uri).get(SHA256) != sha256:
                raise
            return self.head(uri)
        if blob.crc32c != crc32c:  # of a server that passes over the checksum of the request
            raise UploadFailed(f"{uri} is not what was sent, by its checksum; try again.")
        return _info(uri, blob)

    def write(self, uri: str, content: bytes, *, media_type: str, if_absent: bool = False) -> ObjectInfo:
        """Store a small object.

        A conditional write carries a mark. When the answer was lost and a retry finds an object, the mark shows whether
        it is this one.
        """
        mark = uuid.uuid4().hex
        blob = self._new(uri, {WRITE_MARK: mark} if if_absent else {})
        condition = {"if_generation_match": 0} if if_absent else {}
        try:
            with translate_errors(uri, needs=CREATE):
                blob.upload_from_string(
                    content, content_type=media_type, checksum="crc32c", **condition, **self._patience
                )
        except StorageError:
            if if_absent and self._metadata(uri).get(WRITE_MARK) == mark:
                return self.head(uri)
            raise
        return _info(uri, blob)

    def copy(self, source: str, target: str, *, media_type: str) -> ObjectInfo:
        """Copy an object on the server's side; a large one in several requests."""
        origin = self._head(source)
        blob = self._new(target, dict(origin.metadata or {}))
        blob.content_type = media_type
        with translate_errors(source, needs=GET, target=target):
            token: str | None = None
            while True:
                token, _, _ = blob.rewrite(
                    origin, token=token, if_source_generation_match=origin.generation, **self._patience
                )
                if token is None:
                    return _info(target, blob)

    def delete(self, uri: str) -> None:
        """Delete one object."""
        try:
            with translate_errors(uri, needs=DELETE):
                self._blob(uri).delete(**self._patience)
        except ObjectNotFound:
            return

    def upload_url(self, uri: str, *, seconds: int) -> str:
        """Return a URL that takes one object by HTTP PUT from anybody who knows it, for so many seconds."""
        return self._signed(uri, "PUT", seconds)

    def download_url(self, uri: str, *, seconds: int) -> str:
        """Return a URL that gives one object to anybody who knows it, for so many seconds."""
        return self._signed(uri, "GET", seconds)

    def _signed(self, uri: str, method: str, seconds: int) -> str:
        payer = self._places.of(uri).user_project
        try:
            url: str = self._blob(uri).generate_signed_url(
                version="v4",
                expiration=timedelta(seconds=seconds),
                method=method,
                api_access_endpoint=self._client.api_endpoint,
                query_parameters={"userProject": payer} if payer else None,
            )
        except AttributeError:  # the library's error for credentials without a private key
            raise ConfigurationError(
                f"The credentials for {uri} cannot sign URLs: give the connection the key of a service account"
                " (key_path or keyfile_dict)."
            ) from None
        return url

    def made_here(self, uri: str) -> bool:
        """Return whether an object is the output of a job rather than somebody's upload."""
        return MADE_BY.items() <= self._metadata(uri).items()

    def _metadata(self, uri: str) -> Mapping[str, str]:
        """Return the metadata of an object; none when it cannot be read."""
        try:
            return self._head(uri).metadata or {}
        except StorageError:
            return {}

    def _content_url(self, uri: str) -> str:
        place = parse(uri)
        objects = f"{self._client.api_endpoint}/download/storage/v1/b/{place.authority}/o"
        return f"{objects}/{quote(place.key, safe='')}"

    def _pinned(self, uri: str, version: str) -> dict[str, str]:
        payer = self._places.of(uri).user_project
        return {"alt": "media", "ifGenerationMatch": version, **({"userProject": payer} if payer else {})}

    def _bucket(self, uri: str) -> Any:
        return self._client.bucket(parse(uri).authority, user_project=self._places.of(uri).user_project)

    def _blob(self, uri: str) -> Any:
        return self._bucket(uri).blob(parse(uri).key, chunk_size=PART_BYTES)

    def _new(self, uri: str, metadata: dict[str, str]) -> Any:
        """Return an object that is to be written."""
        options, key = self._places.of(uri), parse(uri).key
        blob = self._bucket(uri).blob(key, chunk_size=PART_BYTES, kms_key_name=options.kms_key)
        if options.storage_class and f"/{WORK}" not in f"/{key}":
            blob.storage_class = options.storage_class
        if metadata:
            blob.metadata = metadata
        return blob


def _info(uri: str, blob: Any) -> ObjectInfo:
    modified = blob.updated.timestamp() if blob.updated else 0.0
    return ObjectInfo(uri=uri, size=int(blob.size), version=str(blob.generation), modified=modified)


def _digests(path: Path) -> tuple[str, str]:
    """Return the SHA-256 of a file in hexadecimal and its CRC32C in base64."""
    from google_crc32c import Checksum

    sha256, crc32c = hashlib.sha256(), Checksum()
    with path.open("rb") as file:
        while chunk := file.read(MIB):
            sha256.update(chunk)
            crc32c.update(chunk)
    return sha256.hexdigest(), base64.b64encode(crc32c.digest()).decode()
