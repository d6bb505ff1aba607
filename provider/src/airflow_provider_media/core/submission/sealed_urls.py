"""Sealed URLs: encrypted URLs in confs and task results, for URLs that hold a secret, such as presigned ones.

Anyone who may view a run sees its conf. A sealed URL shows host and path, and holds the whole URL encrypted in its
fragment, which no client sends. Only tasks of the job for which the URL was sealed can open it, so a sealed URL copied
into another job is useless.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from airflow_provider_media.core.media.uri import redact
from airflow_provider_media.core.submission.errors import ConfUntrusted

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

Keys = Callable[[], Sequence[bytes]]
"""Reads the keys that sign confs; called only if there is something to seal or to open."""
MARK = "#sealed="
LABEL = b"airflow-provider-media: sealed URLs, version 1"
"""Separates the sealing keys from the signing keys."""


def seal_url(url: str, *, job: str, keys: Keys) -> str:
    """Return a URL in the form that confs may hold: unchanged if it has no secret, else sealed.

    :param url: URI of a source or a target; every part that logs must not show counts as a secret.
    :param job: id of the job whose tasks may open the URL.
    :param keys: the first key seals.
    """
    shown = redact(url)
    if shown == url:
        return url
    return shown + MARK + _fernet(keys()[:1]).encrypt(f"{job}\n{url}".encode(errors="surrogatepass")).decode()


def unseal_url(url: str, *, job: str, keys: Keys) -> str:
    """Return the URL that was sealed; a URL without a seal is returned unchanged.

    :raises ConfUntrusted: when the URL was sealed for another job, or with none of the keys.
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
            f"The address {shown} cannot be opened: it was sealed for another job, or under a key that is not among"
            " [media] submission_keys any more. Submit the job again."
        )
    return opened


def _fernet(keys: Sequence[bytes]) -> MultiFernet:
    # Most processes open no sealed URL, and importing the library takes longer than checking one.
    from cryptography.fernet import Fernet, MultiFernet

    return MultiFernet([Fernet(base64.urlsafe_b64encode(hmac.digest(key, LABEL, "sha256"))) for key in keys])
