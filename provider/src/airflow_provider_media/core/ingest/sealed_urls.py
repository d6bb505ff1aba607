"""Sealed URLs: what confs and answers of tasks hold in place of a URL with a secret in it, such as a presigned one.

Whoever may look at a run sees its conf. A sealed URL shows host and path, and holds the whole URL encrypted in its fragment, which no
client sends. Only tasks of the job that it was sealed for open it, so that one that was copied into another job is worth nothing.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from airflow_provider_media.core.errors import ConfUntrusted
from airflow_provider_media.core.media.uri import redact

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

Keys = Callable[[], Sequence[bytes]]
"""Reads the keys that sign confs; called only where there is something to seal or to open."""
MARK = "#sealed="
LABEL = b"airflow-provider-media: sealed URLs, version 1"
"""Keeps these keys apart from those that sign."""


def seal_url(url: str, *, job: str, keys: Keys) -> str:
    """A URL as confs may hold it: as it is where it has no secret, else sealed.

    :param url: URI of a source or a target; everything that logs must not show is taken for a secret.
    :param job: id of the job whose tasks may open it.
    :param keys: the first one seals.
    """
    shown = redact(url)
    if shown == url:
        return url
    return shown + MARK + _fernet(keys()[:1]).encrypt(f"{job}\n{url}".encode(errors="surrogatepass")).decode()


def unseal_url(url: str, *, job: str, keys: Keys) -> str:
    """The URL that was sealed; one without a seal is given back.

    :raises ConfUntrusted: when it was sealed for another job, or under none of the keys.
    """
    shown, mark, token = url.partition(MARK)
    if not mark:
        return url
    from cryptography.fernet import InvalidToken

    try:
        owner, _, opened = _fernet(keys()).decrypt(token).decode(errors="surrogatepass").partition("\n")
    except (InvalidToken, UnicodeError):
        owner, opened = "", ""
    if owner != job or redact(opened) != shown:
        raise ConfUntrusted(
            f"The address {shown} cannot be opened: it was sealed for another job, or under a key that is not among [media] submission_keys"
            " any more. Submit the job again."
        )
    return opened


def _fernet(keys: Sequence[bytes]) -> MultiFernet:
    # Most processes open no URL, and the library loads for longer than they take to look at one.
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(base64.urlsafe_b64encode(hmac.digest(key, LABEL, "sha256"))) for key in keys])
