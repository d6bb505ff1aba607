"""Deliveries: one event to one target, by the sender that the table of targets names."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pkgutil import resolve_name
from typing import Any

from airflow_provider_media.core.announcements.event import JobEvent
from airflow_provider_media.core.announcements.target import Target
from airflow_provider_media.hooks.signing import unseal


def send(event: JobEvent, target: Target) -> dict[str, Any]:
    """Send an event to a target from a worker, and return the receipt.

    :raises DeliveryFailed: when the target did not take the event.
    :raises ConfUntrusted: when the address was sealed for another job, or under no key that is configured.
    :raises ConfigurationError: when the target's kind is not installed here, or a secret is not valid.
    """
    sender = resolve_name(target.definition.sender)
    return {"target": target.name, **sender(event, _opened(event, target))}


async def asend(event: JobEvent, target: Target) -> dict[str, Any]:
    """Send an event to a target from an event loop, which it does not block, and return the receipt.

    :raises DeliveryFailed: when the target did not take the event.
    :raises ConfUntrusted: when the address was sealed for another job, or under no key that is configured.
    :raises ConfigurationError: when the target's kind is not installed here, or a secret is not valid.
    """
    if target.definition.async_sender is None:
        return await asyncio.to_thread(send, event, target)
    sender = resolve_name(target.definition.async_sender)
    return {"target": target.name, **await sender(event, _opened(event, target))}


def _opened(event: JobEvent, target: Target) -> Target:
    """Return the target with the address that the submitter has given."""
    return replace(target, address=unseal(target.address, job=event.subject))
