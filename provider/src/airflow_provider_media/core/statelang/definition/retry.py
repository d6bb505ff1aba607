"""Retry and Catch rules of a state: matching of errors, and retry delays."""

from __future__ import annotations

import random
from dataclasses import dataclass

from airflow_provider_media.core.statelang.errors import ALL, HEARTBEAT_TIMEOUT, TASK_FAILED, TIMEOUT, StateError
from airflow_provider_media.core.statelang.expressions.flow.flows import REPLACE
from airflow_provider_media.core.statelang.expressions.flow.template import Template
from airflow_provider_media.core.statelang.expressions.paths import ReferencePath
from airflow_provider_media.core.statelang.expressions.view import View
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import RETRY_DELAY_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrier:
    """One entry of ``Retry``.

    :param errors: error names that the entry matches.
    :param interval_seconds: delay before the first retry.
    :param max_attempts: the most retries, not counting the first attempt; 0 forbids retries.
    :param backoff_rate: factor from one delay to the next.
    :param max_delay_seconds: the longest delay, or ``None``.
    :param full_jitter: whether the delay is a random number between 0 and the computed delay.
    """

    errors: tuple[str, ...]
    interval_seconds: float = 1
    max_attempts: int = 3
    backoff_rate: float = 2.0
    max_delay_seconds: float | None = None
    full_jitter: bool = False

    def delay(self, retry: int, source: random.Random) -> float:
        """Return the seconds before a retry, 366 days at most; ``retry`` counts from 1 for each retrier."""
        most = (
            RETRY_DELAY_SECONDS if self.max_delay_seconds is None else min(self.max_delay_seconds, RETRY_DELAY_SECONDS)
        )
        try:
            seconds = min(self.interval_seconds * float(self.backoff_rate) ** (retry - 1), most)
        except OverflowError:
            seconds = most
        return source.uniform(0, seconds) if self.full_jitter else seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Catcher:
    """One entry of ``Catch``.

    :param errors: error names that the entry matches.
    :param next: the state that follows.
    :param result_path: place of the error output in the raw input; ``None`` discards the error output (JSONPath).
    :param output: ``Output``, in place of the error output (JSONata).
    :param assign: variables to assign.
    """

    errors: tuple[str, ...]
    next: str
    result_path: ReferencePath | None = REPLACE
    output: Template | None = None
    assign: Template | None = None

    def caught(self, view: View, error_output: Json, *, jsonata_language: bool) -> tuple[Json, dict[str, Json]]:
        """Return the output and the assignments of a caught error; ``view.input`` is the raw input."""
        seen = view if jsonata_language else view.on(error_output)
        assigned = {} if self.assign is None else self.assign.evaluate(seen, "Catch/Assign")
        if self.output is not None:
            return self.output.evaluate(view, "Catch/Output"), assigned
        if jsonata_language:
            return error_output, assigned
        return (view.input if self.result_path is None else self.result_path.put(view.input, error_output)), assigned


def matches(names: tuple[str, ...], error: StateError) -> bool:
    """Return whether ``ErrorEquals`` matches an error (Amazon States Language, "Errors").

    No name matches ``States.Runtime``, not even its own. The name ``States.TaskFailed`` matches all other errors except
    timeouts.
    """
    if error.terminal:
        return False
    if ALL in names or error.error in names or not set(names).isdisjoint(error.also):
        return True
    return TASK_FAILED in names and error.error not in {TIMEOUT, HEARTBEAT_TIMEOUT}


def retry_after(
    retriers: tuple[Retrier, ...], error: StateError, used: tuple[int, ...], source: random.Random
) -> tuple[float, tuple[int, ...]] | None:
    """Return the delay in seconds before the next attempt and the new counts; ``None`` when no retry is left.

    :param retriers: the state's retriers in order; the first matching retrier decides.
    :param error: the error of the last attempt.
    :param used: retries so far by retrier, in this visit of the state.
    :param source: source of randomness for jitter.
    """
    for number, retrier in enumerate(retriers):
        if matches(retrier.errors, error):
            if used[number] >= retrier.max_attempts:
                return None
            counts = tuple(count + (position == number) for position, count in enumerate(used))
            return retrier.delay(counts[number], source), counts
    return None


def catcher_for(catchers: tuple[Catcher, ...], error: StateError) -> Catcher | None:
    """Return the first catcher that matches an error, or ``None``."""
    return next((catcher for catcher in catchers if matches(catcher.errors, error)), None)
