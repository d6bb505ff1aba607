"""Parts of sources on the web, by range requests (RFC 9110 §14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.errors import StorageError, changed
from airflow_provider_media.core.storage.guard import Resolver
from airflow_provider_media.core.storage.response import open_response
from airflow_provider_media.core.storage.watch import TransferWatch

CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedPart:
    """Part of one version of a source."""

    start: int
    length: int
    """Bytes."""
    version: str
    """Version as ``head`` returns it."""


def fetch_part(
    url: str, part: RequestedPart, *, watch: TransferWatch, allow: frozenset[str], resolver: Resolver
) -> bytes:
    """Return a part of a source; fewer bytes only at the end of the source.

    :raises StorageError: when the server does not answer with this part of this version.
    """
    # Only parts with the same strong ETag may be put together: RFC 9110 §15.3.7.3.
    if not part.version.startswith('"'):
        raise StorageError(
            f"The server of {redact(url)} sends no strong ETag, by which the parts of a source are known."
        )
    asked = {"Range": f"bytes={part.start}-{part.start + part.length - 1}", "If-Match": part.version}
    with open_response(url, allow=allow, resolver=resolver, watch=watch, headers=asked) as response:
        if response.headers.get("etag", part.version) != part.version or response.status_code == 416:
            raise changed(url)
        given = CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if response.status_code != 206 or given is None or int(given[1]) != part.start:
            raise StorageError(f"The server of {redact(url)} serves the whole source only, no parts of it.")
        if "etag" not in response.headers:
            raise StorageError(f"The server of {redact(url)} sends parts without their ETag.")
        content = bytearray()
        for chunk in response.iter_raw():
            watch.received += len(chunk)
            content += chunk
            if len(content) > part.length:
                raise StorageError(f"The server of {redact(url)} sent more than the part that was asked for.")
        return bytes(content)
