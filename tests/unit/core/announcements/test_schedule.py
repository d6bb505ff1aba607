import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.announcements.schedule import (
    DELAYS,
    JITTER,
    RETRIES,
    DeliveryResponse,
    attempt_of,
    delay,
    verdict,
)


def test_the_attempts_are_those_of_standard_webhooks():
    planned = [delay(attempt, chance=0) for attempt in range(1, 11)]
    assert planned == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400, None]


@given(attempt=st.integers(1, RETRIES), chance=st.floats(0, 1), asked=st.none() | st.floats(0, 1e9))
def test_delay_jitter_adds_at_most_tenth_and_retry_after_day(attempt, chance, asked):
    seconds = delay(attempt, chance=chance, retry_after=asked)
    assert DELAYS[attempt] <= seconds <= max(DELAYS[attempt] * (1 + JITTER), min(asked or 0, 86400))


def test_a_receiver_that_asks_for_time_gets_it():
    assert delay(1, chance=0, retry_after=60) == 60
    assert delay(2, chance=0, retry_after=60) == 300


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (200, "delivered"), (204, "delivered"), (299, "delivered"),
        (199, "again"), (301, "again"), (304, "again"), (400, "again"), (404, "again"), (429, "again"), (503, "again"),
        (None, "again"),
        (410, "gone"),
    ],
)  # fmt: skip
def test_only_2xx_is_success_and_only_410_ends_the_schedule(status, means):
    assert verdict(DeliveryResponse(status=status)) == means


def test_clearing_a_task_begins_the_schedule_anew():
    assert [attempt_of(number, RETRIES) for number in (1, 2, 10)] == [1, 2, 10]
    # Airflow counts tries on and lets the task have its retries again: the 11th try is the first of a new schedule.
    assert [attempt_of(number, 10 + RETRIES) for number in (11, 12, 20)] == [1, 2, 10]
