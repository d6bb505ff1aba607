"""TargetKind: everything that the package knows about one kind of notification target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from airflow_provider_media.core.media.uri import redact

AddressCheck = Callable[[str], str | None]


def accept(address: str) -> None:
    """Find nothing wrong with an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetKind:
    """One kind of notification target, such as SQS queues."""

    name: str
    """Field of a notification that holds the address, such as ``sqs``."""
    description: str
    """Meaning of the address, for the schema and the REST reference: ``URL of a queue.``"""
    sender: str
    """Import path ``module:function`` of the function that sends an event from a worker.

    The function takes a ``JobEvent`` and a ``Target``, returns what the receipt holds, and raises ``DeliveryFailed``
    for another attempt or ``DeliveryRefused`` for none. It is imported only when an event is sent.
    """
    async_sender: str | None = None
    """Import path of the coroutine function that sends an event from the triggerer; None if the worker sends."""
    pattern: str | None = None
    """Regular expression that every address matches."""
    problem: AddressCheck = accept
    """Returns what is wrong with an address that matches the pattern, or None."""
    warning: AddressCheck = accept
    """Returns what is doubtful about an address, or None."""
    label: Callable[[str], str] = redact
    """Returns the name of a target for people, without any secret."""
    connection: str | None = None
    """Airflow connection that is used if the notification names none; the account must be allowed to use it."""
