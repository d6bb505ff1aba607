"""Errors of deliveries."""

from __future__ import annotations

from airflow_provider_media.core.errors import MediaError


class DeliveryFailed(MediaError):
    """An announcement could not be delivered."""

    code = "delivery_failed"
    exit_code = 7
    retryable = True
    advice = "Let the receiver answer with 2xx; then wait for the next delivery, or run `airflow media replay`."


class DeliveryRefused(DeliveryFailed):
    """Announcements may not be sent to this target."""

    code = "delivery_refused"
    retryable = False
    advice = "Choose an https:// target on the public internet, or allow its host:port in `[media] announce_allow`."


class TargetGone(DeliveryFailed):
    """The target has asked not to be called again."""

    code = "target_gone"
    retryable = False
    advice = "Remove the target from the workflow."
