"""Retries of deliveries and meaning of responses: Standard Webhooks 1.0, sections on retries and on responses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HOUR = 3600.0
DELAYS = (0.0, 5.0, 300.0, 1800.0, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Seconds before each attempt, counted from the end of the previous attempt."""
RETRIES = len(DELAYS) - 1
JITTER = 0.1
"""Largest random extension of a delay, as a share of it; spreads the events of an outage over time."""
LONGEST = DELAYS[-1]

SUCCESS = range(200, 300)
GONE = 410

Verdict = Literal["delivered", "again", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResponse:
    """Facts of one attempt, without the body of the response."""

    status: int | None = None
    """HTTP status; None if there was no response."""
    retry_after: float | None = None
    """Seconds that the receiver asks senders to wait."""
    problem: str = ""
    """Why there was no response, in words that reveal nothing about this network."""


def verdict(answer: DeliveryResponse) -> Verdict:
    """Return what follows a response: 2xx is success, 410 ends the delivery, all else, redirects too, is retried."""
    if answer.status in SUCCESS:
        return "delivered"
    return "gone" if answer.status == GONE else "again"


def delay(attempt: int, *, chance: float, retry_after: float | None = None) -> float | None:
    """Return the seconds to wait after a failed attempt; None after the last attempt.

    :param attempt: 1 for the first.
    :param chance: from 0 to 1.
    :param retry_after: seconds that the receiver has asked for; they can only lengthen the delay, to one day at most.
    """
    if attempt >= len(DELAYS):
        return None
    planned = DELAYS[attempt] * (1 + JITTER * chance)
    return max(planned, min(retry_after or 0.0, LONGEST))


def attempt_of(try_number: int, max_tries: int, retries: int = RETRIES) -> int:
    """Return the attempt of an Airflow try: clearing a task restarts the schedule, but Airflow goes on counting tries.

    :param max_tries: tries after which Airflow gives up; Airflow raises it when a task is cleared.
    """
    return try_number - max(0, max_tries - retries)
