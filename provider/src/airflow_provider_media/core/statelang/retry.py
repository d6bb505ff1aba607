"""Retriers and catchers: which of them an error matches, and how long to wait."""

from __future__ import annotations

import random
from dataclasses import dataclass

from airflow_provider_media.core.statelang.errors import ALL, HEARTBEAT_TIMEOUT, TASK_FAILED, TIMEOUT, StateError
from airflow_provider_media.core.statelang.flow.flows import REPLACE
from airflow_provider_media.core.statelang.flow.template import Template
from airflow_provider_media.core.statelang.jsontext import Json
from airflow_provider_media.core.statelang.limits import RETRY_DELAY_SECONDS
from airflow_provider_media.core.statelang.paths import ReferencePath
from airflow_provider_media.core.statelang.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrier:
    """One entry of ``Retry``.

    :param errors: names that it matches.
    :param interval_seconds: delay before the first retry.
    :param max_attempts: retries, not counting the first run; 0 forbids them.
    :param backoff_rate: factor from one delay to the next.
    :param max_delay_seconds: cap of the delay, or ``None``.
    :param full_jitter: whether the delay is drawn between 0 and its value.
    """

    errors: tuple[str, ...]
    interval_seconds: float = 1
    max_attempts: int = 3
    backoff_rate: float = 2.0
    max_delay_seconds: float | None = None
    full_jitter: bool = False

    def delay(self, retry: int, source: random.Random) -> float:
        """Seconds before the retry of that number, counted from 1 for each retrier; a year and a day at most."""
        most = RETRY_DELAY_SECONDS if self.max_delay_seconds is None else min(self.max_delay_seconds, RETRY_DELAY_SECONDS)
        try:
            seconds = min(self.interval_seconds * float(self.backoff_rate) ** (retry - 1), most)
        except OverflowError:
            seconds = most
        return source.uniform(0, seconds) if self.full_jitter else seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Catcher:
    """One entry of ``Catch``.

    :param errors: names that it matches.
    :param next: the state to go on with.
    :param result_path: where the error output goes in the raw input; ``None`` discards it (JSONPath).
    :param output: the output instead (JSONata).
    :param assign: variables to assign.
    """

    errors: tuple[str, ...]
    next: str
    result_path: ReferencePath | None = REPLACE
    output: Template | None = None
    assign: Template | None = None

    def caught(self, view: View, error_output: Json, *, jsonata_language: bool) -> tuple[Json, dict[str, Json]]:
        """Output and assignments when it has caught an error; ``view.input`` is the raw input."""
        seen = view if jsonata_language else view.on(error_output)
        assigned = {} if self.assign is None else self.assign.evaluate(seen, "Catch/Assign")
        if self.output is not None:
            return self.output.evaluate(view, "Catch/Output"), assigned
        if jsonata_language:
            return error_output, assigned
        return (view.input if self.result_path is None else self.result_path.put(view.input, error_output)), assigned


def matches(names: tuple[str, ...], error: StateError) -> bool:
    """Whether ``ErrorEquals`` matches an error (Amazon States Language, "Errors").

    ``States.Runtime`` is matched by nothing, not even by its name; ``States.TaskFailed`` by all but timeouts.
    """
    if error.terminal:
        return False
    if ALL in names or error.error in names or not set(names).isdisjoint(error.also):
        return True
    return TASK_FAILED in names and error.error not in {TIMEOUT, HEARTBEAT_TIMEOUT}


def retry_after(
    retriers: tuple[Retrier, ...], error: StateError, used: tuple[int, ...], source: random.Random
) -> tuple[float, tuple[int, ...]] | None:
    """Delay in seconds before the next attempt and the new counts, or ``None`` where there is no further attempt.

    :param retriers: the state's retriers in order; the first that matches decides.
    :param error: what happened.
    :param used: retries so far by retrier, in this visit of the state.
    :param source: randomness for jitter.
    """
    for number, retrier in enumerate(retriers):
        if matches(retrier.errors, error):
            if used[number] >= retrier.max_attempts:
                return None
            counts = tuple(count + (position == number) for position, count in enumerate(used))
            return retrier.delay(counts[number], source), counts
    return None


def catcher_for(catchers: tuple[Catcher, ...], error: StateError) -> Catcher | None:
    """The first catcher that matches an error."""
    return next((catcher for catcher in catchers if matches(catcher.errors, error)), None)
