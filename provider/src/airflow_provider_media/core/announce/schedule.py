"""When a delivery is tried again, and what a receiver's answer means: Standard Webhooks 1.0, sections on retries and on responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HOUR = 3600.0
DELAYS = (0.0, 5.0, 300.0, 1800.0, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Seconds before each attempt, counted from the end of the one before."""
RETRIES = len(DELAYS) - 1
JITTER = 0.1
"""Share of a delay by which chance makes it longer, so that receivers do not get all of an outage's events at one moment."""
LONGEST = DELAYS[-1]

SUCCESS = range(200, 300)
GONE = 410
THROTTLED = frozenset({429, 502, 503, 504})
"""Answers whose Retry-After is heeded."""

Verdict = Literal["delivered", "again", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResponse:
    """What is known of one attempt; nothing of the body that the receiver sent."""

    status: int | None = None
    """HTTP status; None where there was no answer."""
    retry_after: float | None = None
    """Seconds that the receiver asks to be left in peace."""
    problem: str = ""
    """Why there was no answer, in words that tell nothing of this network."""


def verdict(answer: DeliveryResponse) -> Verdict:
    """What to do after an answer: only 2xx is success, redirects are none, and 410 asks not to be called again."""
    if answer.status in SUCCESS:
        return "delivered"
    return "gone" if answer.status == GONE else "again"


def delay(attempt: int, *, chance: float, retry_after: float | None = None) -> float | None:
    """Seconds to wait after a failed attempt; None when it was the last one.

    :param attempt: 1 for the first.
    :param chance: from 0 to 1.
    :param retry_after: seconds the receiver has asked for; they can only make the delay longer, and at most a day.
    """
    if attempt >= len(DELAYS):
        return None
    planned = DELAYS[attempt] * (1 + JITTER * chance)
    return max(planned, min(retry_after or 0.0, LONGEST))


def attempt_of(try_number: int, max_tries: int, retries: int = RETRIES) -> int:
    """Which attempt a try of Airflow is: clearing a task begins the schedule anew, although its tries are counted on.

    :param max_tries: tries after which Airflow gives up; it grows when a task is cleared.
    """
    return try_number - max(0, max_tries - retries)
