"""Choice of a URI's storage by its scheme."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from airflow_provider_media.core.errors import ConfigurationError
from airflow_provider_media.core.media.uri import parse, redact
from airflow_provider_media.core.storage.https import DEFAULT_LIMITS, FetchLimits, HttpsStorage
from airflow_provider_media.core.storage.local import LocalStorage
from airflow_provider_media.core.storage.protocol import Storage, Storages


def storages(
    *,
    s3: Callable[[], Storage] | None = None,
    https_allow: frozenset[str] = frozenset(),
    limits: FetchLimits = DEFAULT_LIMITS,
    unseal: Callable[[str], str] = str,
) -> Storages:
    """Return a function that finds the storage of a URI.

    :param s3: makes the storage of ``s3://`` on its first use, so that a job without S3 needs no credentials; no S3
        when absent.
    :param https_allow: ``host:port`` pairs from which sources may be fetched although they are private or plain
        ``http``.
    :param limits: limits on fetching one source from the web.
    :param unseal: returns the real URL of a source on the web, for a URL that jobs hold without its secrets.
    """
    https = HttpsStorage(allow=https_allow, limits=limits, unseal=unseal)
    makers: dict[str, Callable[[], Storage]] = {"file": cache(LocalStorage), "https": lambda: https, "http": lambda: https}
    if s3 is not None:
        makers["s3"] = cache(s3)

    def find(uri: str) -> Storage:
        maker = makers.get(parse(uri).scheme)
        if maker is None:
            raise ConfigurationError(
                f"Nothing here serves {redact(uri)!r}; what works is {', '.join(sorted(makers))}. For s3, install boto3."
            )
        return maker()

    return find
