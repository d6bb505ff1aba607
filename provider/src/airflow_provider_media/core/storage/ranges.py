"""Parts of sources on the web, by range requests (RFC 9110 §14)."""

from __future__ import annotations

import re

from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.storage.errors import StorageError
from airflow_provider_media.core.storage.guard import Resolver
from airflow_provider_media.core.storage.response import open_response
from airflow_provider_media.core.storage.watch import TransferWatch

CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def fetch_range(
    url: str, start: int, length: int, *, watch: TransferWatch, allow: frozenset[str], resolver: Resolver
) -> bytes:
    """Return so many bytes of a source from a position on; fewer only at its end.

    :raises StorageError: when the server does not answer with this part.
    """
    asked = {"Range": f"bytes={start}-{start + length - 1}"}
    with open_response(url, allow=allow, resolver=resolver, watch=watch, headers=asked) as response:
        given = CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
        if response.status_code != 206 or given is None or int(given[1]) != start:
            raise StorageError(f"The server of {redact(url)} serves the whole source only, no parts of it.")
        content = bytearray()
        for chunk in response.iter_raw():
            watch.received += len(chunk)
            content += chunk
            if len(content) > length:
                raise StorageError(f"The server of {redact(url)} sent more than the part that was asked for.")
        return bytes(content)
