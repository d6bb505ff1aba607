"""Signatures of runs' confs: they tell confs of submission interfaces from confs that somebody has written by hand.

Anyone who may trigger a DAG chooses the conf and the id of its run. A signature therefore covers the whole conf, the
DAG and the run: none of them can be changed, and a signed conf cannot be used for another job, account or priority.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_media.core.serde import canonical

SIGNATURE = "signature"
"""Field of a conf that holds its signature."""
LABEL = b"airflow-provider-media: conf of a run, version 1"
"""Separates these keys from other uses of the same secret."""
VERSION = "v1="


@dataclass(frozen=True, slots=True, kw_only=True)
class RunId:
    """One run of one DAG."""

    dag_id: str
    run_id: str


def signing_key(secret: str) -> bytes:
    """Return the signing key derived from a secret of the configuration.

    :param secret: text of any length; it should be long and random, because it keeps others from signing.
    """
    return hmac.digest(secret.encode(), LABEL, "sha256")


def signed_conf(conf: Mapping[str, Any], run: RunId, keys: Sequence[bytes]) -> dict[str, Any]:
    """Return a conf with the signature of its run, made with the first key.

    :param conf: JSON; an existing signature is replaced.
    """
    return {**conf, SIGNATURE: _signature(conf, run, keys[0])}


def has_valid_signature(conf: object, run: RunId, keys: Sequence[bytes]) -> bool:
    """Return whether one of the keys has signed a conf for a run; False for any value that is no conf of this package.

    :param conf: the conf as a caller has passed it.
    """
    signature = conf.get(SIGNATURE) if isinstance(conf, Mapping) else None
    if not isinstance(conf, Mapping) or not isinstance(signature, str):
        return False
    try:
        given, right = signature.encode(), [_signature(conf, run, key).encode() for key in keys]
    except (TypeError, ValueError, RecursionError):
        # No JSON, no UTF-8 or nested too deeply: no submission interface has made the conf.
        return False
    # A list: all keys are compared, whichever one fits.
    return any([hmac.compare_digest(given, each) for each in right])  # noqa: C419


def _signature(conf: Mapping[str, Any], run: RunId, key: bytes) -> str:
    signed = [run.dag_id, run.run_id, _stable({name: value for name, value in conf.items() if name != SIGNATURE})]
    # A lone surrogate is valid text in JSON.
    return VERSION + hmac.new(key, canonical(signed).encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def _stable(value: Any) -> Any:
    """Return JSON in the form that every database returns: PostgreSQL's JSONB keeps 1e16 as an integer."""
    if isinstance(value, Mapping):
        return {str(name): _stable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_stable(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
