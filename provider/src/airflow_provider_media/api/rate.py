"""Rate limit of an account's requests: a token bucket in the memory of each API server process."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from airflow_provider_media.api.errors import RateLimited
from airflow_provider_media.core.accounts.accounts import Account


@dataclass(slots=True)
class _TokenBucket:
    tokens: float
    filled: float
    """Time of the clock for which ``tokens`` holds."""


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Token buckets by account; each holds the requests of one second, and fills as fast."""

    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, _TokenBucket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, account: Account) -> None:
        """Count one request of an account.

        :raises RateLimited: when requests come too fast; the error says after how many whole seconds to retry.
        """
        with self._lock:
            wait = self._take(account.name, account.requests_per_second)
        if wait > 0:
            raise RateLimited(
                f"The account {account.name!r} may make {account.requests_per_second:g} requests a second; try again in"
                f" {wait} s.",
                retry_after=wait,
            )

    def _take(self, name: str, rate: float) -> int:
        now, full = self.clock(), max(1.0, rate)
        bucket = self._buckets.setdefault(name, _TokenBucket(tokens=full, filled=now))
        bucket.tokens, bucket.filled = min(full, bucket.tokens + (now - bucket.filled) * rate), now
        if bucket.tokens < 1:
            return math.ceil((1 - bucket.tokens) / rate)
        bucket.tokens -= 1
        return 0
