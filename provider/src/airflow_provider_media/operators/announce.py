"""Tasks of an announcement: one mapped task per target, each with its own retries."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.definitions.retry_policy import RetryDecision, RetryPolicy

from airflow_provider_media.core.announcements.errors import DeliveryFailed, DeliveryRefused, TargetGone
from airflow_provider_media.core.announcements.schedule import DELAYS, attempt_of, delay
from airflow_provider_media.core.errors import ConfigurationError, MediaError
from airflow_provider_media.core.serde import to_json
from airflow_provider_media.core.submission.errors import ConfUntrusted
from airflow_provider_media.operators.failures import airflow_failures
from airflow_provider_media.operators.signed_confs import trusted_announcement

if TYPE_CHECKING:
    from airflow.sdk import Context


class TargetsOperator(BaseOperator):
    """List the targets of the run's announcement. The targets themselves stay in the run's conf."""

    def execute(self, context: Context) -> list[dict[str, Any]]:
        """Return one record per target; the delivery task is mapped over the records."""
        with airflow_failures():
            one = trusted_announcement(context)
            return [{"index": index, "name": target.name} for index, target in enumerate(one.targets)]


class DeliveryRetryPolicy(RetryPolicy):
    """Retry schedule of Standard Webhooks.

    Clearing a task starts the schedule again. A receiver can ask for a later retry (``Retry-After``).
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        """Return when the next attempt runs, or that the delivery has failed for good."""
        attempt = attempt_of(try_number, max_tries)
        asked: Any = exception.detail.get("retry_after") if isinstance(exception, MediaError) else None
        seconds = delay(attempt, chance=random.random(), retry_after=asked)  # noqa: S311 - no secret
        if seconds is None:
            return RetryDecision.fail(
                f"Attempt {attempt} of {len(DELAYS)} was the last; clear this task to begin anew."
            )
        return RetryDecision.retry(
            timedelta(seconds=seconds), f"Attempt {attempt} of {len(DELAYS)} failed; the next is in {seconds:.0f} s."
        )

    def serialize(self) -> dict[str, Any]:
        """Return an empty mapping: the policy has no settings."""
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> DeliveryRetryPolicy:  # noqa: ARG003 - Airflow's signature
        """Return a new policy: there are no settings to restore."""
        return cls()


class DeliverOperator(BaseOperator):
    """Deliver the run's event to one of its targets.

    The triggerer sends to targets whose kind has an ``async_sender``, such as URLs. The worker sends to all others.

    :param target: the record of the target, from :class:`TargetsOperator`.
    """

    template_fields: Sequence[str] = ()

    def __init__(self, *, target: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target = target

    def execute(self, context: Context) -> dict[str, Any]:
        """Return the receipt of the delivery."""
        from airflow_provider_media.triggers.delivery import DeliveryTrigger

        with airflow_failures():
            one = trusted_announcement(context)
            target = one.targets[self.target["index"]]
            is_deferred = target.definition.async_sender is not None
        if is_deferred:
            self.defer(
                trigger=DeliveryTrigger(to_json(one.event), to_json(target)), method_name=self.not_delivered.__name__
            )
        from airflow_provider_media.hooks.deliveries import send

        with airflow_failures():
            return send(one.event, target)

    def not_delivered(self, context: Context, event: Mapping[str, Any]) -> None:
        """Fail with the error that the triggerer reported, so that Airflow consults the retry policy."""
        with airflow_failures():
            raise delivery_error(event)


def delivery_error(delivery: Mapping[str, Any]) -> MediaError:
    """Return the error that a JSON form describes."""
    known = {cls.code: cls for cls in (DeliveryRefused, TargetGone, ConfigurationError, ConfUntrusted)}
    return known.get(delivery["code"], DeliveryFailed)(delivery["message"], **delivery.get("detail", {}))
