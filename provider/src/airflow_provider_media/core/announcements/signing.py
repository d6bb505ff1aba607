"""Signatures of Standard Webhooks 1.0.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

from airflow_provider_media.core.errors import ConfigurationError

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)


def signed_headers(event_id: str, *, timestamp: int, body: str, secrets: Sequence[str]) -> dict[str, str]:
    """Return the headers by which a receiver verifies an event, its time and its sender.

    :param timestamp: time of this attempt in seconds since the epoch; receivers refuse old ones, which prevents
        replays.
    :param secrets: one secret, or several during a key rotation; without a secret, nothing is signed.
    """
    headers = {"webhook-id": event_id, "webhook-timestamp": str(timestamp)}
    if secrets:
        signed = f"{event_id}.{timestamp}.{body}".encode()
        headers["webhook-signature"] = " ".join(signature(signed, key(secret)) for secret in secrets)
    return headers


def signature(signed: bytes, key: bytes) -> str:
    """Return a signature of version 1: HMAC-SHA256 in base64."""
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def key(secret: str) -> bytes:
    """Return the key that a secret encodes.

    :param secret: ``whsec_`` and 24 to 64 bytes in base64; the prefix may be absent.
    :raises ConfigurationError: when the secret is not valid; the error does not contain the secret.
    """
    try:
        decoded = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) not in KEY_BYTES:
        raise ConfigurationError(
            "A signing secret is not 'whsec_' followed by 24 to 64 bytes in base64; make one with: "
            "python -c \"import base64, os; print('whsec_' + base64.b64encode(os.urandom(32)).decode())\""
        )
    return decoded


def secrets_of(text: str) -> tuple[str, ...]:
    """Return the secrets in a connection's password: one, or several separated by spaces."""
    return tuple(text.split())
